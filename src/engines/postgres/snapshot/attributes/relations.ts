import type { ObjectKind } from "../../../../schema/object.ts";
import { commented, definition, labelled, owned, type Told } from "./told.ts";

const placed = { tablespace: "where its files are" };
const valid = { valid: "an index that could not be finished is not" };
const goesWithExtensions = { goesWithExtensions: "DEPENDS ON EXTENSION" };
const relation = {
  options: "storage parameters, those of the TOAST table with `toast.`",
  accessMethod: "other than heap",
};

/** Of tables and what belongs to them, views, sequences, functions and types. */
export const ofRelations = {
  schema: { semantic: {}, environmental: labelled },
  extension: {
    semantic: {},
    environmental: { version: "of the extension", schema: "where its objects are", ...owned },
  },
  table: {
    semantic: {
      partitioned: "it has partitions",
      partitionKey: "PARTITION BY",
      partitionBound: "FOR VALUES",
      parents: "INHERITS, or of what it is a partition",
      detachPending: "a partition that is being detached concurrently",
      foreign: "a foreign table",
      server: "of a foreign table",
      serverOptions: "of a foreign table; secrets are redacted",
      unlogged: "UNLOGGED",
      rowSecurity: "ENABLE ROW LEVEL SECURITY",
      forceRowSecurity: "FORCE ROW LEVEL SECURITY",
      replicaIdentity: "nothing or full; an index is told by the index",
      ofType: "OF type",
      ...relation,
    },
    environmental: { ...labelled, ...placed },
  },
  column: {
    semantic: {
      type: "with length and precision",
      notNull: "NOT NULL",
      default: "DEFAULT, or the expression of a generated column",
      identity: "GENERATED AS IDENTITY: always, by default",
      generated: "stored or virtual",
      collation: "other than the type's own",
      storage: "other than the type's own",
      compression: "pglz or lz4, where it was set",
      statistics: "SET STATISTICS",
      options: "n_distinct and the like",
      serverOptions: "of a foreign table's column",
      inherited: "only, where a parent alone has it; also, where the table has it too",
      notNullValidated: "no, where NOT NULL is NOT VALID (from 18)",
      notNullInherited: "no, where NOT NULL is NO INHERIT (from 18)",
    },
    environmental: {
      position: "its place among the columns",
      grants: "GRANT on the column",
      notNullName: "the name of the NOT NULL constraint, which hardly anybody gives (from 18)",
      notNullComment: "the comment on that (from 18)",
      ...commented,
    },
  },
  constraint: {
    semantic: {
      type: "primary key, unique, exclude, foreign key, check",
      validated: "not NOT VALID",
      ...definition,
      ...valid,
      options: "storage parameters of its index",
      clustered: "CLUSTER ON its index",
      replicaIdentity: "REPLICA IDENTITY USING its index",
      inherited: "a check that a parent alone has",
      parent: "the constraint of the partitioned table",
      triggers: "its internal triggers that are not enabled: it does not watch",
    },
    environmental: { ...commented, indexComment: "COMMENT ON the index of a key", ...placed },
  },
  index: {
    semantic: {
      ...definition,
      ...valid,
      clustered: "CLUSTER ON",
      replicaIdentity: "REPLICA IDENTITY USING INDEX",
      parents: "the partitioned index of which it is a part",
      statistics: "SET STATISTICS of an expression",
      ...goesWithExtensions,
    },
    environmental: { ...commented, ...placed },
  },
  sequence: {
    semantic: {
      type: "AS",
      start: "START",
      increment: "INCREMENT",
      minimum: "MINVALUE",
      maximum: "MAXVALUE",
      cycle: "CYCLE",
      cache: "CACHE, other than 1",
      ownedBy: "the table of OWNED BY",
      ownedByColumn: "the column of OWNED BY",
      unlogged: "UNLOGGED (from 15)",
    },
    environmental: labelled,
  },
  view: {
    semantic: {
      ...definition,
      ...relation,
      columnDefaults: "ALTER COLUMN SET DEFAULT",
      columnSettings: "statistics and options of columns",
    },
    environmental: { ...labelled, columnComments: "comments on columns", columnGrants: "grants on columns" },
  },
  "materialized-view": {
    semantic: {
      ...definition,
      ...relation,
      columnSettings: "storage, statistics and options of columns",
      ...goesWithExtensions,
    },
    environmental: {
      ...labelled,
      ...placed,
      populated: "no, where it has not been refreshed",
      columnComments: "comments on columns",
      columnGrants: "grants on columns",
    },
  },
  function: { semantic: { ...definition, ...goesWithExtensions }, environmental: labelled },
  trigger: {
    semantic: {
      ...definition,
      enabled: "enabled, disabled, replica, always",
      parent: "told of a partition's trigger only where it is in another state than the table's",
      ...goesWithExtensions,
    },
    environmental: commented,
  },
  rule: {
    semantic: { ...definition, enabled: "enabled, disabled, replica, always" },
    environmental: commented,
  },
  policy: {
    semantic: {
      command: "FOR",
      permissive: "not RESTRICTIVE",
      roles: "TO",
      using: "USING",
      check: "WITH CHECK",
    },
    environmental: commented,
  },
  enum: { semantic: {}, environmental: labelled },
  "enum-value": { semantic: { after: "the value before it" }, environmental: {} },
  domain: {
    semantic: {
      base: "the type",
      notNull: "NOT NULL",
      default: "DEFAULT",
      collation: "other than the type's own",
    },
    environmental: { ...labelled, notNullName: "the name of the NOT NULL constraint (from 17)" },
  },
  type: {
    semantic: {
      kind: "c: composite, r: range, b: base, shell",
      parts: "columns with their types, or the subtype",
      subtypeClass: "of a range",
      subtypeCollation: "of a range",
      canonical: "of a range",
      subdiff: "of a range",
      multirange: "the type beside a range (from 14)",
      input: "of a base type",
      output: "of a base type",
      receive: "of a base type",
      send: "of a base type",
      typmodIn: "of a base type",
      typmodOut: "of a base type",
      analyze: "of a base type",
      subscript: "of a base type (from 14)",
      storage: "of a base type: length, by value, alignment, storage",
      category: "of a base type",
      element: "of a base type",
      delimiter: "of a base type, other than a comma",
      default: "of a base type",
      collatable: "of a base type",
    },
    environmental: { ...labelled, columnComments: "comments on columns" },
  },
} satisfies Partial<Record<ObjectKind, Told>>;
