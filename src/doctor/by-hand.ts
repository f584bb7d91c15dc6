import type { Step } from "../plan/plan.ts";
import { quoteIdentifier } from "../sql/identifier.ts";
import { shellWord } from "../sql/shell.ts";
import { ranges } from "./cite.ts";

/**
 * The step that executes a migration's own statements, with the words for a person who does it by hand.
 *
 * @param what.schema in which unqualified names are meant
 * @param what.statements one-based; all of the file where none are named
 * @param what.alone one of them (CONCURRENTLY, VACUUM) cannot be in a transaction
 */
export function executeStatements(what: {
  migration: string;
  file: string;
  schema: string;
  statements?: readonly number[] | undefined;
  alone?: boolean;
}): Step {
  const { migration, file, schema, statements, alone = false } = what;
  const path = `SET search_path TO ${quoteIdentifier(schema)}`;
  const together = alone ? "" : " --single-transaction";
  const byHand =
    statements === undefined
      ? `psql <your database>${together} -v ON_ERROR_STOP=1 -c ${shellWord(path)} -f ${shellWord(file)}`
      : `Run ${statements.length === 1 ? "statement" : "statements"} ${ranges(statements)} of ${file} by hand, in this order, ${alone ? "each by itself (CONCURRENTLY cannot be in a transaction)" : "in one transaction"}, after ${path}`;
  return { kind: "statements", migration, file, byHand, ...(statements && { statements }) };
}
