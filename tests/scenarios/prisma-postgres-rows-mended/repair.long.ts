import assert from "node:assert/strict";
import type { QuarantineResult } from "../../../src/workflows/quarantine.ts";
import { fileOf } from "../application.ts";
import { documentOf, godwit, writeProject } from "../godwit.ts";
import { PrismaHistory } from "../prisma-history.ts";
import { refused, repaired } from "../repair.ts";
import { scenario } from "../scenario.ts";
import { base } from "./base.ts";

scenario("a failed row, for rows without a value: repair --choose value", async ({ database }) => {
  const db = await database();
  const strict = fileOf(
    "0002_strict",
    "ALTER TABLE people ADD COLUMN a int;\nALTER TABLE people ALTER COLUMN email SET NOT NULL;\n",
  );
  const refusal = await new PrismaHistory(db).deploy([base, strict]);
  assert.equal(refusal?.code, "23502");
  const { questions } = await refused([base, strict], db, "choose", {
    words: /1 row without a value in email/,
  });
  assert.equal(questions[0]?.migration, "0002_strict:public.people.email");
  const { plan } = await repaired([base, strict], db, {
    choose: ["rows-in-the-way:0002_strict:public.people.email=value:n/a's"],
    written: ["people"],
    executed: ["0002_strict"],
  });
  assert.deepEqual(
    plan?.parts.map((part) => part.kind === "transaction" && part.steps.map(({ kind }) => kind)),
    [["history", "history", "statements", "mend", "statements", "history"]],
  );
  assert.deepEqual(await db.rows("SELECT id, email, team FROM people WHERE id = 3"), [
    { id: 3, email: "n/a's", team: 2 },
  ]);
});

scenario("rows of every kind at once, then back from the quarantine", async ({ database }) => {
  const db = await database();
  await new PrismaHistory(db).deploy([base]);
  const files = [
    base,
    fileOf("0002_key", "CREATE UNIQUE INDEX one ON people (lower(email));\n"),
    fileOf(
      "0003_strict",
      `ALTER TABLE people ADD CONSTRAINT fk FOREIGN KEY (team) REFERENCES team;
ALTER TABLE people ADD COLUMN phone text NOT NULL;
ALTER TABLE people DROP COLUMN age, ALTER COLUMN mood SET DATA TYPE text;
DROP TYPE mood;
ALTER TABLE people ALTER COLUMN email SET NOT NULL;
`,
    ),
  ];
  const { plan } = await repaired(files, db, {
    command: "migrate",
    choose: [
      "rows-in-the-way:0002_key=merge:least:id",
      "rows-in-the-way:0003_strict:public.people.fk=quarantine",
      "rows-in-the-way:0003_strict:public.people.phone=value:none",
      "rows-in-the-way:0003_strict:public.people.email=quarantine",
    ],
    written: ["people", "letter"],
    executed: ["0002_key", "0003_strict"],
  });
  assert.ok(plan !== undefined);
  assert.deepEqual(await db.rows("SELECT id FROM people"), [{ id: 1 }]);
  assert.deepEqual(await db.rows("SELECT id, people FROM letter ORDER BY id"), [
    { id: 1, people: 1 },
    { id: 2, people: 1 },
  ]);
  const list = await quarantine(files, db.url);
  assert.deepEqual(
    list.batches.map(({ migration, rows, left, state }) => [migration, rows, left, state]),
    [
      ["0002_key", 1, 1, "kept"],
      ["0003_strict", 1, 1, "kept"],
    ],
  );
  const [merged, nameless] = list.batches.map(({ id }) => id);
  assert.ok(merged !== undefined && nameless !== undefined);
  const before = await db.dump();
  for (const [id, code] of [
    [merged, "23502"],
    [nameless, "23502"],
  ] as const) {
    const { outcome, exit, refused: rows } = await quarantine(files, db.url, "restore", id);
    assert.deepEqual([outcome, exit, rows.map((row) => row.code)], ["refused", 3, [code]]);
  }
  assert.equal(await db.dump(), before, "a refused restore changed something");
  await db.script(`ALTER TABLE people ALTER phone SET DEFAULT 'new'; INSERT INTO team VALUES (7, 'z');
    UPDATE people SET email = 'other' WHERE id = 1`);
  const { outcome, restored, without } = await quarantine(files, db.url, "restore", merged.slice(0, 13));
  assert.deepEqual([outcome, restored, without], ["restored", 1, ["age"]]);
  assert.deepEqual(
    await db.rows(
      "SELECT id, email, team, code, price::text, mood, seen = '2025-03-01 00:00+00' AS seen, phone FROM people WHERE id = 2",
    ),
    [
      {
        id: 2,
        email: "ann@example.org",
        team: 7,
        code: "rather a long code",
        price: "-3",
        mood: "odd",
        seen: true,
        phone: "new",
      },
    ],
  );
  assert.equal((await quarantine(files, db.url, "restore", merged)).outcome, "refused");
});

async function quarantine(files: Parameters<typeof writeProject>[0], url: string, ...args: string[]) {
  const project = await writeProject(files);
  const said = await godwit(["quarantine", ...args, "--json", "--project", project, "--database", url]);
  return { ...documentOf<QuarantineResult>(said), exit: said.exit };
}
