import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { TableColumns, Writer } from "../engines/writer.ts";
import { dotted } from "../sql/identifier.ts";
import { sealed } from "./sealed.ts";

/** A table whose rows lie in a file. */
export interface SavedTable extends TableColumns {
  /** Within the backup's directory. A number: a table's name may be anything. */
  readonly file: string;
  readonly rows: number;
  /** SHA-256 of the file. */
  readonly sha256: string;
}

/** Rows that were saved before a plan was applied. */
export interface Backup {
  readonly directory: string;
  readonly tables: readonly SavedTable[];
}

/**
 * Saves the rows of tables as files, under the open transaction's snapshot, and reads every file back from the disk: a
 * backup counts when it has been read.
 *
 * @throws Error of the file system (the disk is full), BackupError when a file is not what was written
 */
export async function backUp(
  writer: Pick<Writer, "rowsOf">,
  tables: readonly TableColumns[],
  directory: string,
): Promise<Backup> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const saved: SavedTable[] = [];
  for (const [index, table] of tables.entries()) {
    const file = `${index + 1}.copy`;
    const first = await write(() => writer.rowsOf(table), join(directory, file));
    const second = await count(createReadStream(join(directory, file)));
    if (first.sha256 !== second.sha256 || first.rows !== second.rows) {
      throw new BackupError(
        `the backup of ${dotted(table.schema, table.name)} is not on the disk as it was written`,
      );
    }
    saved.push({ ...table, file, ...first });
  }
  await writeFile(join(directory, "backup.json"), sealed({ tables: saved }), { mode: 0o600 });
  await synchronise(join(directory, "backup.json"));
  return { directory, tables: saved };
}

/** What was written cannot be relied on. */
export class BackupError extends Error {}

/**
 * Writes rows to a file. Where it cannot be written the rows are read to their end all the same: the server goes on
 * sending them, and the connection is needed, if only to roll back.
 */
async function write(rows: () => AsyncIterable<Buffer>, path: string): Promise<Counted> {
  // Written over where the transaction is tried once more. Opened before the server is asked: its answer must be read.
  const file = await open(path, "w", 0o600);
  let failure: unknown;
  try {
    const counted = await count(rows(), async (chunk) => {
      if (failure === undefined) await file.writeFile(chunk).catch((error: unknown) => (failure = error));
    });
    if (failure !== undefined) throw failure;
    await file.sync();
    return counted;
  } finally {
    await file.close();
  }
}

async function synchronise(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

interface Counted {
  readonly rows: number;
  readonly sha256: string;
}

/** In COPY's text form a line feed ends a row; those in values are written as `\n`. */
async function count(
  chunks: AsyncIterable<Buffer>,
  also: (chunk: Buffer) => Promise<void> = () => Promise.resolve(),
): Promise<Counted> {
  const hash = createHash("sha256");
  let rows = 0;
  for await (const chunk of chunks) {
    hash.update(chunk);
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) rows += 1;
    await also(chunk);
  }
  return { rows, sha256: hash.digest("hex") };
}
