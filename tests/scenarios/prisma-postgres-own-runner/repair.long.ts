import assert from "node:assert/strict";
import { symlink } from "node:fs/promises";
import { join } from "node:path";
import type { RepairResult } from "../../../src/workflows/repair-result.ts";
import { prismaEnvironment, prismaStatus } from "../../prisma/cli.ts";
import { type AppMigration, drawApplication } from "../application.ts";
import type { Database } from "../database.ts";
import { documentOf, godwit, newDirectory, writeProject } from "../godwit.ts";
import { PrismaHistory } from "../prisma-history.ts";
import { scenario } from "../scenario.ts";
import { schemaText, truthOf } from "../truth.ts";
import { mustBeUnchanged, testify } from "../witness.ts";

const packages = join(import.meta.dirname, "../../../node_modules");

/** A command in a project which has Prisma installed, whose engine is the tests' own. */
async function withPrisma(
  command: "repair" | "migrate",
  files: readonly AppMigration[],
  database: Database,
): Promise<RepairResult> {
  const project = await writeProject(files);
  await symlink(packages, join(project, "node_modules"));
  const said = await godwit(
    [
      command,
      "--json",
      "--yes",
      "--project",
      project,
      "--database",
      database.url,
      "--state-dir",
      await newDirectory("state"),
    ],
    await prismaEnvironment(),
  );
  const result = documentOf<RepairResult>(said);
  assert.deepEqual([result.outcome, said.exit], ["done", 0], said.stderr + said.stdout);
  return result;
}

scenario("what is pending is run by the project's own Prisma", async ({ random, database }) => {
  const { migrations } = drawApplication(random);
  const db = await database();
  await new PrismaHistory(db).deploy([migrations[0]]);
  const truth = await truthOf(migrations, db, { schema: "public" });
  const before = await testify(db, "public");
  const { plan, certificate } = await withPrisma("migrate", migrations, db);
  assert.deepEqual(
    plan?.parts.map((part) => (part.kind === "runner" ? part.migrations : part.kind)),
    [migrations.slice(1).map(({ name }) => name)],
  );
  assert.ok(
    certificate?.proven.some((sentence) => /Prisma 7.* finds nothing to do/.test(sentence)),
    JSON.stringify(certificate),
  );
  assert.equal(await schemaText(db), await schemaText(truth.database));
  mustBeUnchanged(before, await testify(db, "public"), []);
  assert.equal((await prismaStatus(migrations, db.url)).exit, 0);
});

scenario("a part is finished by Godwit, and Prisma goes on", async ({ random, database }) => {
  const { migrations } = drawApplication(random);
  const [init, failed, ...later] = migrations;
  const db = await database();
  const history = new PrismaHistory(db);
  await history.deploy([init]);
  await db.script(failed.statements.slice(0, 1).join(";\n"));
  await history.recordFailure(failed, { code: "57014", message: "canceling statement due to user request" });
  const truth = await truthOf(migrations, db, { schema: "public" });
  const before = await testify(db, "public");
  const { plan } = await withPrisma("repair", migrations, db);
  assert.deepEqual(
    plan?.parts.map((part) => (part.kind === "runner" ? part.migrations : part.kind)),
    ["transaction", later.map(({ name }) => name)],
  );
  assert.equal(await schemaText(db), await schemaText(truth.database));
  mustBeUnchanged(before, await testify(db, "public"), []);
  const status = await prismaStatus(migrations, db.url);
  assert.equal(status.exit, 0, status.output);
});
