import { postgres } from "../../../src/engines/postgres/engine.ts";
import type { TestDatabase } from "../../heart/database.ts";
import { beyondPgDump, circles } from "./circles.ts";
import { relations, type Statements } from "./relations.ts";
import { rest } from "./rest.ts";
import { routines } from "./routines.ts";
import { types } from "./types.ts";

/** Who owns, and is granted something. The roles are the server's; they are made once. */
export const roles = `
CREATE ROLE "App Owner" LOGIN PASSWORD 'Canary-pw-123' CREATEDB;
CREATE ROLE reader LOGIN NOINHERIT PASSWORD 'Canary-pw-123';
CREATE ROLE "groups""of*" NOLOGIN BYPASSRLS;
CREATE ROLE boss SUPERUSER;
`;

/**
 * All statements which a server of that major version understands.
 *
 * @param contrib whether it has the extensions that come with PostgreSQL; npm's servers do not
 */
export function statementsFor(major: number, { contrib }: { readonly contrib: boolean }): string[] {
  const parts: readonly Statements[] = [types, routines, relations, circles, rest];
  const texts = parts.flatMap((part) => part.filter(({ from }) => from <= major).map(({ sql }) => sql));
  return split(contrib ? texts : texts.map(withoutContrib));
}

/** What only our own dump brings into an order. */
export function beyondPgDumpFor(major: number): string[] {
  return split(beyondPgDump.filter(({ from }) => from <= major).map(({ sql }) => sql));
}

function split(texts: readonly string[]): string[] {
  return texts.flatMap((sql) => postgres.split(sql).map(({ text }) => text));
}

/** A type of the server's own, and the one extension that is everywhere. */
function withoutContrib(sql: string): string {
  return sql
    .replace(/^CREATE EXTENSION .*$/gm, "")
    .replaceAll(`${schemaOfExtension}.citext`, "varchar")
    .replaceAll(/\bEXTENSION citext\b/g, "EXTENSION plpgsql");
}

const schemaOfExtension = '"We""ird *.?"';

/**
 * Executes statements, those which are refused once more when others are done, as long as that helps.
 *
 * @returns what the server does not take
 */
export async function execute(
  database: TestDatabase,
  statements: readonly string[],
): Promise<{ readonly text: string; readonly why: string }[]> {
  for (let open = statements; ; ) {
    const refused: { text: string; why: string }[] = [];
    for (const text of open)
      await database.run(text).catch((error: Error) => refused.push({ text, why: error.message }));
    if (refused.length === 0 || refused.length === open.length) return refused;
    open = refused.map(({ text }) => text);
  }
}
