/** A kind of thing that DDL can make. Engines use those which they have. */
export type ObjectKind =
  | "schema"
  | "extension"
  | "table"
  | "column"
  | "constraint"
  | "index"
  | "sequence"
  | "view"
  | "materialized-view"
  | "function"
  | "trigger"
  | "rule"
  | "policy"
  | "enum"
  | "enum-value"
  | "domain"
  | "type"
  | "cast"
  | "operator"
  | "operator-class"
  | "operator-family"
  | "access-method"
  | "collation"
  | "conversion"
  | "language"
  | "transform"
  | "statistics"
  | "text-search-parser"
  | "text-search-template"
  | "text-search-dictionary"
  | "text-search-configuration"
  | "foreign-data-wrapper"
  | "foreign-server"
  | "user-mapping"
  | "event-trigger"
  | "publication"
  | "publication-table"
  | "publication-schema"
  | "subscription"
  | "default-privileges";

/** The value of an attribute; what is not there is left out rather than null. */
export type AttributeValue = string | number | boolean | readonly string[];

/**
 * One object of a schema, fine-grained: a column, a constraint, an enum's value is an object of its own.
 *
 * @example
 * { kind: "column", identity: "public.users.email", schema: "public", relation: "users", name: "email",
 *   attributes: { type: "text", notNull: true }, environment: { position: 2 },
 *   definition: "email text NOT NULL", hash: "5f1c...", dependsOn: [], shared: false }
 */
export interface SchemaObject {
  readonly kind: ObjectKind;
  /** Names it among its kind; parts are quoted where they have to be, so that no two objects share one. */
  readonly identity: string;
  readonly schema: string;
  /** The table, view or type to which it belongs (columns, constraints, indexes, triggers, enum values). */
  readonly relation?: string;
  readonly name: string;
  /** Semantic: two databases which differ here behave differently. */
  readonly attributes: Readonly<Record<string, AttributeValue>>;
  /** Environmental: owner, position, versions, comments, grants. Shown, never compared when locating. */
  readonly environment: Readonly<Record<string, AttributeValue>>;
  /** The server's own text, normalised. Absent where the server would not give it (see `unreadable`). */
  readonly definition?: string;
  /** Of kind, identity and semantic attributes. */
  readonly hash: string;
  /** Keys (see {@link objectKey}) of the objects without which it cannot be. */
  readonly dependsOn: readonly string[];
  /** Extensions, schemas and the like: a precondition that several applications share, never a proof. */
  readonly shared: boolean;
  /**
   * That it is there says nothing of what the database does for the application (default privileges, a user mapping):
   * no part of the fingerprint, and never evidence.
   */
  readonly environmental?: true;
  /** The definition was behind another session's lock. */
  readonly unreadable?: true;
}

/** Names an object among all kinds: `table public.users`. */
export function objectKey(object: { kind: ObjectKind; identity: string }): string {
  return `${object.kind} ${object.identity}`;
}

const partKinds: ReadonlySet<ObjectKind> = new Set([
  "column",
  "constraint",
  "index",
  "trigger",
  "rule",
  "policy",
  "enum-value",
  "publication-table",
  "publication-schema",
]);

/** True for what belongs to a table, a view or a type and goes with it. */
export function isPart({ kind }: { kind: ObjectKind }): boolean {
  return partKinds.has(kind);
}
