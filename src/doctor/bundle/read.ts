import type { FileHandle } from "node:fs/promises";
import { constants, open } from "node:fs/promises";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { KnownError } from "../../errors.ts";
import { snapshotFrom } from "../../schema/snapshot-file.ts";
import { type Bundle, bundleVersion } from "./bundle.ts";
import { beginsLikeBundle, checksumOf } from "./document.ts";

/** Bytes, packed or not. Half a million objects of a schema take this much. */
const largest = 400 * 1024 * 1024;

const unpack = promisify(gunzip);

/**
 * Reads a bundle, packed or not, and believes nothing of it: it comes from a stranger.
 *
 * @param path absolute
 * @param name for people
 * @throws KnownError BUNDLE_UNREADABLE
 */
export async function readBundle(path: string, name: string): Promise<Bundle> {
  const bundle = await bundleFrom(await textOf(path, name));
  if (typeof bundle === "string") throw unreadable(name, bundle);
  return bundle;
}

/**
 * @param text may be anything
 * @returns the bundle, or what is wrong with the text, to go on with "it"
 */
export async function bundleFrom(text: string): Promise<Bundle | string> {
  if (text.trim() === "") return "it is empty";
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return beginsLikeBundle(text) ? "it ends too early, or was damaged on its way" : "it is no JSON";
  }
  if (!isRecord(document) || typeof document["godwitBundle"] !== "number")
    return "it is JSON, but no bundle of `godwit doctor --bundle`";
  const { godwitBundle, checksum, content } = document;
  if (godwitBundle !== bundleVersion)
    return `it has format ${godwitBundle}, and this version of Godwit reads format ${bundleVersion}`;
  if (checksum !== checksumOf(content)) return "it was changed after it was made: its checksum is wrong";
  // Most commands need no zod, nor should the library load it for them.
  const { contentSchema } = await import("./content-schema.ts");
  const checked = contentSchema.safeParse(content);
  if (!checked.success)
    return `it lacks what a bundle has: ${checked.error.issues[0]?.path.join(".") || "its content"}`;
  const reading = snapshotFrom(isRecord(content) ? content["snapshot"] : undefined);
  switch (reading.outcome) {
    case "read":
      return { ...checked.data, snapshot: reading.file.snapshot };
    case "other-version":
      return `its schema was recorded in form ${reading.version}, and this version of Godwit reads form ${reading.known}: use the version that made it (${checked.data.madeBy})`;
    default:
      return `its schema cannot be used: ${reading.problem}`;
  }
}

async function textOf(path: string, name: string): Promise<string> {
  let file: FileHandle | undefined;
  try {
    // Does not wait at a named pipe.
    file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const found = await file.stat();
    if (found.isDirectory()) throw unreadable(name, "it is a directory");
    if (!found.isFile()) throw unreadable(name, "it is not a regular file");
    if (found.size > largest) throw unreadable(name, tooLarge);
    const bytes = await file.readFile();
    const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b;
    return (isPacked ? await unpack(bytes, { maxOutputLength: largest }) : bytes).toString("utf8");
  } catch (error) {
    if (error instanceof KnownError) throw error;
    const code = error instanceof Error && "code" in error ? String(error.code) : undefined;
    if (code === undefined) throw error;
    throw unreadable(name, problems[code] ?? code, error);
  } finally {
    await file?.close();
  }
}

const tooLarge = `it is larger than ${largest / 1024 / 1024} MB`;

const problems: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  ENOTDIR: "there is no such file",
  EISDIR: "it is a directory",
  ENXIO: "it is not a regular file",
  EACCES: "permission denied",
  EPERM: "permission denied",
  ELOOP: "it is a link that leads back to itself",
  ENAMETOOLONG: "its path is too long",
  Z_BUF_ERROR: "it ends too early: it is a part of a packed file",
  Z_DATA_ERROR: "it was damaged on its way: it cannot be unpacked",
  ERR_BUFFER_TOO_LARGE: tooLarge,
};

function unreadable(file: string, problem: string, cause?: unknown): KnownError {
  return new KnownError("BUNDLE_UNREADABLE", { file, problem }, { cause });
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
