import assert from "node:assert/strict";
import { fileOf } from "../application.ts";
import { PrismaHistory } from "../prisma-history.ts";
import { refused } from "../repair.ts";
import { scenario } from "../scenario.ts";

const files = [
  fileOf("1_init", 'CREATE TABLE "item" ("id" int PRIMARY KEY, "n" int)'),
  fileOf("2_more", 'ALTER TABLE "item" ADD COLUMN "more" int'),
] as const;
const reaction = `
  CREATE TABLE counts (what text, n int); INSERT INTO counts VALUES ('ddl', 0);
  CREATE FUNCTION counted() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN UPDATE public.counts SET n = n + 1; END $$;
  CREATE EVENT TRIGGER counted ON ddl_command_end EXECUTE FUNCTION counted();`;

for (const [what, args] of Object.entries({ rehearsed: [], "not rehearsed": ["--without-rehearsal"] })) {
  scenario(
    `somebody's event trigger changes rows beside the plan: nothing is kept, ${what}`,
    async ({ database }) => {
      const db = await database();
      await new PrismaHistory(db).deploy([
        { ...files[0], rows: ['INSERT INTO "item" SELECT n, n FROM generate_series(1, 20) n'] },
      ]);
      await db.script(reaction);
      const answer = await refused(files, db, args.length === 0 ? "rehearsal-failed" : "failed", {
        args,
        exit: 2,
      });
      assert.match(JSON.stringify(answer.failure), /rows of public\.counts/);
    },
  );
}
