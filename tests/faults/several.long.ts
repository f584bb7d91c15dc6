import assert from "node:assert/strict";
import { prismaDeploy } from "../prisma/cli.ts";
import { fileOf } from "../scenarios/application.ts";
import type { Database } from "../scenarios/database.ts";
import { documentOf, newDirectory, writeProject } from "../scenarios/godwit.ts";
import { PrismaHistory } from "../scenarios/prisma-history.ts";
import { scenario } from "../scenarios/scenario.ts";
import { schemaText, truthOf } from "../scenarios/truth.ts";
import { start } from "./killing.ts";
import { isSoak } from "./points.ts";
import type { Claim } from "./recovery.ts";

const counter = {
  ...fileOf("0001_counter", 'CREATE TABLE "counter" ("id" int PRIMARY KEY, "n" int NOT NULL);\n'),
  rows: [`INSERT INTO "counter" VALUES (1, 0)`],
};
/** Executed twice, it shows. */
const count = fileOf(
  "0002_count",
  'CREATE TABLE "more" ("id" int PRIMARY KEY);\nUPDATE "counter" SET "n" = "n" + 1;\n',
);
const later = fileOf(
  "0003_later",
  'UPDATE "counter" SET "n" = "n" + 10;\nCREATE INDEX "n" ON "counter" ("n");\n',
);
const files = [counter, count, later];

type Said = Claim & {
  readonly exit: number | null;
  readonly reasons?: readonly string[];
  readonly error?: { readonly code: string };
  readonly words: string;
};

/** Each in a process of its own, with one state directory, as on one machine. */
async function together(database: Database, commands: readonly (readonly string[])[]): Promise<Said[]> {
  const common = [
    ...["--json", "--yes", "--native", "--without-rehearsal", "--wait", "60"],
    ...["--project", await writeProject(files), "--database", database.url],
    ...["--state-dir", await newDirectory("state")],
  ];
  const started = await Promise.all(commands.map((command) => start([...command, ...common])));
  const ended = await Promise.all(started.map((one) => one.ended));
  return ended.map(({ exit, stdout, said }) => {
    assert.doesNotMatch(stdout + said, /bug in Godwit/);
    const document = documentOf<Said>({ exit: exit ?? -1, stdout, stderr: said });
    return { ...document, exit, words: stdout + said };
  });
}

/** Whoever did not do the work says why, and has changed nothing. */
function otherwise({ outcome, failure, committed, reasons = [], words, exit }: Said): void {
  const isTooLate = outcome === "nothing-to-do" && exit === 0;
  const stopped = outcome === "failed" && committed === 0 && failure?.left === "nothing";
  const saw = stopped && (failure?.reason.kind === "changed" || failure?.reason.kind === "locked");
  const refused = outcome === "refused" && reasons.length > 0;
  assert.ok(isTooLate || saw || refused, words);
}

async function done(database: Database, from: typeof files): Promise<void> {
  const truth = await truthOf(from, database, { schema: "public" });
  assert.equal(await schemaText(database), await schemaText(truth.database));
  assert.deepEqual(
    await database.rows('SELECT "n" FROM "counter"'),
    [{ n: 11 }],
    "something ran twice, or never",
  );
  const rows = await database.rows(
    "SELECT migration_name AS name FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL ORDER BY 1",
  );
  assert.deepEqual(
    rows.map(({ name }) => name),
    from.map(({ name }) => name),
    "the history says something twice, or not at all",
  );
  const deployed = await prismaDeploy(from, database.url);
  assert.match(deployed.output, /No pending migrations to apply/);
}

scenario("several repairs and migrates at once: one does the work, the others say why not", async (world) => {
  const { random } = world;
  const database = await world.database();
  const history = new PrismaHistory(database);
  await history.deploy([counter]);
  await history.recordFailure(count, { code: "57014", message: "canceling statement due to user request" });
  const number = isSoak ? random.integer(5, 10) : random.integer(2, 4);
  const said = await together(
    database,
    Array.from({ length: number }, () => ["repair"]),
  );
  const words = said.map((one) => one.words).join("\n");
  assert.equal(said.filter(({ outcome }) => outcome === "done").length, 1, words);
  for (const one of said) if (one.outcome !== "done") otherwise(one);
  await done(database, files);
});

scenario("several migrates and Prisma's own deploys at once: nothing is run twice", async (world) => {
  const { random } = world;
  const database = await world.database();
  await new PrismaHistory(database).deploy([counter]);
  const [ours, theirs] = isSoak ? [random.integer(2, 5), random.integer(2, 5)] : [1, 1];
  const deploys = Promise.all(Array.from({ length: theirs }, () => prismaDeploy(files, database.url)));
  const said = await together(
    database,
    Array.from({ length: ours }, () => ["migrate"]),
  );
  for (const one of said) if (one.outcome !== "done") otherwise(one);
  for (const { exit, output } of await deploys)
    if (exit !== 0) assert.match(output, /P1002/, "Prisma gave up for another reason than its lock");
  await done(database, files);
});
