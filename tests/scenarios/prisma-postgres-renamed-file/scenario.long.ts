import assert from "node:assert/strict";
import { prismaDeploy, prismaStatus } from "../../prisma/cli.ts";
import { type AppMigration, drawApplication, fileOf } from "../application.ts";
import { finding, found, quickDoctor, said } from "../doctor.ts";
import { godwit, newDirectory, writeProject } from "../godwit.ts";
import { PrismaHistory } from "../prisma-history.ts";
import { refused, repair } from "../repair.ts";
import { scenario, type World } from "../scenario.ts";

/** All are applied with rows, and then one of the files gets another name. */
async function renaming({ random, database }: World) {
  const { migrations } = drawApplication(random);
  const db = await database();
  await new PrismaHistory(db).deploy(migrations);
  const which = random.integer(0, migrations.length - 1);
  const former = migrations[which] as AppMigration;
  const files = migrations.map((file) =>
    file === former ? { ...file, name: `${file.name}_renamed` } : file,
  );
  return { db, files, which, former, name: `${former.name}_renamed` };
}

/** Rows are dumped in the order in which they lie. */
function lines(dump: string): string[] {
  return dump.split("\n").toSorted();
}

scenario("a renamed file is recognised, and its row gets its name; undo takes that back", async (world) => {
  const { db, files, former, name } = await renaming(world);
  const answer = await quickDoctor(files, db);
  assert.deepEqual(found(answer), ["error renamed-migration"]);
  const { facts } = finding<{ renamed: unknown[] }>(answer, "renamed-migration");
  assert.deepEqual(
    facts.renamed.map((one) => ({ ...(one as object), file: "" })),
    [{ migration: name, former: former.name, file: "" }],
  );
  assert.ok(said(answer).includes("renamed present"));

  const migrating = await refused(files, db, "refused", { command: "migrate" });
  assert.match(`${migrating.reasons}`, /has to be repaired/);

  const before = await db.dump();
  const stateDirectory = await newDirectory("state");
  const repaired = await repair(files, db, { stateDirectory });
  assert.deepEqual([repaired.outcome, repaired.exit], ["done", 0], JSON.stringify(repaired));
  assert.deepEqual(
    lines(await db.dump()),
    lines(before.replaceAll(`\t${former.name}\t`, `\t${name}\t`)),
    "only the name is another",
  );
  assert.deepEqual(found(await quickDoctor(files, db)), []);
  const status = await prismaStatus(files, `${db.url}?schema=public`);
  assert.match(status.output, /^Database schema is up to date!$/m);
  const deployed = await prismaDeploy(files, `${db.url}?schema=public`);
  assert.match(deployed.output, /^No pending migrations to apply\.$/m);

  const undone = await godwit([
    ...["undo", "--yes", "--json", "--project", await writeProject(files)],
    ...["--database", db.url, "--state-dir", stateDirectory],
  ]);
  assert.equal(undone.exit, 0, undone.stdout + undone.stderr);
  assert.deepEqual(lines(await db.dump()), lines(before));
});

scenario("two files of the same content, and one row: which it is, is not claimed", async ({ database }) => {
  const db = await database();
  const init = fileOf("1_init", 'CREATE TABLE "t" ("id" int PRIMARY KEY);');
  const grant = "COMMENT ON TABLE \"t\" IS 'a table';";
  await new PrismaHistory(db).deploy([init, fileOf("2_comment", grant)]);
  const files = [init, fileOf("3_comment", grant), fileOf("4_comment", grant)];
  const answer = await quickDoctor(files, db);
  assert.ok(found(answer).includes("error missing-file"), `${found(answer)}`);
  assert.ok(!found(answer).includes("error renamed-migration"));
  await refused(files, db, "refused");
});

scenario("nothing of what the renamed file makes is there: no plan", async ({ database }) => {
  const db = await database();
  const init = fileOf("1_init", 'CREATE TABLE "t" ("id" int PRIMARY KEY);');
  const more = fileOf("2_more", 'CREATE TABLE "u" ("id" int PRIMARY KEY);');
  await new PrismaHistory(db).deploy([init, more]);
  await db.script('DROP TABLE "u"');
  const { reasons } = await refused([init, { ...more, name: "3_more" }], db, "refused");
  assert.match(`${reasons}`, /2_more/);
});
