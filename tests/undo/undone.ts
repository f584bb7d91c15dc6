import assert from "node:assert/strict";
import type { UndoResult } from "../../src/workflows/undo-result.ts";
import type { Database } from "../scenarios/database.ts";
import { documentOf, godwit, newDirectory, type Said, writeProject } from "../scenarios/godwit.ts";
import { type Asking, explain, type RepairAnswer, repair } from "../scenarios/repair.ts";
import type { Executable } from "../scenarios/truth.ts";

/** What `godwit undo --json` answered. */
export interface UndoAnswer extends UndoResult, Said {}

export interface Undoing extends Asking {
  readonly choose?: readonly string[];
}

/** `godwit undo --json --yes`. */
export async function undo(
  migrations: readonly Executable[],
  database: Database,
  stateDirectory: string,
  { choose, args, environment, schema }: Undoing = {},
): Promise<UndoAnswer> {
  const query = schema === undefined ? "" : `?schema=${encodeURIComponent(schema)}`;
  const said = await godwit(
    [
      ...["undo", "--json", "--yes"],
      ...["--project", await writeProject(migrations)],
      ...["--database", database.url + query],
      ...["--state-dir", stateDirectory],
      ...(choose ?? []).flatMap((choice) => ["--choose", choice]),
      ...(args ?? []),
    ],
    environment,
  );
  return { ...documentOf<UndoResult>(said), ...said };
}

export interface Repaired {
  readonly stateDirectory: string;
  readonly answer: RepairAnswer;
  /** The database as `pg_dump` wrote it before the repair, in an order of its own. */
  readonly before: string;
}

/** Repairs a database, which has to succeed. */
export async function repairedBefore(
  migrations: readonly Executable[],
  database: Database,
  asking: Asking = {},
): Promise<Repaired> {
  const stateDirectory = await newDirectory("state");
  const before = comparable(await database.dump());
  const answer = await repair(migrations, database, { ...asking, stateDirectory });
  assert.deepEqual([answer.outcome, answer.exit], ["done", 0], explain(answer));
  assert.notEqual(comparable(await database.dump()), before, "the repair changed nothing");
  return { stateDirectory, answer, before };
}

/** Takes the last repair back, and proves by `pg_dump` that the database is what it was before it. */
export async function takenBack(
  migrations: readonly Executable[],
  database: Database,
  { stateDirectory, before }: Pick<Repaired, "stateDirectory" | "before">,
  undoing: Undoing = {},
): Promise<UndoAnswer> {
  const answer = await undo(migrations, database, stateDirectory, undoing);
  assert.deepEqual([answer.outcome, answer.exit], ["done", 0], tell(answer));
  assert.equal(comparable(await database.dump()), before, "the database is not what it was");
  return answer;
}

export function tell({ outcome, reasons, questions, failure, stderr, plan }: UndoAnswer): string {
  return JSON.stringify({ outcome, reasons, questions, failure, stderr, parts: plan?.parts }, undefined, 1);
}

/**
 * A dump with neither the order of columns (what is added again stands behind) nor that of rows and entries, and without
 * the numbers at which sequences stand, which no transaction takes back.
 */
export function comparable(dump: string): string {
  const entries = dump.split(/^--$/m).filter((text) => text.trim() !== "");
  const named = entries.flatMap((text, i) =>
    /^-- Name: |^-- Data for Name: /m.test(text) && !/Type: SEQUENCE SET/.test(text)
      ? [`${text.trim()}\n${inOrder(entries[i + 1]?.trim() ?? "")}`]
      : [],
  );
  return named.toSorted().join("\n\n");
}

function inOrder(text: string): string {
  if (/^CREATE (?:UNLOGGED )?TABLE /m.test(text))
    return text.replaceAll(/,$/gm, "").split("\n").toSorted().join("\n");
  const copy = /^COPY (.+?) \((.*)\) FROM stdin;\n([\s\S]*?)^\\\.$/m.exec(text);
  if (copy === null) return text;
  const columns = (copy[2] ?? "").split(", ");
  const order = columns.map((_, i) => i).sort((a, b) => ((columns[a] ?? "") < (columns[b] ?? "") ? -1 : 1));
  const rows = (copy[3] ?? "").split("\n").filter(Boolean);
  const sorted = rows.map((row) => {
    const values = row.split("\t");
    return order.map((i) => values[i]).join("\t");
  });
  return [`COPY ${copy[1]} (${order.map((i) => columns[i]).join(", ")})`, ...sorted.toSorted()].join("\n");
}
