import assert from "node:assert/strict";
import { comparable, repairedBefore, tell, undo } from "../../undo/undone.ts";
import { fileOf } from "../application.ts";
import { PrismaHistory } from "../prisma-history.ts";
import { scenario } from "../scenario.ts";
import { base } from "./base.ts";

scenario("what was chosen for rows is taken back, with what was set aside", async ({ database }) => {
  const db = await database();
  await new PrismaHistory(db).deploy([base]);
  const files = [
    base,
    fileOf(
      "0002_strict",
      `CREATE UNIQUE INDEX one ON people (email);
ALTER TABLE people ADD CONSTRAINT positive CHECK (price >= 0);
ALTER TABLE people ALTER email SET NOT NULL;
`,
    ),
  ];
  const place = "rows-in-the-way:0002_strict";
  const repaired = await repairedBefore(files, db, {
    command: "migrate",
    choose: [
      `${place}:public.one=merge:greatest:id`,
      `${place}:public.people.positive=value:0`,
      `${place}:public.people.email=quarantine`,
    ],
  });
  assert.deepEqual(await db.rows("SELECT people FROM letter ORDER BY id"), [{ people: 2 }, { people: 2 }]);
  const answer = await undo(files, db, repaired.stateDirectory);
  assert.deepEqual([answer.outcome, answer.notBack], ["done", []], tell(answer));
  assert.deepEqual(await db.rows("SELECT state FROM godwit_quarantine.batch"), [
    { state: "undone" },
    { state: "undone" },
  ]);
  await db.script("DROP SCHEMA godwit_quarantine CASCADE");
  assert.equal(comparable(await db.dump()), repaired.before, "the database is not what it was");
});
