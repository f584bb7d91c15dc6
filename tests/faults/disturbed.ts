import assert from "node:assert/strict";
import type { RepairResult } from "../../src/workflows/repair-result.ts";
import type { Database } from "../scenarios/database.ts";
import { documentOf, godwit } from "../scenarios/godwit.ts";
import type { FaultyProxy } from "./faulty-proxy.ts";
import type { Claim } from "./recovery.ts";

/** With it the executor begins. */
export const begin = "idle_in_transaction_session_timeout";

/**
 * Runs a repair through a way on which something goes wrong.
 *
 * @returns what it says of itself; undefined where it could not even begin, or ended with a clear sentence
 */
export async function claimOf(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  { through, of }: { readonly through: FaultyProxy; readonly of: Database },
): Promise<Claim | undefined> {
  const throughProxy = args.map((arg) => (arg === of.url ? through.url(of.url) : arg));
  const said = await godwit([...throughProxy, "--without-rehearsal"], environment);
  assert.doesNotMatch(said.stdout + said.stderr, /\bBUG\b|bug in Godwit/);
  // Where the answer to COMMIT was lost, the server was asked, and it may be done.
  assert.ok(said.exit === 2 || said.exit === 0, said.stdout + said.stderr);
  const result = documentOf<RepairResult & { error?: unknown }>(said);
  return result.error === undefined ? result : undefined;
}
