import assert from "node:assert/strict";
import { drawApplication } from "../application.ts";
import { found } from "../doctor.ts";
import { documentOf, godwit, writeProject } from "../godwit.ts";
import { PrismaHistory } from "../prisma-history.ts";
import { repair } from "../repair.ts";
import { scenario } from "../scenario.ts";
import { pooled, whyNoPooler } from "./pooler.ts";

for (const mode of ["transaction", "statement", "session"] as const) {
  scenario(`behind PgBouncer in ${mode} mode`, async ({ random, database }) => {
    if (whyNoPooler) return;
    const { migrations } = drawApplication(random);
    const db = await database();
    await new PrismaHistory(db).deploy(migrations.slice(0, -1));
    const before = await db.dump();
    const pooler = await pooled(db, mode);
    try {
      const project = ["--project", await writeProject(migrations), "--database", pooler.url];
      const status = await godwit(["status", "--json", ...project]);
      assert.equal(status.exit, 1, status.stderr);
      const diagnosis = await godwit(["doctor", "--json", ...project]);
      const said = mode === "session" ? [] : ["info shared-session"];
      assert.deepEqual([found(documentOf(diagnosis)), diagnosis.exit], [[...said, "info pending"], 0]);
      if (mode === "transaction") {
        const { stdout } = await godwit(["doctor", ...project]);
        assert.match(stdout, /i 1\. Between here and the server is a pooler/);
        assert.match(stdout, /directUrl.*godwit repair --database "\$DIRECT_URL"/s);
      }
      const answer = await repair(migrations, db, { url: pooler.url, args: ["--rehearse-only"] });
      if (mode === "session") assert.deepEqual([answer.outcome, answer.exit], ["rehearsed", 0]);
      else {
        assert.deepEqual([answer.outcome, answer.exit], ["refused", 3], answer.stderr);
        assert.match(answer.reasons.join(), /a pooler that shares server connections/);
        assert.match(answer.remedy ?? "", /directUrl/);
      }
    } finally {
      await pooler.stop();
    }
    assert.equal(await db.dump(), before);
  });
}
