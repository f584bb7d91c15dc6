import { createReadStream } from "node:fs";
import { open, realpath, stat } from "node:fs/promises";
import { KnownError } from "../errors.ts";
import { beginsLikeSnapshot, readSnapshotDocument, type SnapshotFile } from "../schema/snapshot-file.ts";
import { fileProblem, proveWritable, writeBeside } from "./write-beside.ts";

/** Bytes. The snapshot of 5,000 tables has some 50 MB; what is larger than this is something else. */
const largest = 400 * 1024 * 1024;

/**
 * Reads a snapshot that was written before, and verifies it.
 *
 * @param path of a file, or of a pipe
 * @param shown what messages call it; by default the path
 * @throws KnownError SNAPSHOT_UNUSABLE, SNAPSHOT_OTHER_VERSION
 */
export async function readSnapshotFile(path: string, shown = path): Promise<SnapshotFile> {
  const reading = readSnapshotDocument(await textOf(path, shown));
  if (reading.outcome === "read") return reading.file;
  if (reading.outcome !== "other-version") throw unusable(shown, reading.problem);
  const { version, known } = reading;
  throw new KnownError("SNAPSHOT_OTHER_VERSION", { file: shown, version, known });
}

/**
 * Proves that {@link writeSnapshotFile} may and can write there, before a database is asked for anything.
 *
 * @throws KnownError SNAPSHOT_UNWRITABLE: also where something is that is no snapshot
 */
export async function checkSnapshotFile(path: string): Promise<void> {
  await mustBeReplaceable(path);
  await proveWritable(await placeOf(path)).catch((error: unknown) => refuse(path, error));
}

/**
 * Writes a snapshot's document, which only this account can read; what is not whole gets no name.
 *
 * @param pieces see `snapshotDocument`
 * @throws KnownError as {@link checkSnapshotFile}
 */
export async function writeSnapshotFile(path: string, pieces: Iterable<string>): Promise<void> {
  await mustBeReplaceable(path);
  await writeBeside(await placeOf(path), pieces).catch((error: unknown) => refuse(path, error));
}

async function textOf(path: string, shown: string): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
      bytes += chunk.length;
      text += decoder.decode(chunk, { stream: true });
      // A dump or a disk image need not be read to its end.
      if (/^\s*[^\s{]/.test(text.slice(0, 100))) throw unusable(shown, "it is no JSON");
      if (bytes > largest) throw unusable(shown, "it is larger than any snapshot");
    }
  } catch (error) {
    if (error instanceof KnownError) throw error;
    const problem = fileProblem(error);
    if (problem === undefined) throw error;
    const missing = error instanceof Error && "code" in error && error.code === "ENOENT";
    throw unusable(shown, missing ? "there is no such file" : problem);
  }
  return text + decoder.decode();
}

async function mustBeReplaceable(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return;
  const problem = (text: string) => new KnownError("SNAPSHOT_UNWRITABLE", { file: path, problem: text });
  if (found.isDirectory()) throw problem("it is a directory");
  if (!found.isFile()) throw problem("it is no file");
  // What `mktemp` made is there to be filled.
  if (found.size === 0) return;
  const beginning = await beginningOf(path).catch((error: unknown) => refuse(path, error));
  if (!beginsLikeSnapshot(beginning)) throw problem("it holds something which is no snapshot");
}

async function beginningOf(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(256), 0, 256, 0);
    return buffer.toString("utf8", 0, bytesRead);
  } finally {
    await file.close();
  }
}

/** The file behind a link keeps its place. */
function placeOf(path: string): Promise<string> {
  return realpath(path).catch(() => path);
}

function unusable(file: string, problem: string): KnownError {
  return new KnownError("SNAPSHOT_UNUSABLE", { file, problem });
}

function refuse(file: string, error: unknown): never {
  const problem = fileProblem(error);
  if (problem === undefined) throw error;
  throw new KnownError("SNAPSHOT_UNWRITABLE", { file, problem }, { cause: error });
}
