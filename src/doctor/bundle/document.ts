import { createHash } from "node:crypto";
import { snapshotDocument } from "../../schema/snapshot-file.ts";
import { type Bundle, bundleVersion } from "./bundle.ts";

/** A bundle as it is written. */
export interface BundleDocument {
  /** First, so that a file shows by its beginning what it is. */
  readonly godwitBundle: number;
  readonly about: readonly string[];
  /** SHA-256 of `content`, written without space. */
  readonly checksum: string;
  readonly content: object;
}

const about = [
  "What a diagnosis by `godwit doctor` rested on: the schema, the history, the migrations. No rows, no credentials.",
  "Diagnose it anywhere: godwit doctor --from FILE. What is in it, and what was masked: docs/bundle.md.",
];

/**
 * A bundle as a JSON document. A script is a list of lines, so that a person can read it.
 *
 * @param bundle see `record`
 */
export function bundleDocument({ snapshot, migrations, ...bundle }: Bundle): BundleDocument {
  const { engine, server } = bundle;
  const pieces = [...snapshotDocument({ engine, serverVersion: server.version, snapshot })];
  const content = {
    ...bundle,
    migrations: migrations.map(({ sql, ...migration }) => ({
      ...migration,
      ...(sql !== undefined && { sql: sql.split("\n") }),
    })),
    snapshot: JSON.parse(pieces.join("")),
  };
  return { godwitBundle: bundleVersion, about, checksum: checksumOf(content), content };
}

/** Equal for a document that was read back: JSON keeps the order of its keys. */
export function checksumOf(content: unknown): string {
  return createHash("sha256").update(JSON.stringify(content)).digest("hex");
}

/** Whether a text that begins like this may be a bundle: what is not, must not be overwritten by one. */
export function beginsLikeBundle(beginning: string): boolean {
  return /^\s*\{\s*"godwitBundle"\s*:\s*\d/.test(beginning);
}
