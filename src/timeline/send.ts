import type { ScratchSession, ScriptError } from "../engines/engine.ts";
import type { Statement } from "../sql/statement.ts";

/**
 * What the server refuses of statements that are sent together, and of each of them by itself it does not: what cannot be in
 * a transaction (CREATE INDEX CONCURRENTLY), and a new value of an enum which is used at once.
 *
 * https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const refusedTogether: ReadonlySet<string> = new Set(["25001", "55P04"]);

/** How a file was executed. */
export interface Sent {
  /** The server's refusal. Of a file that was executed statement by statement, what came before it stays. */
  readonly error?: ScriptError;
  /** Why it was executed statement by statement: the refusal of the file as one message. */
  readonly apart?: ScriptError;
  /** Zero-based: the statement that was refused by itself. */
  readonly statement?: number;
}

/**
 * Sends a file as its framework would, as one message; and where the server refuses only that, statement by statement.
 *
 * @param looking called after each statement that was executed by itself
 */
export async function send(
  session: ScratchSession,
  sql: string,
  statements: readonly Statement[],
  looking?: (statement: number) => Promise<void>,
): Promise<Sent> {
  const error = await session.script(sql);
  const isForApart =
    error !== undefined &&
    refusedTogether.has(error.code) &&
    statements.length > 1 &&
    statements.every(({ kind }) => kind !== "transaction");
  if (!isForApart) return error === undefined ? {} : { error };
  for (const [index, { text }] of statements.entries()) {
    const refusal = await session.script(text);
    if (refusal !== undefined) return { error: refusal, apart: error, statement: index };
    await looking?.(index);
  }
  return { apart: error };
}
