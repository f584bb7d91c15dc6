import assert from "node:assert/strict";
import { adoptedAmongPending } from "../prisma-postgres-drift/adopted.ts";
import { explain, refused, repair } from "../repair.ts";
import { scenario } from "../scenario.ts";
import { between, files } from "./between.ts";

scenario("what a hand made becomes a migration, which is recorded with the others", async ({ database }) => {
  const db = await database();
  await between(db);
  await adoptedAmongPending(files, db, ["drift=adopt"]);
});

scenario("what a hand changed has to be chosen for; what it added stays unasked", async ({ database }) => {
  const db = await database();
  await between(db);
  await refused(files, db, "refused", { words: /email was ever made is not known/ });
  const answer = await repair(files, db, { choose: ["drift:column user.email=keep"] });
  assert.equal(answer.outcome, "done", explain(answer));
  assert.match(answer.plan?.notes.join() ?? "", /by choice: column public\.user\.email/);
  const again = await repair(files, db, { choose: ["drift=keep"] });
  assert.equal(again.outcome, "nothing-to-do", explain(again));
});
