import assert from "node:assert/strict";
import { PrismaHistory } from "../prisma-history.ts";
import { refused } from "../repair.ts";
import { scenario } from "../scenario.ts";
import { newInit, next, oldInit, oldRows, report } from "./releases.ts";

scenario(
  "an older release's database under the same names: no plan, whatever is chosen",
  async ({ database }) => {
    const db = await database();
    const history = new PrismaHistory(db);
    await history.deploy([{ ...oldInit, rows: [oldRows] }]);
    assert.equal((await history.deploy([report]))?.code, "42P01");
    const files = [newInit, report, next];
    await refused(files, db, "refused");
    await refused(files, db, "refused", { choose: ["failed-migration=run-again"] });
  },
);
