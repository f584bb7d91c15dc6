import type { ProposedStatement } from "../engines/differ.ts";
import type { DiffResult } from "../workflows/diff.ts";
import { cut } from "./attribute-text.ts";
import { counted, keyText } from "./kind-text.ts";
import { escaped, printable } from "./printable.ts";

const longestComment = 200;
const mostReasons = 50;

/**
 * A proposal as a script for the database's own client: comments and statements alone, so that it can be piped into a
 * file. Why there is none, is told in comments too.
 */
export function proposalText({ outcome, a, b, renames, proposal }: DiffResult): string {
  const head = ["What brings the schema of a to that of b.", `a: ${a.title}`, `b: ${b.title}`].map(comment);
  if (proposal === undefined)
    return lines([
      ...head,
      comment(
        outcome === "cannot-tell"
          ? "Whether they differ cannot be told: a part is behind another session's lock."
          : "They are equal in what they do: there is nothing to be done.",
      ),
    ]);
  if (proposal.outcome === "no-proposal")
    return lines([
      ...head,
      comment(`There is no proposal: ${proposal.reason}.`),
      ...proposal.unproposed.slice(0, mostReasons).map(({ key, why }) => comment(`  ${keyOf(key)}: ${why}`)),
      ...(proposal.unproposed.length > mostReasons
        ? [comment(`  and ${proposal.unproposed.length - mostReasons} more; --json has all of them`)]
        : []),
    ]);
  const { migrations, statements, on } = proposal;
  // A script that is shown changed would do something else.
  if (statements.some(({ sql }) => !isHarmless(sql)))
    return lines([
      ...head,
      comment("A name in the statements holds control characters: they are in --json alone."),
    ]);
  const destructive = statements.filter((one) => one.destructive).length;
  return lines([
    ...head,
    comment(`Proven on ${on}: its schema was that of b afterwards.`),
    comment("Not part of it: rows, owners, grants, comments. Columns may stand in another order."),
    ...renames.map(({ from, to }) =>
      comment(
        `${keyOf(from)} looks like ${keyOf(to)}, renamed. Here the one is removed and the other made: what is in it would be lost.`,
      ),
    ),
    ...(destructive > 0
      ? [comment(`${counted(destructive, "statement")} below delete${destructive === 1 ? "s" : ""} data.`)]
      : []),
    "",
    ...(migrations.length > 0 ? ofMigrations(migrations, statements) : ofStatements(statements)),
  ]);
}

function ofMigrations(migrations: readonly string[], statements: readonly ProposedStatement[]): string[] {
  return [
    comment(
      "These are the project's own migrations. `godwit migrate` runs them and writes the history; this does not.",
    ),
    ...statements.flatMap(({ sql }, i) => ["", comment(migrations[i] ?? ""), terminated(sql)]),
  ];
}

function ofStatements(statements: readonly ProposedStatement[]): string[] {
  const first = statements.filter((one) => one.first);
  const rest = statements.filter((one) => !one.first);
  return [...first.map(told), ...(rest.length > 0 ? ["BEGIN;", ...rest.map(told), "COMMIT;"] : [])];
}

function told({ sql, objects, destructive }: ProposedStatement): string {
  const warning = destructive ? `${comment(`DELETES what is in ${objects.map(keyOf).join(", ")}`)}\n` : "";
  return warning + terminated(sql);
}

/** A comment at the end would swallow the semicolon. */
function terminated(sql: string): string {
  const text = sql.trimEnd();
  if (text.endsWith(";")) return text;
  return text.split("\n").at(-1)?.includes("--") ? `${text}\n;` : `${text};`;
}

function isHarmless(sql: string): boolean {
  const text = sql.replace(/[\r\n\t]/g, " ");
  return escaped(text) === text;
}

function comment(text: string): string {
  return `-- ${cut(printable(text), longestComment)}`;
}

function keyOf(key: string): string {
  const space = key.indexOf(" ");
  return space < 0 ? key : keyText(key.slice(0, space), key.slice(space + 1));
}

function lines(all: readonly string[]): string {
  return `${all.join("\n")}\n`;
}
