import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { RepairResult } from "../../src/workflows/repair-result.ts";
import type { Diagnosis } from "../../src/workflows/result.ts";
import type { Database } from "../scenarios/database.ts";
import { documentOf, godwit, writeProject } from "../scenarios/godwit.ts";
import { dumpOf, schemaText, type Truth, truthOf } from "../scenarios/truth.ts";
import { mustBeUnchanged, testify } from "../scenarios/witness.ts";
import type { BrokenState } from "./broken-states.ts";

/** A repair that is going to be interrupted. */
export interface Interruption {
  readonly state: BrokenState;
  /** What the files make: `truthOfState`. */
  readonly truth: Truth;
  readonly database: Database;
  readonly stateDirectory: string;
  /** Interrupts it: the arguments are those of the command line. */
  interrupt(args: readonly string[]): Promise<void>;
}

/**
 * Interrupts a repair, and proves what is promised: a new process explains what is there, repairs the rest, and then
 * the schema is what the files make, no row and no foreign object was changed, and nothing is left to explain.
 *
 * @returns whether doctor told of the interruption
 */
export async function recovers({
  state,
  database,
  stateDirectory,
  interrupt,
}: Interruption): Promise<boolean> {
  const { files, beside, choose } = state;
  const truth = await truthOf(files, database, { schema: "public", ...(beside !== undefined && { beside }) });
  const before = await testify(database, "public");
  const others = await dumpOf(database, truth.beside);
  const project = await writeProject(files);
  const common = ["--project", project, "--database", database.url, "--state-dir", stateDirectory, "--json"];
  const choices = choose.flatMap((choice) => ["--choose", choice]);
  await interrupt(["repair", ...common, ...choices, "--yes", "--native"]);
  await untilAlone(database);

  const explained = await godwit(["doctor", ...common]);
  const diagnosis = documentOf<Diagnosis>(explained);
  assert.ok(explained.exit === 0 || explained.exit === 1, explained.stderr);
  const told = diagnosis.findings.some(({ check }) => check === "interrupted-repair");
  const repaired = await godwit([
    "repair",
    ...common,
    ...choices,
    "--yes",
    "--native",
    "--without-rehearsal",
  ]);
  const { outcome, reasons, failure } = documentOf<RepairResult>(repaired);
  const words = JSON.stringify({
    outcome,
    reasons,
    failure,
    stderr: repaired.stderr,
    findings: diagnosis.findings,
  });
  assert.ok(outcome === "done" || outcome === "nothing-to-do", words);
  assert.equal(repaired.exit, 0, words);

  assert.equal(
    await schemaText(database),
    await schemaText(truth.database),
    "the schema is what the files make",
  );
  mustBeUnchanged(before, await testify(database, "public"), []);
  assert.equal(await dumpOf(database, truth.beside), others, "another application's tables were changed");
  const afterwards = documentOf<Diagnosis>(await godwit(["doctor", ...common]));
  assert.deepEqual(
    afterwards.findings.filter(
      ({ severity, check }) => severity !== "info" || check === "interrupted-repair",
    ),
    [],
  );
  assert.ok(afterwards.migrations.every(({ state: recorded }) => ["applied", "asserted"].includes(recorded)));
  return told;
}

export function truthOfState({ files, beside }: BrokenState, like: Database): Promise<Truth> {
  return truthOf(files, like, { schema: "public", ...(beside !== undefined && { beside }) });
}

/** The server notices the end of a client when it next speaks to it: until then its transaction is open. */
async function untilAlone(database: Database): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const [row] = await database.rows(
      "SELECT count(*)::int AS others FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'",
    );
    if (row?.["others"] === 0) return;
    await sleep(50);
  }
  throw new Error("the session of a killed process does not end");
}
