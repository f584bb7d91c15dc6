import assert from "node:assert/strict";
import { type AppMigration, drawApplication, fileOf, neighbour } from "../application.ts";
import { type Database, quote } from "../database.ts";
import { PrismaHistory } from "../prisma-history.ts";
import { refused, repaired } from "../repair.ts";
import { scenario } from "../scenario.ts";

async function make(db: Database, migrations: readonly AppMigration[]): Promise<void> {
  for (const { sql, rows } of migrations) await db.script([sql, ...rows].join(";\n"));
}

scenario(
  "the schema is at one of the migrations: those are recorded, the others run",
  async ({ random, database }) => {
    const { migrations } = drawApplication(random);
    const names = migrations.map(({ name }) => name);
    const ran = random.integer(1, migrations.length - 1);
    const db = await database();
    const beside = neighbour(random);
    await db.script(beside);
    await make(db, migrations.slice(0, ran));
    await repaired(migrations, db, { beside, marked: names.slice(0, ran), executed: names.slice(ran) });
  },
);

scenario(
  "the schema is whole: every migration is recorded, and nothing is executed",
  async ({ random, database }) => {
    const { migrations } = drawApplication(random);
    const db = await database();
    await make(db, migrations);
    const { plan } = await repaired(migrations, db, {
      marked: migrations.map(({ name }) => name),
      executed: [],
      withoutPrisma: true,
    });
    assert.deepEqual([plan?.makes, plan?.changes, plan?.removes], [[], [], []]);
  },
);

scenario(
  "the schema is between two migrations: the rest of one is executed",
  async ({ random, database }) => {
    const { migrations } = drawApplication(random);
    const last = migrations.at(-1) as AppMigration;
    const db = await database();
    await make(db, migrations.slice(0, -1));
    await db.script(last.statements.slice(0, random.integer(1, last.statements.length - 1)).join(";\n"));
    await repaired(migrations, db, {
      marked: migrations.map(({ name }) => name),
      executed: [],
      withoutPrisma: true,
    });
  },
);

scenario(
  "one of them changes data: only what is proven is recorded unasked",
  async ({ random, database }) => {
    const { migrations } = drawApplication(random);
    const [init, ...later] = migrations;
    const table = quote(init.makes);
    const withData = {
      ...fileOf(init.name, `${init.sql}\nUPDATE ${table} SET "status" = 'open';\n`),
      rows: init.rows,
    };
    const files = [withData, ...later];
    const db = await database();
    await make(db, files);
    const { questions } = await refused(files, db, "choose");
    assert.deepEqual(
      questions.map(({ check, migration, options }) => [check, migration, options.map(({ id }) => id)]),
      [["unmanaged-schema", init.name, ["mark-applied", "run-data"]]],
    );
    await repaired(files, db, {
      choose: ["unmanaged-schema=mark-applied"],
      marked: files.map(({ name }) => name),
      executed: [],
      withoutPrisma: true,
    });
  },
);

scenario(
  "the history table is there and empty, and a hand has added something",
  async ({ random, database }) => {
    const { migrations } = drawApplication(random);
    const byHand = `CREATE VIEW "by hand" AS SELECT "id" FROM ${quote(migrations[0].makes)}`;
    const db = await database();
    await new PrismaHistory(db).deploy([]);
    await make(db, migrations);
    await db.script(byHand);
    await repaired(migrations, db, {
      byHand,
      marked: migrations.map(({ name }) => name),
      executed: [],
      remain: ["warning drift"],
      withoutPrisma: true,
    });
  },
);
