import assert from "node:assert/strict";
import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Interrupted } from "../../src/executor/interrupted.ts";
import type { RepairResult } from "../../src/workflows/repair-result.ts";
import type { Diagnosis } from "../../src/workflows/result.ts";
import { prismaEnvironment, prismaStatus } from "../prisma/cli.ts";
import type { Database } from "../scenarios/database.ts";
import { documentOf, godwit, type Said, writeProject } from "../scenarios/godwit.ts";
import { dumpOf, schemaText, type Truth, truthOf } from "../scenarios/truth.ts";
import { mustBeUnchanged, testify } from "../scenarios/witness.ts";
import { comparable } from "../undo/undone.ts";
import type { BrokenState } from "./broken-states.ts";

const packages = join(import.meta.dirname, "../../node_modules");

/** What a command that came to an end says of itself. */
export type Claim = Pick<RepairResult, "outcome" | "failure" | "committed" | "unrecorded">;

/** A repair that is going to be interrupted. */
export interface Interruption {
  readonly state: BrokenState;
  /** What the files make: `truthOfState`. */
  readonly truth: Truth;
  readonly database: Database;
  readonly stateDirectory: string;
  /** Prisma's own command line is asked at the end: that takes seconds. */
  readonly askPrisma?: boolean;
  /**
   * Interrupts it: the arguments are those of the command line.
   *
   * @returns what it said in the end, if it came to one
   */
  interrupt(
    args: readonly string[],
    environment: Readonly<Record<string, string>>,
  ): Promise<Claim | undefined>;
}

/**
 * Interrupts a repair, and proves what is promised: what it says of itself, and what a new process tells of it, is true;
 * that process explains what is there, repairs the rest, and then the schema is what the files make, no row and no foreign
 * object was changed, nothing was done twice, and nothing is left to explain.
 *
 * @returns whether doctor told of the interruption
 */
export async function recovers(interruption: Interruption): Promise<boolean> {
  const { state, database, stateDirectory, truth } = interruption;
  const before = await testify(database, "public");
  const whole = comparable(await database.dump());
  const others = await dumpOf(database, truth.beside);
  const project = await projectOf(state);
  const environment = await environmentOf(state);
  const common = ["--project", project, "--database", database.url, "--state-dir", stateDirectory, "--json"];
  const wishes = [...common, ...wishesOf(state)];
  const claim = await interruption.interrupt([state.command ?? "repair", ...wishes], environment);
  await untilAlone(database);
  const isAsBefore = comparable(await database.dump()) === whole;

  const explained = await godwit(["doctor", ...common], environment);
  const diagnosis = documentOf<Diagnosis>(explained);
  assert.ok(explained.exit === 0 || explained.exit === 1, explained.stderr);
  const told = diagnosis.findings.find(({ check }) => check === "interrupted-repair");
  mustBeTrue(claim, told?.facts as Interrupted | undefined, isAsBefore);
  const repaired = await answering(["repair", ...wishes, "--without-rehearsal"], environment, interruption);
  const { outcome, reasons, failure, questions } = documentOf<RepairResult>(repaired);
  const words = JSON.stringify(
    { outcome, reasons, failure, questions, stderr: repaired.stderr, findings: diagnosis.findings },
    undefined,
    1,
  );
  assert.ok(outcome === "done" || outcome === "nothing-to-do", words);
  assert.equal(repaired.exit, 0, words);
  if (claim?.outcome === "done") assert.equal(outcome, "nothing-to-do", `it was said to be done: ${words}`);

  assert.equal(
    await schemaText(database),
    await schemaText(truth.database),
    "the schema is what the files make",
  );
  mustBeUnchanged(before, await testify(database, "public"), state.written ?? []);
  assert.equal(await dumpOf(database, truth.beside), others, "another application's tables were changed");
  await state.holds?.(database);
  await contentIn(common, environment, interruption);
  return told !== undefined;
}

/** Where it cannot know something and asks, it gets the answer that a person finds. */
async function answering(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  { state, database }: Interruption,
): Promise<Said> {
  const said = await godwit(args, environment);
  const { outcome, questions } = documentOf<RepairResult>(said);
  if (outcome !== "choose" || state.answer === undefined) return said;
  const answers: string[] = [];
  for (const question of questions) {
    const id = await state.answer(question, database);
    answers.push("--choose", `${question.check}:${question.migration}=${id}`);
  }
  return godwit([...args, ...answers], environment);
}

/** What was said of an interruption is what the database shows. */
function mustBeTrue(claim: Claim | undefined, told: Interrupted | undefined, isAsBefore: boolean): void {
  const { outcome, failure, committed } = claim ?? {};
  const what = JSON.stringify({ outcome, failure, committed, told });
  if (outcome === "failed" && failure?.left === "nothing" && committed === 0)
    assert.ok(isAsBefore, `nothing was changed, it said: ${what}`);
  if (outcome === "done" || failure?.left === "all" || (committed ?? 0) > 0)
    assert.ok(!isAsBefore, `something was changed, it said: ${what}`);
  if (told === undefined || told.isDamaged) return;
  const fate = told.transaction?.fate;
  if (told.committed > 0 || fate === "committed")
    assert.ok(!isAsBefore, `something is there, doctor said: ${what}`);
  else if (fate === "aborted" || told.doing === "nothing")
    assert.ok(isAsBefore, `nothing is there, doctor said: ${what}`);
}

/** Nothing is left to explain, to the doctor and to Prisma. */
async function contentIn(
  common: readonly string[],
  environment: Readonly<Record<string, string>>,
  { state: { byHand, files, choose }, database, askPrisma }: Interruption,
): Promise<void> {
  const afterwards = documentOf<Diagnosis>(await godwit(["doctor", ...common], environment));
  const isLeft = byHand !== undefined && !choose.includes("drift=adopt");
  const remain = afterwards.findings.filter(
    ({ severity, check }) =>
      (severity !== "info" || check === "interrupted-repair") && !(isLeft && check === "drift"),
  );
  assert.deepEqual(remain, []);
  assert.ok(afterwards.migrations.every(({ state }) => ["applied", "asserted"].includes(state)));
  if (askPrisma !== true || choose.includes("drift=adopt")) return;
  const status = await prismaStatus(files, database.url);
  assert.equal(status.exit, 0, status.output);
}

/** A project with these files, and with Prisma where it is to have it. */
export async function projectOf({ files, ownRunner }: BrokenState): Promise<string> {
  const project = await writeProject(files);
  if (ownRunner) await symlink(packages, join(project, "node_modules"));
  return project;
}

/** What the program needs in its environment. */
export async function environmentOf({ ownRunner }: BrokenState): Promise<Record<string, string>> {
  return ownRunner ? prismaEnvironment() : {};
}

/** What a person says to the plan. */
export function wishesOf({ choose, ownRunner }: BrokenState): string[] {
  return [...choose.flatMap((choice) => ["--choose", choice]), "--yes", ...(ownRunner ? [] : ["--native"])];
}

export function truthOfState({ files, beside, byHand }: BrokenState, like: Database): Promise<Truth> {
  return truthOf(files, like, {
    schema: "public",
    ...(beside !== undefined && { beside }),
    ...(byHand !== undefined && { byHand }),
  });
}

/** The server notices the end of a client when it next speaks to it: until then its transaction is open. */
export async function untilAlone(database: Database): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    // The server may be starting again.
    const [row] = await database
      .rows(
        "SELECT count(*)::int AS others FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'",
      )
      .catch(() => []);
    if (row?.["others"] === 0) return;
    await sleep(50);
  }
  throw new Error("the session of a killed process does not end");
}
