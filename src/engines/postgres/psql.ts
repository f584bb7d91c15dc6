import type { Write } from "../../plan/write.ts";
import { quoteIdentifier, textLiteral } from "../../sql/identifier.ts";
import { tokensOf } from "../../sql/postgres-tokens.ts";
import { shellWord } from "../../sql/shell.ts";
import type { Claim, ClientScript } from "../client-script.ts";
import type { AdvisoryKey } from "../server.ts";
import { existence } from "./existence.ts";

/**
 * Scripts for psql. It reads a script before the server does: outside of quotes a backslash begins one of its own
 * commands, `:name` is replaced by the value of a variable, and it cuts at semicolons. What could mean something to it
 * is therefore sent by `\gexec`, within a string: "the generated queries are sent literally to the server".
 *
 * https://www.postgresql.org/docs/current/app-psql.html
 */
export const psql: ClientScript = {
  // Not the variable of the project: psql refuses an URL with ?schema=.
  command: (file) =>
    `psql "postgresql://USER@HOST:PORT/DATABASE" -X -v ON_ERROR_STOP=1 -f ${shellWord(file)}`,
  opening: ({ schema }) =>
    [
      "\\set ON_ERROR_STOP on",
      // Each of these, set by somebody before, would send something else, or at another moment.
      "\\set AUTOCOMMIT on",
      "\\set ON_ERROR_ROLLBACK off",
      "\\set SINGLELINE off",
      "\\set SINGLESTEP off",
      "\\set FETCH_COUNT 0",
      // Else the server would take this file's letters for those of its own encoding.
      "\\encoding UTF8",
      "",
      `SET search_path TO ${quoteIdentifier(schema)};`,
    ].join("\n"),
  lock: (keys, until) =>
    until === "transaction"
      ? advisory("pg_advisory_xact_lock", keys)
      : `SET lock_timeout = '5s';\n${advisory("pg_advisory_lock", keys)}\nRESET lock_timeout;`,
  unlock: (keys) => advisory("pg_advisory_unlock", keys.toReversed()),
  begin: "BEGIN;\nSET LOCAL lock_timeout = '5s';",
  commit: "COMMIT;",
  statement,
  alone: (sql) => `SET lock_timeout = '60s';\n${statement(sql)}\nRESET lock_timeout;`,
  write: (write) => statement(withValues(write)),
  exists: existence,
  isMajor: (major) => `pg_catalog.current_setting('server_version_num')::pg_catalog.int4 / 10000 = ${major}`,
  assert: assertion,
};

/** Behind DO, so that psql prints no empty answers. */
function advisory(name: string, keys: readonly AdvisoryKey[]): string {
  const calls = keys.map((key) => `  PERFORM pg_catalog.${name}(${BigInt(key)});`);
  return `DO $godwit$ BEGIN\n${calls.join("\n")}\nEND $godwit$;`;
}

function statement(sql: string): string {
  // It may end with a comment.
  return isPlain(sql) ? `${sql}\n;` : `SELECT ${dollarQuoted(sql)}\n\\gexec`;
}

/** Whether psql sends a statement as it is, and ends it at the semicolon that is put behind it. */
function isPlain(sql: string): boolean {
  let before = "";
  let parentheses = 0;
  const ended = `${sql}\n;`;
  for (const { kind, start, end } of tokensOf(ended)) {
    const text = ended.slice(start, end);
    if (kind === "symbol" && text === ";") return end === ended.length && parentheses === 0 && before === "";
    // Where such a string ends depends on the server's settings.
    if (kind === "string" && !text.startsWith("$") && text.includes("\\")) return false;
    // Within CREATE it may be the body of a function, whose semicolons psql has to leave alone.
    if (kind === "word" && start > 0 && text.toUpperCase() === "BEGIN") return false;
    if (before === ":" && text !== ":" && text !== "=") return false;
    if (text === "\\") return false;
    if (text === "(") parentheses++;
    else if (text === ")" && --parentheses < 0) return false;
    before = text === ":" && before !== ":" ? ":" : "";
  }
  // What is quoted has no end, and took the semicolon in.
  return false;
}

function dollarQuoted(text: string): string {
  let tag = "$godwit$";
  for (let n = 1; text.includes(tag.slice(0, -1)); n++) tag = `$godwit${n}$`;
  return `${tag}${text}${tag}`;
}

/** Puts the values in the place of $1, $2, ... */
function withValues({ sql, values }: Write): string {
  let text = "";
  let at = 0;
  for (const { kind, start, end } of tokensOf(sql)) {
    const [, number] = (kind === "symbol" && /^\$([0-9]+)$/.exec(sql.slice(start, end))) || [];
    if (number === undefined) continue;
    const value = values[Number(number) - 1];
    if (value === undefined) throw new RangeError(`a write has no value for $${number}`);
    text += sql.slice(at, start) + valueLiteral(value);
    at = end;
  }
  return text + sql.slice(at);
}

function valueLiteral(value: string | number | null): string {
  if (value === null) return "NULL";
  if (typeof value === "string") return textLiteral(value);
  if (!Number.isFinite(value)) throw new RangeError(`${value} is not a number for a statement`);
  return value < 0 ? `(${value})` : String(value);
}

/** The texts of functions' arguments name a type without its schema where the search path has it: hence none. */
function assertion(claims: readonly Claim[], [before, after]: readonly [string, string]): string {
  const rows = claims.map(({ name, holds }) => `    (${textLiteral(name)}, ${holds})`);
  const body = `
DECLARE
  godwit_path text := pg_catalog.current_setting('search_path');
  godwit_wrong text;
BEGIN
  PERFORM pg_catalog.set_config('search_path', '', true);
  SELECT pg_catalog.string_agg(claim.name, ', ') INTO godwit_wrong FROM (VALUES
${rows.join(",\n")}
  ) AS claim (name, holds) WHERE claim.holds IS NOT TRUE;
  IF godwit_wrong IS NOT NULL THEN
    RAISE EXCEPTION USING MESSAGE = ${textLiteral(before)} || godwit_wrong || ${textLiteral(after)};
  END IF;
  PERFORM pg_catalog.set_config('search_path', godwit_path, true);
END
`;
  return `DO ${dollarQuoted(body)};`;
}
