import { postgres } from "../../../src/engines/postgres/engine.ts";
import type { TestDatabase } from "../../heart/database.ts";
import { circles } from "./circles.ts";
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

/** All statements which a server of that major version understands. */
export function statementsFor(major: number): string[] {
  const parts: readonly Statements[] = [types, routines, relations, circles, rest];
  return parts.flatMap((part) =>
    part
      .filter(({ from }) => from <= major)
      .flatMap(({ sql }) => postgres.split(sql).map(({ text }) => text)),
  );
}

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
