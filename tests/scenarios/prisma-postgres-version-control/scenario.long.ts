import assert from "node:assert/strict";
import { prismaDeploy } from "../../prisma/cli.ts";
import { type AppMigration, drawApplication, fileOf } from "../application.ts";
import type { Database } from "../database.ts";
import { finding, found } from "../doctor.ts";
import type { MigrationFile } from "../prisma-history.ts";
import { PrismaHistory } from "../prisma-history.ts";
import { Repository } from "../repository.ts";
import { scenario, type World } from "../scenario.ts";

const library = fileOf(
  "0001_library",
  `CREATE TABLE "book" ("id" int PRIMARY KEY, "title" text NOT NULL, "status" text DEFAULT 'draft');
CREATE INDEX "by_title" ON "book" ("title");
`,
);
const more = fileOf("0002_more", 'ALTER TABLE "book" ADD COLUMN "pages" int NOT NULL DEFAULT 0;\n');

/** Applied as released, and edited afterwards. */
async function editing(
  { database }: Pick<World, "database">,
  files: readonly MigrationFile[],
  edit: (sql: string) => string,
) {
  const db = await database();
  const repository = await Repository.create(files);
  await repository.commit("v1");
  await new PrismaHistory(db).deploy(files);
  const edited = files.map((file, i) => (i === 0 ? { ...file, sql: edit(file.sql) } : file));
  await repository.write(edited);
  await repository.commit("v2");
  return { db, repository, edited };
}

/** The recorded checksums, by migration. */
async function checksums(db: Database): Promise<Record<string, string>> {
  const rows = await db.rows('SELECT migration_name AS name, checksum FROM "_prisma_migrations" ORDER BY 1');
  return Object.fromEntries(rows.map(({ name, checksum }) => [String(name), String(checksum)]));
}

/** Rows are dumped in the order in which they lie. */
function lines(dump: string): string[] {
  return dump.split("\n").toSorted();
}

type Facts = {
  edit: { kind: string; differences: { object: string; attribute: string }[]; object?: string };
};

for (const [what, files, edit, kind] of [
  [
    "comments and space",
    [library, more],
    (sql: string) => `-- Ticket 4711\n${sql.replace(" (", "\n  (")}`,
    "layout",
  ],
  [
    "words in another case, and a default which a later statement sets",
    [library, more],
    (sql: string) =>
      sql
        .replace("CREATE INDEX", "create index")
        .replace("text DEFAULT 'draft');", "text);")
        .replace(/$/, `ALTER TABLE book ALTER status SET DEFAULT 'draft';`),
    "equivalent",
  ],
] as const) {
  scenario(`${what}: the row is signed again, and nothing else changes`, async (world) => {
    const { db, repository, edited } = await editing(world, files, edit);
    const answer = await repository.doctor(db);
    assert.deepEqual([found(answer), answer.exit], [["info edited-migration"], 0]);
    assert.equal(finding<Facts>(answer, "edited-migration").facts.edit.kind, kind);

    const [before, was] = [await db.dump(), await checksums(db)];
    const repaired = await repository.repair(db);
    assert.deepEqual([repaired.outcome, repaired.exit], ["done", 0], JSON.stringify(repaired));
    const now = await checksums(db);
    assert.notEqual(now["0001_library"], was["0001_library"]);
    const expected = before.replaceAll(was["0001_library"] ?? "", now["0001_library"] ?? "");
    assert.deepEqual(lines(await db.dump()), lines(expected), "only the checksum is another");
    assert.deepEqual(found(await repository.doctor(db)), []);
    const deployed = await prismaDeploy(edited, `${db.url}?schema=public`);
    assert.match(deployed.output, /^No pending migrations to apply\.$/m);
  });
}

scenario("a file that does something else: in what, and how the original comes back", async (world) => {
  const { db, repository } = await editing(world, [library, more], (sql) => sql.replace("'draft'", "'open'"));
  const answer = await repository.doctor(db);
  assert.deepEqual(found(answer).toSorted(), ["error drift", "warning edited-migration"]);
  const { facts, remedies } = finding<Facts>(answer, "edited-migration");
  assert.equal(facts.edit.kind, "changed");
  assert.deepEqual(
    facts.edit.differences.map(({ object, attribute }) => `${object} ${attribute}`),
    ["column public.book.status default"],
  );
  assert.deepEqual(
    remedies.map(({ id }) => id),
    ["restore-file"],
  );
  assert.equal(
    await repository.git("cat-file", "blob", String(facts.edit.object)),
    library.sql,
    "what the remedy names is the original",
  );
  const was = await checksums(db);
  for (const which of ["edited-migration", "edited-migration:0001_library"]) {
    const refusedToSign = await repository.repair(db, "--choose", `${which}=re-sign`);
    assert.equal(refusedToSign.outcome, "refused");
    assert.deepEqual(await checksums(db), was);
  }
});

scenario(
  "where the file is to be right, the database becomes what it makes, and is signed",
  async (world) => {
    const { db, repository } = await editing(world, [library, more], (sql) =>
      sql.replace('"by_title"', '"book_title"').replace('"title" text NOT NULL', '"title" text'),
    );
    await db.script(`INSERT INTO "book" VALUES (1, 'A', 'draft', 3)`);
    const { facts, remedies } = finding<Record<"missing" | "different" | "extra", { object: string }[]>>(
      await repository.doctor(db),
      "drift",
    );
    assert.deepEqual(
      remedies.map(({ id, recommended }) => `${id}${recommended ? " recommended" : ""}`),
      ["restore-file recommended", "undo", "adopt", "keep"],
    );
    assert.deepEqual(
      [facts.missing, facts.different, facts.extra].map((some) => some.map(({ object }) => object)),
      [["index public.book_title"], ["column public.book.title"], ["index public.by_title"]],
    );
    const undone = await repository.repair(db, "--choose", "drift=undo");
    assert.equal(undone.outcome, "done", JSON.stringify(undone));
    const answer = await repository.doctor(db);
    assert.deepEqual(found(answer), ["warning edited-migration"]);
    assert.deepEqual(
      finding(answer, "edited-migration").remedies.map(({ id, recommended }) => [id, recommended]),
      [["re-sign", false]],
    );
    const signed = await repository.repair(db, "--choose", "edited-migration:0001_library=re-sign");
    assert.equal(signed.outcome, "done", JSON.stringify(signed));
    assert.deepEqual(found(await repository.doctor(db)), []);
    assert.deepEqual(await db.rows('SELECT * FROM "book"'), [
      { id: 1, title: "A", status: "draft", pages: 3 },
    ]);
  },
);

scenario("what changes rows leaves no trace: only a person can say that it means the same", async (world) => {
  const seed = fileOf("0001_seed", 'CREATE TABLE "t" ("id" int);\nINSERT INTO "t" VALUES (1);\n');
  const { db, repository } = await editing(world, [seed], (sql) => sql.replace("(1)", "(2)"));
  const answer = await repository.doctor(db);
  assert.deepEqual(found(answer), ["warning edited-migration"]);
  assert.equal(finding<Facts>(answer, "edited-migration").facts.edit.kind, "unknown");
  assert.equal((await repository.repair(db)).outcome, "nothing-to-do");
  const signed = await repository.repair(db, "--choose", "edited-migration:0001_seed=re-sign");
  assert.equal(signed.outcome, "done", JSON.stringify(signed));
  assert.deepEqual(found(await repository.doctor(db)), []);
});

scenario("the original of a drawn history is found, whatever was committed since", async (world) => {
  const { migrations } = drawApplication(world.random);
  const which = world.random.integer(0, migrations.length - 1);
  const db = await world.database();
  const repository = await Repository.create(migrations);
  await repository.commit("v1");
  await new PrismaHistory(db).deploy(migrations);
  const edited = migrations.map((file, i) =>
    i === which ? { ...file, sql: `-- edited\n\n${file.sql}` } : file,
  );
  for (const files of [edited, [...edited, more], edited]) {
    await repository.write(files);
    await repository.commit();
  }
  const answer = await repository.doctor(db);
  assert.deepEqual(found(answer), ["info edited-migration"]);
  assert.ok(!found(answer).includes("error foreign-history"));
});

scenario(
  "the database is ahead: the tag that has all that was applied is named",
  async ({ random, database }) => {
    const { migrations } = drawApplication(random);
    const db = await database();
    const repository = await Repository.create(migrations.slice(0, 1));
    await repository.commit("v1");
    await repository.write(migrations);
    await repository.commit("v2");
    await repository.commit("v2.0.1");
    const other = migrations.map((file: AppMigration, i) =>
      i === 1 ? { ...file, sql: `${file.sql}\nSELECT 1;` } : file,
    );
    await repository.write([...other, more]);
    await repository.commit("v3");
    await new PrismaHistory(db).deploy(migrations);
    await repository.git("checkout", "--quiet", "v1");
    const answer = await repository.doctor(db);
    const { evidence, remedies } = finding(answer, "missing-file");
    assert.match(evidence.join("\n"), /git: v2(?:\.0\.1)?, v2(?:\.0\.1)? have exactly what was applied$/m);
    assert.match(JSON.stringify(remedies), /Run v2/);
  },
);

scenario("without a repository nothing is claimed of the original", async (world) => {
  const { db, repository } = await editing(world, [library, more], (sql) => `-- Ticket 4711\n${sql}`);
  await repository.git("update-ref", "-d", "refs/heads/main");
  for (const tag of ["v1", "v2"]) await repository.git("tag", "--delete", tag);
  const answer = await repository.doctor(db);
  assert.deepEqual(found(answer), ["warning edited-migration"]);
  assert.equal(finding<Facts>(answer, "edited-migration").facts.edit.kind, "unknown");
});
