import { fileOf } from "../application.ts";
import type { Database } from "../database.ts";

export const files = [
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
