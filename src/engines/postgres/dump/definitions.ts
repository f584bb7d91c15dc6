import { splitPostgres } from "../../../sql/postgres-split.ts";
import type { Client } from "../connect.ts";
import { sqlState } from "../errors.ts";
import { quietEventTriggers } from "./at-last.ts";
import { CannotCopy } from "./cannot-copy.ts";
import type { Extension } from "./extensions.ts";
import { sectionArguments, withoutOrders } from "./programs.ts";
import type { Source } from "./source.ts";

/** What those who make definitions are told. */
export interface DefinitionWishes {
  readonly extensions: readonly Extension[];
  /** Quoted names of indexes that somebody else makes. */
  readonly later: ReadonlySet<string>;
}

/** A way to bring the definitions of a database into another. */
export interface Definitions {
  readonly method: "pg_dump" | "own";
  /** Types, functions, tables, views: all that rows need. */
  beforeRows(into: Client, wishes: DefinitionWishes): Promise<void>;
  /** Indexes, constraints, triggers, and the contents of materialised views. */
  afterRows(into: Client, wishes: DefinitionWishes): Promise<void>;
}

/** Schemas which are in every new database. */
const given = ["public", "pg_catalog"];

/** @param run starts pg_dump, connected to the source */
export function definitionsByPgDump(
  source: Source,
  run: (args: readonly string[]) => Promise<{ succeeded: boolean; output: string; words: string }>,
): Definitions {
  const section = async (name: "pre-data" | "post-data", into: Client) => {
    const { succeeded, output, words } = await run(sectionArguments(name, source));
    if (!succeeded) throw new CannotCopy(`pg_dump failed: ${lastWords(words)}`);
    await execute(withoutOrders(output), into);
  };
  return {
    method: "pg_dump",
    async beforeRows(into, { extensions }) {
      // The dump would make each in its newest version, where it is not yet there.
      for (const { schema, statement } of extensions) if (given.includes(schema)) await into.query(statement);
      await section("pre-data", into);
    },
    async afterRows(into) {
      await section("post-data", into);
      await quietEventTriggers(source, into);
    },
  };
}

/** An unknown setting: a newer pg_dump begins with some that an older server does not have. */
const unknownSetting = "42704";

/** Executes a dump as one message, after its opening settings. */
async function execute(dump: string, into: Client): Promise<void> {
  const statements = splitPostgres(dump);
  const first = statements.findIndex(
    ({ text }) => !/^(?:SET \w+ = |SELECT pg_catalog\.set_config\()/.test(text),
  );
  for (const { text } of statements.slice(0, Math.max(first, 0))) {
    await into.query(text).catch((error: unknown) => {
      if (sqlState(error) !== unknownSetting) throw error;
    });
  }
  const rest = statements[first];
  if (rest !== undefined) await into.query(dump.slice(rest.start));
}

/** The first error is the cause of the others. */
function lastWords(words: string): string {
  const lines = words.split("\n").map((line) => line.replace(/^pg_dump: /, "").trim());
  const error = lines.find((line) => /^(?:error|fatal): /i.test(line)) ?? lines.find(Boolean);
  return (error ?? "it did not say why").replace(/^error: /i, "").slice(0, 300);
}
