import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ScriptError } from "../engines/server.ts";
import type { Writer } from "../engines/writer.ts";
import type { SavedRows } from "../plan/plan.ts";
import { BackupError } from "./backup.ts";

/**
 * Reads the rows of a file into a table. A file that is not what was saved is an error, which undoes the transaction.
 *
 * @returns the server's refusal
 * @throws BackupError, and what the file system says
 */
export async function readInto(
  writer: Writer,
  { into, file, sha256 }: SavedRows,
): Promise<ScriptError | undefined> {
  const hash = createHash("sha256");
  const hashing = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  try {
    await pipeline(createReadStream(file), hashing, writer.rowsInto(into));
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if (!(error instanceof Error) || !/^[0-9A-Z]{5}$/.test(code)) throw error;
    return { code, message: error.message };
  }
  if (hash.digest("hex") === sha256) return undefined;
  throw new BackupError(`${file} is not what was saved`);
}
