import assert from "node:assert/strict";
import { drawApplication, fileOf, neighbour } from "../application.ts";
import { quote } from "../database.ts";
import { doctor, doctorInWords, finding, found, said } from "../doctor.ts";
import { PrismaHistory } from "../prisma-history.ts";
import { scenario } from "../scenario.ts";

/**
 * Another application's tables were in the database (P3005), so the first migration was marked as applied, as the
 * manual says for baselining; the second one then failed on a table that nothing had made.
 */
scenario("the first migration was only marked, the second one failed", async ({ random, database }) => {
  const { migrations } = drawApplication(random);
  const [init, next, ...later] = migrations;
  const statements = [`ALTER TABLE ${quote(init.makes)} ADD COLUMN "seen at" timestamp`, ...next.statements];
  const files = [init, fileOf(next.name, `${statements.join(";\n")};\n`), ...later];
  const db = await database();
  await db.script(neighbour(random));
  const history = new PrismaHistory(db);
  await history.resolveApplied(init);
  const error = await history.deploy(files.slice(1));
  assert.equal(error?.code, "42P01");

  const answer = await doctor(files, db);
  assert.deepEqual(found(answer).slice(0, 2), ["error asserted-never-executed", "error failed-migration"]);
  assert.deepEqual(found(answer).slice(2).toSorted(), ["info foreign-objects", "info pending"]);
  assert.deepEqual(said(answer), ["asserted absent", "failed absent", ...later.map(() => "pending absent")]);
  const { facts, remedies } = finding<{ migration: string; notHeld: string[]; held: string[] }>(
    answer,
    "asserted-never-executed",
  );
  assert.equal(facts.migration, init.name);
  assert.deepEqual(facts.held, []);
  assert.ok(facts.notHeld.some((object) => object.startsWith("table ") && object.includes(init.makes)));
  // Run the first file, settle the second, go on: in this order, and nothing is marked as applied.
  assert.deepEqual(
    remedies
      .flatMap(({ steps }) => steps.map((step) => (step.kind === "history" ? step.change : step.kind)))
      .filter((step) => step !== "person"),
    ["statements", "mark-rolled-back", "framework"],
  );
  const failed = finding<{ cause: unknown; blockedBy: string }>(answer, "failed-migration");
  assert.equal(failed.facts.blockedBy, init.name);
  assert.match(failed.explanation, new RegExp(init.name));
  assert.deepEqual(answer.position, { migration: null, statement: null, distance: 0, exact: true });
  assert.deepEqual([answer.outcome, answer.exit], ["findings", 1]);
  assert.match(await doctorInWords(files, db), /never executed/);

  const copy = await doctor(files, await db.restored());
  assert.deepEqual([found(copy), said(copy), copy.position], [found(answer), said(answer), answer.position]);
});

scenario("it was only marked, and a hand has made a part of it", async ({ random, database }) => {
  const { migrations } = drawApplication(random);
  const [init] = migrations;
  const db = await database();
  await new PrismaHistory(db).resolveApplied(init);
  await db.script(init.statements.slice(0, 2).join(";\n"));
  const answer = await doctor(migrations, db);
  assert.deepEqual(found(answer), ["error asserted-never-executed", "info pending"]);
  assert.equal(said(answer)[0], `asserted partial 1,2 of ${init.statements.length}`);
  assert.equal(answer.exit, 1);
});

scenario("a baseline that is true: marked, and all of it is there", async ({ random, database }) => {
  const { migrations } = drawApplication(random);
  const [init, ...later] = migrations;
  const db = await database();
  await db.script([init.sql, ...init.rows].join(";\n"));
  const history = new PrismaHistory(db);
  await history.resolveApplied(init);
  await history.deploy(later);
  const answer = await doctor(migrations, db);
  assert.deepEqual(found(answer), []);
  assert.deepEqual(said(answer), ["asserted present", ...later.map(() => "applied present")]);
  assert.deepEqual([answer.position?.exact, answer.outcome, answer.exit], [true, "healthy", 0]);
});

scenario("it was only marked, and what it removes has not been made", async ({ database }) => {
  const files = [
    fileOf("0001_init", 'CREATE TABLE "item" ("id" integer PRIMARY KEY);\n'),
    fileOf("0002_view", 'CREATE VIEW "seen" AS SELECT "id" FROM "item";\n'),
    fileOf("0003_drop", 'DROP VIEW "seen";\n'),
  ] as const;
  const db = await database();
  const history = new PrismaHistory(db);
  await history.deploy(files.slice(0, 1));
  await history.resolveApplied(files[2]);

  // Whoever ran both and lost a row left the same: nothing is claimed of whether it was executed.
  const answer = await doctor(files, db);
  const { title, explanation, remedies } = finding(answer, "asserted-never-executed");
  assert.match(title, /^0003_drop was recorded .* what it removes is still to be made$/);
  assert.doesNotMatch(title + explanation, /never executed|was not executed/);
  // It can be removed only when it is there.
  const kinds = remedies.flatMap(({ steps }) => steps.map(({ kind }) => kind));
  assert.deepEqual(
    kinds.filter((kind) => kind !== "person"),
    ["framework", "statements"],
  );
});
