import type pg from "pg";
import { Random } from "../scenarios/random.ts";
import { readCatalog } from "./catalog.ts";
import { HistoryNames } from "./names.ts";
import { drawChange, drawRows, insertInto, type Operation } from "./operations.ts";

/** One statement of a file, and what it is for. */
export interface HistoryStatement {
  readonly sql: string;
  /** `rows`: it leaves no trace in the schema. */
  readonly changes: "schema" | "rows";
}

/** A migration whose statements are known one by one. */
export interface HistoryFile {
  readonly name: string;
  readonly sql: string;
  readonly statements: readonly HistoryStatement[];
  /** What the application writes when it has run. */
  readonly rows: readonly string[];
}

export interface HistorySize {
  readonly migrations: readonly [least: number, most: number];
  readonly statements: readonly [least: number, most: number];
}

const usual: HistorySize = { migrations: [3, 9], statements: [1, 6] };
/** So often something else is drawn when the server refuses. */
const tries = 40;

/**
 * Draws a history by writing it: what the server refuses is no statement of it. So it knows nothing of how Godwit reads SQL.
 *
 * @param client of an empty database, in which all of the history has been executed afterwards
 * @param name what it is drawn by: the same one gives the same history
 */
export async function drawHistory(client: pg.Client, name: string, size = usual): Promise<HistoryFile[]> {
  const random = new Random(name);
  const names = new HistoryNames(random);
  const files: HistoryFile[] = [];
  const count = random.integer(...size.migrations);
  for (let number = 1; number <= count; number++) {
    const statements: HistoryStatement[] = [];
    const wanted = random.integer(...size.statements);
    for (let i = 0; i < tries && statements.length < wanted; i++) {
      const changes = random.chance(0.12) ? "rows" : "schema";
      const operation: Operation = changes === "rows" ? drawRows : drawChange;
      const drawn = operation({ random, names, catalog: await readCatalog(client) });
      const sqls = drawn === undefined ? [] : typeof drawn === "string" ? [drawn] : drawn;
      if (await accepts(client, sqls)) statements.push(...sqls.map((sql) => ({ sql, changes }) as const));
    }
    const { tables } = await readCatalog(client);
    const rows: string[] = [];
    for (const table of random.shuffle(tables).slice(0, 3)) {
      const insert = insertInto(table, random.integer(1, 6));
      if (await accepts(client, [insert])) rows.push(insert);
    }
    files.push({
      name: `${String(number).padStart(4, "0")}_${random.pick(["init", "add", "change", "fix"])}`,
      sql: statements.map(({ sql }) => `${random.chance(0.2) ? `-- ${number}\n` : ""}${sql};\n`).join("\n"),
      statements,
      rows,
    });
  }
  return files.filter(({ statements }) => statements.length > 0);
}

/** Executes all of it, or nothing. */
async function accepts(client: pg.Client, statements: readonly string[]): Promise<boolean> {
  if (statements.length === 0) return false;
  try {
    for (const sql of ["BEGIN", ...statements, "COMMIT"]) await client.query(sql);
    return true;
  } catch {
    await client.query("ROLLBACK");
    return false;
  }
}
