import type { ClientCommand } from "./client-command.ts";
import { splitPostgres } from "./postgres-split.ts";
import { tokensOf } from "./postgres-tokens.ts";

/**
 * The first thing in a script which psql does itself: a command that begins with a backslash, or rows that follow a COPY.
 * What pg_dump writes is a script for psql. No statement of the server's has a backslash outside of quotes.
 *
 * https://www.postgresql.org/docs/current/app-psql.html
 */
export function psqlCommandIn(script: string): ClientCommand | undefined {
  const copy = splitPostgres(script).find(({ text }) => copiesRows.test(text));
  const at = backslashIn(script);
  if (copy !== undefined && (at === undefined || lineOf(script, at) > copy.line))
    return {
      program: "psql",
      command: "COPY … FROM stdin",
      line: copy.line,
      instead:
        "Write its rows as INSERT statements (pg_dump --inserts or --column-inserts does), and take out every line that begins with a backslash.",
    };
  if (at === undefined) return undefined;
  return {
    program: "psql",
    command: /^\\(?:[A-Za-z_]+|.?)/.exec(script.slice(at, at + 40))?.[0] ?? "\\",
    line: lineOf(script, at),
    instead:
      "Take out every line that begins with a backslash: pg_dump writes some (\\restrict, \\unrestrict, \\connect) which nothing but psql needs.",
  };
}

const copiesRows = /^COPY\b[^;]*\bFROM\s+STDIN\b/i;

/** Whatever else stands behind a backslash is a slip of somebody's, and no command. */
const isCommand = /^\\[A-Za-z.!?;:]/;

function backslashIn(script: string): number | undefined {
  for (const { kind, start } of tokensOf(script))
    if (kind === "symbol" && isCommand.test(script.slice(start, start + 2))) return start;
  return undefined;
}

function lineOf(script: string, at: number): number {
  return script.slice(0, at).split("\n").length;
}
