import type { Access, ServerFacts, Surroundings } from "../../engines/engine.ts";
import type { HistoryRecord } from "../../migration/migration.ts";
import type { Snapshot } from "../../schema/snapshot.ts";
import type { Evidence } from "../evidence.ts";
import type { Edit, Fitting, Original } from "../origins/origins.ts";

/** Raise it when a bundle holds something else, or means something else, than before. */
export const bundleVersion = 1;

/** A file of the project, as others may see it. */
export interface BundledMigration {
  readonly name: string;
  readonly file: string;
  /** What the framework would record for the file as it was, before anything was masked. */
  readonly checksum?: string;
  /** Checksums of the history which are the file's too (other line endings, early releases). */
  readonly accepted: readonly string[];
  /** Masked. */
  readonly sql?: string;
}

/** What was taken out, to be told to whoever is going to hand the bundle on. */
export interface Masked {
  /** Literals of statements, by migration. */
  readonly literals: Readonly<Record<string, number>>;
  /** Rows of the history whose log was left out, but for the error's code and message. */
  readonly logs: number;
  /** Messages of errors in which something was masked: there the report from the bundle says less. */
  readonly messages: number;
  /** Texts of the catalog from which a password was taken. */
  readonly schemaTexts: number;
  /** Roles of the server which no migration names. */
  readonly roles: number;
}

/** {@link Origins} as a bundle has them. */
export interface RecordedOrigins {
  readonly originals: readonly Omit<Original, "text">[];
  readonly fitting?: readonly Fitting[];
  readonly edits: readonly Edit[];
}

/** Everything that a diagnosis rests on, without rows and credentials. */
export interface Bundle {
  /** ISO 8601, UTC. */
  readonly madeAt: string;
  /** Godwit's version. */
  readonly madeBy: string;
  readonly project: {
    readonly framework: string;
    /** For people; the home directory is `~`. */
    readonly directory: string;
    readonly databaseSource: string;
  };
  readonly engine: string;
  /** Without credentials. */
  readonly address: string;
  readonly server: ServerFacts;
  readonly schema: string;
  readonly access?: Access;
  readonly snapshot: Snapshot;
  readonly migrations: readonly BundledMigration[];
  readonly history: {
    readonly table: string;
    readonly exists: boolean;
    readonly outcome: "read" | "no-table" | "locked";
    readonly records: readonly HistoryRecord[];
  };
  readonly surroundings: Surroundings;
  readonly otherHistories: readonly string[];
  readonly ownElsewhere: readonly string[];
  readonly interrupted?: NonNullable<Evidence["interrupted"]>;
  /** Keys of what a hand has changed and somebody chose to keep, with the moment of the choice. */
  readonly kept?: readonly (readonly [string, string])[];
  /** What version control told, without any text of it. */
  readonly origins?: RecordedOrigins;
  /** Where the replay ended: with the rows that were masked the same refusal cannot be had again. */
  readonly refused?: Refused;
  /** What the diagnosis was, to compare. */
  readonly found: {
    readonly replay: "replayed" | "cached" | "cannot-replay";
    /** `error failed-migration`, in the order of the report. */
    readonly findings: readonly string[];
  };
  readonly masked: Masked;
  /** Whether the diagnosis from the bundle alone was the same when it was made. */
  readonly proof: { readonly outcome: "same" | "different" | "not-replayed"; readonly reason?: string };
}

/** The refusal of a migration by a scratch database. */
export interface Refused {
  readonly migration: string;
  /** Zero-based, where it is known. */
  readonly statement?: number;
  /** How many of its statements are taken, one by one. */
  readonly passed?: number;
  readonly code: string;
  readonly message: string;
}
