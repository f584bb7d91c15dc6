import { createHash, randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Migration } from "../migration/migration.ts";
import { snapshotVersion } from "../schema/snapshot.ts";
import type { Timeline } from "./timeline.ts";

/** Raise it when the same files would give another timeline than before. */
const timelineVersion = 4;

/** All that can change a timeline. */
export interface TimelineIdentity {
  readonly framework: string;
  readonly engine: string;
  /** The whole version of the target's server. */
  readonly serverVersion: string;
  readonly schema: string;
  readonly encoding: string;
  readonly migrations: readonly Migration[];
  /** Roles that exist on the shadow, since migrations may name them. */
  readonly roles: readonly string[];
  /** The shadow that was asked for, if one was: what replays on one server may not on another. */
  readonly shadow: string;
  /** What was made there before the first migration. */
  readonly ground: readonly string[];
}

/** Timelines that were made before, in files that only the user can read. What is broken or old counts as not there. */
export class TimelineCache {
  /** Of all that can change it; in the file too, since a file may be moved or restored under another's name. */
  readonly #key: string;
  readonly #file: string;
  readonly #directory: string;

  constructor(cacheDirectory: string, identity: TimelineIdentity) {
    const { migrations, ...rest } = identity;
    const hash = createHash("sha256").update(JSON.stringify([snapshotVersion, timelineVersion, rest]));
    for (const { name, sql } of migrations) hash.update(JSON.stringify([name, sql ?? null]));
    this.#directory = join(cacheDirectory, "timelines");
    this.#key = hash.digest("hex");
    this.#file = join(this.#directory, `${this.#key}.json`);
  }

  async read(): Promise<Timeline | undefined> {
    try {
      const { key, checksum, timeline } = JSON.parse(await readFile(this.#file, "utf8"));
      return key === this.#key && checksum === checksumOf(timeline) ? decode(timeline) : undefined;
    } catch {
      // Not there, half-written, or not ours: it is made anew.
      return undefined;
    }
  }

  /** Does nothing where the directory cannot be written: the next diagnosis is slower, and no less true. */
  async write(timeline: Timeline): Promise<void> {
    const encoded = encode(timeline);
    const temporary = `${this.#file}.${randomUUID()}`;
    try {
      await mkdir(this.#directory, { recursive: true, mode: 0o700 });
      const text = JSON.stringify({ key: this.#key, checksum: checksumOf(encoded), timeline: encoded });
      await writeFile(temporary, text, { mode: 0o600 });
      await rename(temporary, this.#file);
    } catch {
      await rm(temporary, { force: true }).catch(() => undefined);
    }
  }
}

interface Encoded extends Omit<Timeline, "base" | "volatile" | "reprints"> {
  readonly base: string[];
  readonly volatile: string[];
  readonly reprints: [string, string][];
}

function encode(timeline: Timeline): Encoded {
  return {
    ...timeline,
    base: [...timeline.base],
    volatile: [...timeline.volatile],
    reprints: [...timeline.reprints],
    // JSON has no undefined within arrays: what is gone is a change without a value.
    migrations: timeline.migrations.map((migration) => ({
      ...migration,
      steps: migration.steps.map((step) => ({
        ...step,
        changes: step.changes.map(
          ([key, value]) => (value === undefined ? [key] : [key, value]) as [string, string],
        ),
      })),
    })),
  };
}

function decode(encoded: Encoded): Timeline {
  return {
    ...encoded,
    base: new Set(encoded.base),
    volatile: new Set(encoded.volatile),
    reprints: new Map(encoded.reprints),
  };
}

function checksumOf(encoded: Encoded): string {
  return createHash("sha256").update(JSON.stringify(encoded)).digest("hex");
}
