import assert from "node:assert/strict";
import { fileOf } from "../application.ts";
import type { Database } from "../database.ts";
import { doctor, finding, found } from "../doctor.ts";
import { repaired } from "../repair.ts";
import { scenario } from "../scenario.ts";

const files = [
  fileOf(
    "0001_users",
    'CREATE TABLE "user" ("id" int PRIMARY KEY, "email" text);\nCREATE INDEX "by_email" ON "user" ("email");',
  ),
  fileOf(
    "0002_name",
    'ALTER TABLE "user" ADD COLUMN "name" text;\nALTER TABLE "user" ADD COLUMN "born" date;',
  ),
  fileOf("0003_posts", 'CREATE TABLE "post" ("id" int PRIMARY KEY, "by" int REFERENCES "user");'),
];

/** Half of the second migration, rows, and what a hand did: no history tells of any of it. */
export async function between(db: Database): Promise<void> {
  await db.script(
    `${files[0]?.sql};
     ALTER TABLE "user" ADD COLUMN "name" text;
     INSERT INTO "user" VALUES (1, 'a@b', 'Ann');
     ALTER TABLE "user" ALTER COLUMN "email" SET DEFAULT 'none';
     ALTER TABLE "user" ADD COLUMN "nick" text; UPDATE "user" SET "nick" = 'annie';
     CREATE VIEW "nicks" AS SELECT "id", "nick" FROM "user"`,
  );
}

scenario(
  "between two positions, with what a hand made: all is told, and removed where that is chosen",
  async ({ database }) => {
    const db = await database();
    await between(db);
    const answer = await doctor(files, db);
    assert.deepEqual(found(answer).slice(0, 2), ["error unmanaged-schema", "error drift"]);
    assert.deepEqual([answer.position?.migration, answer.position?.statement], ["0002_name", 1]);
    const { facts, remedies } = finding<Record<"missing" | "different" | "extra", { object: string }[]>>(
      answer,
      "drift",
    );
    assert.deepEqual(
      [facts.missing, facts.different, facts.extra].map((some) => some.map(({ object }) => object)),
      [[], ["column public.user.email"], ["column public.user.nick", "view public.nicks"]],
    );
    assert.deepEqual(
      remedies.map(({ id, hazards }) => [id, hazards]),
      [
        ["undo", ["deletes-data", "not-reversible"]],
        ["adopt", []],
        ["keep", []],
      ],
    );
    await repaired(files, db, {
      choose: ["drift=undo"],
      marked: ["0001_users", "0002_name"],
      executed: ["0003_posts"],
    });
  },
);
