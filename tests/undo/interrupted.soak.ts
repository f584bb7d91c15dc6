import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileOf } from "../scenarios/application.ts";
import type { Database } from "../scenarios/database.ts";
import { newDirectory, surroundings, writeProject } from "../scenarios/godwit.ts";
import { PrismaHistory } from "../scenarios/prisma-history.ts";
import { scenario } from "../scenarios/scenario.ts";
import type { Executable } from "../scenarios/truth.ts";
import { comparable, repairedBefore, tell, undo } from "./undone.ts";

const main = join(import.meta.dirname, "../../src/cli/main.ts");
const files = [
  fileOf("0001_base", 'CREATE TABLE "people" ("id" int PRIMARY KEY, "name" text);\n'),
  fileOf(
    "0002_change",
    'CREATE TABLE "more" ("id" int PRIMARY KEY);\nUPDATE "people" SET "name" = upper("name");\nALTER TABLE "people" ADD COLUMN "age" int;\n',
  ),
] as const;

scenario("a repair was killed when its transaction had been committed", async ({ database }) => {
  const db = await withPeople(await database());
  const before = comparable(await db.dump());
  const stateDirectory = await newDirectory("state");
  await killedAt("committed", db, ["migrate", "--native"], stateDirectory);
  const answer = await undo(files, db, stateDirectory, { args: ["--without-rehearsal"] });
  assert.deepEqual([answer.outcome, answer.exit], ["done", 0], tell(answer));
  assert.match(answer.interrupted ?? "", /interrupted/);
  assert.equal(comparable(await db.dump()), before);
});

scenario("a repair was killed before COMMIT: there is nothing to take back", async ({ database }) => {
  const db = await withPeople(await database());
  const before = await db.dump();
  const stateDirectory = await newDirectory("state");
  await killedAt("committing", db, ["migrate", "--native"], stateDirectory);
  const answer = await undo(files, db, stateDirectory);
  assert.deepEqual(
    [answer.exit, JSON.stringify(answer).includes("NOTHING_TO_UNDO")],
    [2, true],
    tell(answer),
  );
  assert.equal(await db.dump(), before);
});

scenario("an undo was killed, before COMMIT and after it", async ({ database }) => {
  const original = await withPeople(await database());
  const repaired = await repairedBefore(files, original, { command: "migrate", args: ["--native"] });
  await killedAt("committing", original, ["undo"], repaired.stateDirectory);
  await killedAt("committed", original, ["undo"], repaired.stateDirectory);
  assert.equal(comparable(await original.dump()), repaired.before);
  const again = await undo(files, original, repaired.stateDirectory);
  assert.deepEqual([again.outcome, again.exit], ["nothing-to-do", 0], tell(again));
});

async function withPeople(db: Database): Promise<Database> {
  const rows = [`INSERT INTO "people" VALUES (1, 'Ada'), (2, 'Bob')`];
  await new PrismaHistory(db).deploy([{ ...files[0], rows }]);
  return db;
}

/** Runs the program until its journal has this entry, and kills it there: which number that is, a clone tells. */
async function killedAt(
  event: string,
  db: Database,
  command: readonly string[],
  stateDirectory: string,
): Promise<void> {
  const known = new Set(await records(stateDirectory));
  for (let number = 1; ; number++) {
    assert.ok(number < 60, `there was no entry ${event}`);
    const signal = await run(db, command, stateDirectory, number + 5);
    assert.equal(signal, "SIGKILL", `the program ended before ${event}`);
    const [record = ""] = (await records(stateDirectory)).filter((one) => !known.has(one));
    known.add(record);
    const text = await readFile(join(record, "journal.jsonl"), "utf8");
    const last = JSON.parse(text.trim().split("\n").at(-1) ?? "{}");
    if (last.event === event) return;
    assert.notEqual(last.event, "ended");
  }
}

async function run(
  db: Database,
  command: readonly string[],
  stateDirectory: string,
  entry: number,
): Promise<NodeJS.Signals | null> {
  const { cwd, environment } = await surroundings({ GODWIT_FAULT: `apply/kill:${entry}` });
  const project = await writeProject(files as readonly Executable[]);
  const args = [
    ...[...command, "--yes", "--json", "--without-rehearsal"],
    ...["--project", project, "--database", db.url, "--state-dir", stateDirectory],
  ];
  const env = Object.fromEntries(
    Object.entries(environment).flatMap(([k, v]) => (v === undefined ? [] : [[k, v]])),
  );
  const child = spawn(process.execPath, [main, ...args], { cwd, env, stdio: "ignore" });
  return new Promise((resolve, reject) => {
    child.on("error", reject).on("exit", (_code, signal) => resolve(signal));
  });
}

async function records(stateDirectory: string): Promise<string[]> {
  const places = await readdir(stateDirectory);
  const found = await Promise.all(
    places.map(async (place) =>
      (await readdir(join(stateDirectory, place)))
        .filter((one) => /^\d{8}T/.test(one))
        .map((one) => join(stateDirectory, place, one)),
    ),
  );
  return found.flat();
}
