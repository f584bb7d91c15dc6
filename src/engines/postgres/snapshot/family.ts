import type { AttributeValue, ObjectKind } from "../../../schema/object.ts";

/** A row as the server sends it: texts, and null where there is nothing. */
export type Texts = Readonly<Record<string, string | null>>;

/** The columns of a query: an expression by its name. */
export type Columns = Readonly<Record<string, string>>;

/** What an object is, apart from its name and its place: the same for many objects, and kept once for all of them. */
export interface Content {
  /** Where the family has several kinds. */
  readonly kind?: ObjectKind;
  readonly attributes: Readonly<Record<string, AttributeValue>>;
  readonly environment: Readonly<Record<string, AttributeValue>>;
  readonly definition?: string;
  readonly unreadable?: true;
  /** A relation behind another session's lock: what is said of it and its parts is incomplete. */
  readonly blocked?: true;
  /** Labels of an enum, in order: each is an object of its own. */
  readonly labels?: readonly string[];
}

/** Where an object is, and what it is called. */
export interface Place {
  readonly kind: ObjectKind;
  readonly schema: string;
  readonly name: string;
  /** The parts of the identity, unquoted. */
  readonly path: readonly string[];
  readonly relation?: string;
  /** Appended to the identity: a function's arguments. */
  readonly suffix?: string;
  readonly shared?: true;
  readonly environmental?: true;
  /** Instead of the row's own content: an enum's value. */
  readonly content?: Content;
  /** It has no address in the catalogs by itself: an enum's value stands where its type does. */
  readonly part?: true;
}

/** A relation's, or another named object's, place by its object identifier. */
export interface Named {
  readonly schema: string;
  readonly name: string;
}

/** Looks up what parts belong to. */
export interface Names {
  relation(oid: string | null): Named | undefined;
  type(oid: string | null): Named | undefined;
}

/** Catalogs whose objects are many: of these, a few can be read by their object identifiers. */
export type ScopedCatalog = "pg_class" | "pg_type" | "pg_proc";

/**
 * One kind of catalog row: the query that reads it, and what objects it makes. To be read next to the manual's page of
 * the catalog: https://www.postgresql.org/docs/current/catalogs.html
 */
export interface Family {
  readonly name: string;
  /** The catalog to which `oid` and `column` of `own` belong, for dependencies and comments. */
  readonly catalog: string;
  /** What names the row, and tells it from all others; with `oid` first, and `column` where it is a part of that. */
  readonly own: Columns;
  /** All else. Rows with equal content share what is described. */
  readonly content: Columns;
  /** `FROM ... WHERE ...`, so that a condition can be appended. */
  readonly from: string;
  /** Whether the query asks for relations behind another session's lock (see `blocked` of `catalog.ts`). */
  readonly blocked?: true;
  /** To which unit of reading a row belongs: absent where the family is always read as a whole. */
  readonly scope?: {
    readonly catalog: ScopedCatalog;
    /** The expression, and which column of `own` holds it. */
    readonly oid: string;
    readonly own: "oid" | "relation" | "type";
  };
  describe(content: Texts): Content;
  /** Nothing for parts of what the snapshot leaves out. */
  place(own: Texts, content: Content, names: Names): readonly Place[];
}
