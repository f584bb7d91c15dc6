import assert from "node:assert/strict";
import { fileOf } from "../application.ts";
import { PrismaHistory } from "../prisma-history.ts";
import { repaired } from "../repair.ts";
import { scenario } from "../scenario.ts";

scenario("a hand has dropped an extension: undo makes it by the migration's own statement", async (world) => {
  const files = [
    fileOf("1_init", 'CREATE EXTENSION IF NOT EXISTS citext; CREATE TABLE "t" ("id" int PRIMARY KEY)'),
    fileOf("2_more", 'ALTER TABLE "t" ADD "mail" citext'),
  ];
  const db = await world.database();
  assert.equal(await new PrismaHistory(db).deploy(files.slice(0, 1)), undefined);
  await db.script("DROP EXTENSION citext");
  const { plan } = await repaired(files, db, { choose: ["drift=undo"], withoutPrisma: true });
  assert.match(JSON.stringify(plan), /CREATE EXTENSION IF NOT EXISTS citext/);
});
