import assert from "node:assert/strict";
import type { RepairResult } from "../../src/workflows/repair-result.ts";
import type { Database } from "../scenarios/database.ts";
import { documentOf, godwit, type Said } from "../scenarios/godwit.ts";
import type { FaultyProxy } from "./faulty-proxy.ts";
import { start } from "./killing.ts";
import type { Claim } from "./recovery.ts";

/** With it the executor begins. */
export const begin = "pg_try_advisory_lock";

/** What happens on the way to the server, and when. */
export interface Disturbance {
  readonly proxy: FaultyProxy;
  /** The database's URL stands among the arguments. */
  readonly of: Database;
  readonly message: number;
  /** What the message contains from which they are counted. */
  readonly since: string;
  /** Whether the message's answer still comes through. */
  readonly answered: boolean;
  /** The connection is cut, the program is killed, or something else happens. */
  readonly how: "cut" | "killed" | (() => void);
}

/**
 * Runs a command through a way on which something happens.
 *
 * @returns what it said; undefined where it was killed
 */
export async function disturbed(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  { proxy, of, how, ...at }: Disturbance,
): Promise<Said | undefined> {
  const throughProxy = args.map((arg) => (arg === of.url ? proxy.url(of.url) : arg));
  if (how !== "killed") {
    proxy.disturb(how === "cut" ? at : { ...at, act: how });
    const said = await godwit(throughProxy, environment);
    assert.doesNotMatch(said.stdout + said.stderr, /bug in Godwit/);
    return said;
  }
  const starting = start(throughProxy, environment);
  proxy.disturb({ ...at, act: () => void starting.then(({ child }) => child.kill("SIGKILL")) });
  const { signal, exit, stdout, said: stderr } = await (await starting).ended;
  return signal === "SIGKILL" ? undefined : { exit: exit ?? -1, stdout, stderr };
}

/**
 * As {@link disturbed}, of a repair.
 *
 * @returns what it says of itself; undefined where it could not even begin, or was killed
 */
export async function claimOf(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  disturbance: Disturbance,
): Promise<Claim | undefined> {
  const said = await disturbed([...args, "--without-rehearsal"], environment, disturbance);
  if (said === undefined) return undefined;
  // Where the answer to COMMIT was lost, the server was asked, and it may be done.
  assert.ok(said.exit === 2 || said.exit === 0, said.stdout + said.stderr);
  const result = documentOf<RepairResult & { error?: unknown }>(said);
  return result.error === undefined ? result : undefined;
}
