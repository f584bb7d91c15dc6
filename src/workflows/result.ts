import type { Finding } from "../doctor/check.ts";
import type { MigrationState } from "../migration/compare.ts";
import type { Position } from "../timeline/locate/locate.ts";
import type { Actual } from "../timeline/locate/verdict.ts";

/** Which project and which database a result is about. */
export interface ProjectFacts {
  readonly framework: string;
  readonly directory: string;
  readonly engine: string;
  readonly serverVersion: string;
  readonly database: string;
  readonly schema: string;
  /** For people: `Prisma on PostgreSQL 15.18`. */
  readonly software: string;
  /** Where the server is, without credentials. */
  readonly address: string;
  /** Where the URL was found: `.env (DATABASE_URL)`. */
  readonly databaseSource: string;
}

export interface MigrationStatus {
  readonly name: string;
  /** What files and history say. */
  readonly state: MigrationState;
}

/** The answer of `godwit status`. */
export interface StatusResult {
  readonly godwit: 1;
  readonly outcome: "healthy" | "findings";
  readonly project: ProjectFacts;
  readonly migrations: readonly MigrationStatus[];
  readonly findings: readonly Finding[];
}

export interface MigrationDiagnosis extends MigrationStatus {
  /** What the schema says. */
  readonly actual: Actual;
  readonly statements: number;
  /** One-based; statements without a trace in the schema are never among them. */
  readonly statementsPresent: readonly number[];
  /** One-based statements which leave no trace in the schema. */
  readonly untraced: readonly number[];
}

/** The answer of `godwit doctor`. */
export interface Diagnosis {
  readonly godwit: 1;
  readonly outcome: "healthy" | "findings";
  readonly project: ProjectFacts;
  readonly migrations: readonly MigrationDiagnosis[];
  readonly position: Position | null;
  readonly replay: {
    readonly outcome: "replayed" | "cached" | "cannot-replay";
    readonly reason?: string;
    /** Schemas and publications of others, of which the migrations were given what is in the database. */
    readonly ground?: readonly string[];
  };
  readonly findings: readonly Finding[];
  /** The database holds nothing at all. */
  readonly empty: boolean;
  /** It was made from a bundle; absent: from a database. */
  readonly bundle?: BundleFacts;
}

/** Which bundle a diagnosis was made from. */
export interface BundleFacts {
  /** ISO 8601, UTC. */
  readonly madeAt: string;
  /** Godwit's version. */
  readonly madeBy: string;
  /** What the doctor found where the bundle was made: `error failed-migration`. */
  readonly found: readonly string[];
}
