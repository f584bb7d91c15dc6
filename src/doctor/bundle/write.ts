import { open, realpath, stat } from "node:fs/promises";
import { constants, gunzipSync, gzipSync } from "node:zlib";
import { KnownError } from "../../errors.ts";
import { fileProblem, proveWritable, writeBeside } from "../../project/write-beside.ts";
import { beginsLikeBundle } from "./document.ts";

/**
 * Proves that {@link writeBundle} may and can write there, before a database is asked for anything. What is there already
 * must be a bundle, or empty.
 *
 * @param path absolute
 * @throws KnownError BUNDLE_UNWRITABLE
 */
export async function checkBundleFile(path: string): Promise<void> {
  try {
    const found = await stat(path).catch(() => undefined);
    if (found?.isDirectory()) throw unwritable(path, "it is a directory");
    if (found !== undefined && !found.isFile()) throw unwritable(path, "it is not a regular file");
    if (found !== undefined && found.size > 0 && !beginsLikeBundle(await beginningOf(path)))
      throw unwritable(path, "it holds something which is no bundle, and that is not overwritten");
    await proveWritable(await placeOf(path));
  } catch (error) {
    refuse(path, error);
  }
}

/**
 * Writes a bundle, which only this account can read, until its owner hands it on: whole, or not at all. It is packed where
 * the name ends in `.gz`.
 *
 * @param text of the document
 * @throws KnownError BUNDLE_UNWRITABLE
 */
export async function writeBundle(path: string, text: string): Promise<void> {
  await checkBundleFile(path);
  try {
    await writeBeside(await placeOf(path), [path.endsWith(".gz") ? gzipSync(text) : text]);
  } catch (error) {
    refuse(path, error);
  }
}

/** Bytes: enough to see what a file is. */
const beginning = 4096;

async function beginningOf(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(beginning), 0, beginning, 0);
    const bytes = buffer.subarray(0, bytesRead);
    if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes.toString("utf8");
    // What is packed does not end here.
    const options = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: 256 * beginning };
    return gunzipSync(bytes, options).toString("utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && /^(?:Z_|ERR_)/.test(String(error.code))) return "";
    throw error;
  } finally {
    await file.close();
  }
}

/** The file behind a link keeps its place. */
function placeOf(path: string): Promise<string> {
  return realpath(path).catch(() => path);
}

function unwritable(file: string, problem: string): KnownError {
  return new KnownError("BUNDLE_UNWRITABLE", { file, problem });
}

function refuse(file: string, error: unknown): never {
  if (error instanceof KnownError) throw error;
  const problem = fileProblem(error);
  if (problem === undefined) throw error;
  throw new KnownError("BUNDLE_UNWRITABLE", { file, problem }, { cause: error });
}
