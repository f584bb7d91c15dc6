import type { ScriptError } from "../engine.ts";
import { sqlState } from "./errors.ts";

/**
 * The server's refusal of a text; undefined for every other error.
 *
 * @param sql the text, to tell where in it the refusal is
 */
export function scriptErrorOf(error: unknown, sql?: string): ScriptError | undefined {
  const code = sqlState(error);
  if (code === undefined || !(error instanceof Error)) return undefined;
  const position = "position" in error ? Number(error.position) : Number.NaN;
  const offset = sql !== undefined && Number.isInteger(position) ? offsetOf(sql, position) : undefined;
  return { code, message: error.message, ...(offset !== undefined && { offset }) };
}

/** The server counts characters from 1; JavaScript counts UTF-16 units from 0. */
function offsetOf(sql: string, position: number): number {
  let offset = 0;
  for (let i = 1; i < position && offset < sql.length; i++) {
    offset += (sql.codePointAt(offset) ?? 0) > 0xffff ? 2 : 1;
  }
  return offset;
}
