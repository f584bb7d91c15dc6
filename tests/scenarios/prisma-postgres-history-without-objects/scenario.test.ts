import assert from "node:assert/strict";
import { type AppMigration, drawApplication, fileOf, neighbour } from "../application.ts";
import { quote } from "../database.ts";
import { doctor, finding, found, said, told } from "../doctor.ts";
import { PrismaHistory } from "../prisma-history.ts";
import { scenario } from "../scenario.ts";

scenario("the history was kept, all that it speaks of is gone", async ({ random, database }) => {
  const { migrations } = drawApplication(random);
  const ran = random.integer(1, migrations.length);
  const db = await database();
  const history = new PrismaHistory(db);
  for (const migration of migrations.slice(0, ran)) await history.recordApplied(migration);
  const besideOthers = random.chance(0.5);
  if (besideOthers) await db.script(neighbour(random));
  const answer = await doctor(migrations, db);
  const others = [
    ...(besideOthers ? ["info foreign-objects"] : []),
    ...(ran < migrations.length ? ["info pending"] : []),
  ];
  assert.deepEqual(found(answer), ["error history-without-objects", ...others]);
  assert.deepEqual(
    said(answer),
    migrations.map((_, i) => (i < ran ? "applied absent" : "pending absent")),
  );
  const { facts, remedies } = finding<{ all: boolean; migrations: string[] }>(
    answer,
    "history-without-objects",
  );
  assert.deepEqual([facts.all, facts.migrations], [true, migrations.slice(0, ran).map(({ name }) => name)]);
  // Its rows cannot be made again by a migration: nothing may be recorded or run before they are found.
  assert.deepEqual(
    remedies.flatMap(({ steps }) => steps.map(({ kind }) => kind)),
    ["person"],
  );
  assert.deepEqual(
    told(answer).filter((step) => JSON.parse(step).kind !== "person"),
    [],
  );
  assert.deepEqual([answer.outcome, answer.exit], ["findings", 1]);
});

scenario("one migration's only table was dropped by hand", async ({ random, database }) => {
  const { migrations } = drawApplication(random);
  const [init, second] = migrations;
  const only = {
    ...second,
    sql: `CREATE TABLE ${quote(second.makes)} (id int PRIMARY KEY, note text);`,
    rows: [],
  };
  const files = [init, only];
  const db = await database();
  await new PrismaHistory(db).deploy(files);
  await db.script(`DROP TABLE ${quote(second.makes)}`);
  const answer = await doctor(files, db);
  assert.deepEqual(said(answer), ["applied present", "applied absent"]);
  const { facts } = finding<{ all: boolean; migrations: string[] }>(answer, "history-without-objects");
  assert.deepEqual([facts.all, facts.migrations], [false, [second.name]]);
  assert.equal(
    told(answer).some((step) => step.includes("mark-applied")),
    false,
  );
  assert.equal(answer.exit, 1);
});

for (const [what, kind, drop] of [
  ["a table", "table", (init: AppMigration) => `DROP TABLE ${quote(init.makes)} CASCADE`],
  ["an index", "index", (init: AppMigration) => `DROP INDEX ${nameIn(init, /^CREATE INDEX ("[^"]+")/)}`],
] as const) {
  scenario(
    `${what} of the first migration was dropped by hand: it is not healthy`,
    async ({ random, database }) => {
      const { migrations } = drawApplication(random);
      const [init] = migrations;
      // The later ones have nothing to do with it.
      const files = [
        init,
        fileOf("0002_beside", 'CREATE TABLE "beside" ("id" int PRIMARY KEY, "note" text);'),
      ];
      const db = await database();
      await new PrismaHistory(db).deploy(files);
      await db.script(drop(init));
      const answer = await doctor(files, db);
      assert.notEqual(said(answer)[0], "applied present");
      assert.equal(said(answer)[1], "applied present");
      assert.deepEqual(
        [answer.outcome, answer.position?.exact ?? false, answer.exit],
        ["findings", false, 1],
      );
      assert.deepEqual(found(answer), ["error drift"]);
      const { facts } = finding<{ missing: { object: string }[] }>(answer, "drift");
      assert.ok(facts.missing.some(({ object }) => object.startsWith(`${kind} `)));
    },
  );
}

function nameIn({ statements }: AppMigration, pattern: RegExp): string {
  const found = statements
    .map((statement) => pattern.exec(statement)?.[1])
    .find((name) => name !== undefined);
  assert.ok(found, "the first migration makes no index");
  return found;
}
