import assert from "node:assert/strict";
import { PrismaHistory } from "../prisma-history.ts";
import { refused, repaired } from "../repair.ts";
import { scenario } from "../scenario.ts";
import { changes, library, rows } from "./hand-changes.ts";

const files = [{ ...library, rows }];
const choose = ["drift=undo"];

/** A value of an enum cannot be removed. */
const forGood = new Set(["an enum value added"]);

for (const [what, [sql]] of Object.entries(changes)) {
  scenario(`undo by hand: ${what}`, async ({ database }) => {
    const db = await database();
    await new PrismaHistory(db).deploy(files);
    await db.script(sql);
    if (forGood.has(what)) {
      const { reasons } = await refused(files, db, "refused", { choose });
      assert.match(reasons.join(), /cannot be removed/);
      return;
    }
    await repaired(files, db, { choose, marked: [], executed: [], withoutPrisma: true });
  });
}
