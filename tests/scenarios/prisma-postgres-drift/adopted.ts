import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { create, type Database } from "../database.ts";
import { writeProject } from "../godwit.ts";
import { PrismaHistory } from "../prisma-history.ts";
import { type Asking, type Expected, explain, type RepairAnswer, repair, repaired } from "../repair.ts";
import { type Executable, schemaText } from "../truth.ts";
import { mustBeUnchanged, testify } from "../witness.ts";

/** What adopting led to: the answer, and the project's files with the new one. */
export interface Adopted {
  readonly answer: RepairAnswer;
  readonly files: readonly Executable[];
}

/**
 * Adopts what a hand has made, and proves it by witnesses of its own: schema and rows are what they were, the new file
 * makes the same schema of an empty database, its row has its checksum, and Prisma is content here and there.
 */
export async function adopted(
  migrations: readonly Executable[],
  db: Database,
  choose: readonly string[],
  asking: Asking & Pick<Expected, "withoutPrisma" | "remain"> = {},
): Promise<Adopted> {
  const project = await writeProject(migrations);
  const [schema, rows] = [await schemaText(db), await testify(db, "public")];
  const answer = await repair(migrations, db, { ...asking, choose, project });
  assert.deepEqual([answer.outcome, answer.exit], ["done", 0], explain(answer));
  assert.equal(await schemaText(db), schema, "the schema was changed");
  mustBeUnchanged(rows, await testify(db, "public"), []);

  const files = await filesOf(project);
  const added = files.filter(({ name }) => !migrations.some((one) => one.name === name));
  assert.deepEqual(
    added.map(({ name, sql }) => [name, sql]),
    [[answer.plan?.adopts?.migration, answer.plan?.adopts?.sql]],
  );
  assert.equal(files.at(-1), added[0], "it comes after all others");
  const { history } = await testify(db, "public");
  const row = history.find(({ migration_name: name }) => name === added[0]?.name);
  assert.equal(
    row?.checksum,
    createHash("sha256")
      .update(added[0]?.sql ?? "")
      .digest("hex"),
  );
  assert.equal(
    (await readdir(join(project, "prisma"))).length,
    2,
    "something was left beside the migrations",
  );

  const { remain, withoutPrisma } = asking;
  const elsewhere = await create(db.server);
  assert.equal(await new PrismaHistory(elsewhere).deploy(files), undefined);
  if (remain === undefined)
    assert.equal(await schemaText(elsewhere), schema, "elsewhere the files make something else");
  await elsewhere.drop();
  // What is kept is nothing that the files make.
  if (remain === undefined)
    await repaired(
      files,
      db,
      { marked: [], executed: [], ...(withoutPrisma && { withoutPrisma }) },
      async () => answer,
    );
  return { answer, files };
}

async function filesOf(project: string): Promise<Executable[]> {
  const place = join(project, "prisma/migrations");
  const entries = await readdir(place, { withFileTypes: true });
  const names = entries.filter((one) => one.isDirectory()).map(({ name }) => name);
  return Promise.all(
    names
      .toSorted()
      .map(async (name) => ({ name, sql: await readFile(join(place, name, "migration.sql"), "utf8") })),
  );
}

/** The same where the plan does more than that: here and elsewhere the files make one and the same schema. */
export async function adoptedAmongPending(
  migrations: readonly Executable[],
  db: Database,
  choose: readonly string[],
): Promise<void> {
  const project = await writeProject(migrations);
  const answer = await repair(migrations, db, { choose, project });
  assert.deepEqual([answer.outcome, answer.exit], ["done", 0], explain(answer));
  const files = await filesOf(project);
  await repaired(files, db, { marked: [], executed: [] }, async () => answer);
}
