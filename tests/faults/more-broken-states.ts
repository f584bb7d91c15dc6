import assert from "node:assert/strict";
import { type AppMigration, drawApplication, fileOf } from "../scenarios/application.ts";
import type { Database } from "../scenarios/database.ts";
import { PrismaHistory } from "../scenarios/prisma-history.ts";
import type { Breaking } from "./broken-states.ts";

const counted = {
  ...fileOf("0001_counter", 'CREATE TABLE "counter" ("id" int PRIMARY KEY, "n" int NOT NULL);\n'),
  rows: [`INSERT INTO "counter" VALUES (1, 0)`],
};
/** If it is executed twice, it shows; whether it was executed at all, the schema cannot tell. */
const count = fileOf(
  "0002_count",
  'CREATE TABLE "more" ("id" int PRIMARY KEY);\nUPDATE "counter" SET "n" = "n" + 1;\nALTER TABLE "counter" ADD COLUMN "o" int;\n',
);
const later = fileOf(
  "0003_later",
  'UPDATE "counter" SET "n" = "n" + 10;\nCREATE INDEX "n" ON "counter" ("n");\n',
);

async function counts(database: Database, n: number): Promise<void> {
  assert.deepEqual(
    await database.rows('SELECT "n" FROM "counter"'),
    [{ n }],
    "a statement ran twice, or never",
  );
}

const book = {
  ...fileOf(
    "0001_library",
    'CREATE TABLE "book" ("id" int PRIMARY KEY, "title" text, "pages" int DEFAULT 1);\nCREATE INDEX "by_title" ON "book" ("title");\n',
  ),
  rows: [`INSERT INTO "book" VALUES (1, 'A', 10), (2, 'B', 20)`],
};

const people = {
  ...fileOf(
    "0001_people",
    'CREATE TABLE "people" ("id" int PRIMARY KEY, "email" text, "team" int);\nCREATE TABLE "team" ("id" int PRIMARY KEY);\n',
  ),
  rows: [
    `INSERT INTO "team" VALUES (1)`,
    `INSERT INTO "people" VALUES (1, 'ann', 1), (2, 'ann', 1), (3, NULL, 1), (4, 'dan', 7)`,
  ],
};

const order = {
  ...fileOf("0001_shop", 'CREATE TABLE "order" ("id" int PRIMARY KEY, "total" int NOT NULL);\n'),
  rows: [`INSERT INTO "order" VALUES (1, 5), (2, 5000)`],
};

/** More ways to break a database, for the other kinds of plan. */
export const moreBrokenStates: Readonly<Record<string, Breaking>> = {
  async "only pending, migrated by Godwit"(_random, database) {
    await new PrismaHistory(database).deploy([counted]);
    return {
      files: [counted, count, later],
      choose: [],
      command: "migrate",
      written: ["counter"],
      holds: (copy) => counts(copy, 11),
    };
  },
  async "a half-run file with a data statement"(_random, database) {
    const history = new PrismaHistory(database);
    await history.deploy([counted]);
    await history.recordKilled(count);
    await database.script('CREATE TABLE "more" ("id" int PRIMARY KEY)');
    return {
      files: [counted, count, later],
      choose: ["failed-migration=finish-with-data"],
      written: ["counter"],
      holds: (copy) => counts(copy, 11),
    };
  },
  async "all of it is there, and only the history is to be settled"(random, database) {
    const { migrations } = drawApplication(random);
    const failed = migrations.at(-1) as AppMigration;
    const history = new PrismaHistory(database);
    await history.deploy(migrations.slice(0, -1));
    await history.recordKilled(failed);
    await database.script([failed.sql, ...failed.rows].join(";\n"));
    return { files: migrations, choose: [] };
  },
  async "rows in the way, mended and set aside"(_random, database) {
    await new PrismaHistory(database).deploy([people]);
    const strict = fileOf(
      "0002_strict",
      'CREATE UNIQUE INDEX "one" ON "people" ("email");\nALTER TABLE "people" ALTER COLUMN "email" SET NOT NULL;\nALTER TABLE "people" ADD CONSTRAINT "fk" FOREIGN KEY ("team") REFERENCES "team";\n',
    );
    return {
      files: [people, strict],
      command: "migrate",
      choose: [
        "rows-in-the-way:0002_strict:public.one=merge:least:id",
        "rows-in-the-way:0002_strict:public.people.email=value:none",
        "rows-in-the-way:0002_strict:public.people.fk=quarantine",
      ],
      written: ["people"],
      async holds(copy) {
        const rows = await copy.rows('SELECT "id", "email" FROM "people" ORDER BY 1');
        assert.deepEqual(rows, [
          { id: 1, email: "ann" },
          { id: 3, email: "none" },
        ]);
        const kept = await copy.rows("SELECT count(*)::int AS n FROM godwit_quarantine.kept_row");
        assert.deepEqual(kept, [{ n: 2 }], "rows were set aside twice, or lost");
      },
    };
  },
  async "drift, undone"(_random, database) {
    await new PrismaHistory(database).deploy([book]);
    await database.script(
      'DROP INDEX "by_title"; ALTER TABLE "book" ALTER COLUMN "pages" SET DEFAULT 2, ADD COLUMN "isbn" text',
    );
    return { files: [book], choose: ["drift=undo"] };
  },
  async "drift, adopted"(_random, database) {
    await new PrismaHistory(database).deploy([book]);
    const byHand = 'ALTER TABLE "book" ADD COLUMN "isbn" text; CREATE INDEX "by_isbn" ON "book" ("isbn")';
    await database.script(byHand);
    return { files: [book], byHand, choose: ["drift=adopt"] };
  },
  async "dependents of others, made again"(_random, database) {
    const byHand = 'CREATE VIEW "big" AS SELECT "id", "total" FROM "order" WHERE "total" > 100';
    await new PrismaHistory(database).deploy([order]);
    await database.script(byHand);
    const widen = fileOf("0002_widen", 'ALTER TABLE "order" ALTER COLUMN "total" TYPE bigint;\n');
    return { files: [order, widen], byHand, choose: [] };
  },
  async "pending, run by the project's own Prisma"(_random, database) {
    await new PrismaHistory(database).deploy([counted]);
    return {
      files: [counted, count, later],
      choose: [],
      command: "migrate",
      ownRunner: true,
      async answer({ migration, options }, copy) {
        const [row] = await copy.rows('SELECT "n" FROM "counter"');
        const ran = Number(row?.["n"]) >= (migration === later.name ? 10 : 1);
        const fits = ({ id }: { id: string }) => (id === "mark-applied") === ran;
        return options.find(fits)?.id ?? "";
      },
      written: ["counter"],
      holds: (copy) => counts(copy, 11),
    };
  },
};
