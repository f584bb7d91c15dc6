import { PrismaHistory } from "../prisma-history.ts";
import { scenario } from "../scenario.ts";
import { adopted } from "./adopted.ts";
import { changes, library, rows } from "./hand-changes.ts";

const files = [{ ...library, rows }];

for (const [what, [sql]] of Object.entries(changes)) {
  scenario(`adopt what a hand did: ${what}`, async ({ database }) => {
    const db = await database();
    await new PrismaHistory(db).deploy(files);
    await db.script(sql);
    await adopted(files, db, ["drift=adopt"], { withoutPrisma: true });
  });
}
