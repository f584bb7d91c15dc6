import assert from "node:assert/strict";
import { fileOf } from "../application.ts";
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
  assert.equal(questions[0]?.migration, "0002_strict:column public.people.email");
  const { plan } = await repaired([base, strict], db, {
    choose: ["rows-in-the-way:0002_strict:column public.people.email=value:n/a's"],
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
