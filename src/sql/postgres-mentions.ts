const identifier = '(?:"((?:[^"]|"")+)"|([A-Za-z_\\u0080-\\uffff][\\w$\\u0080-\\uffff]*))';
const qualifier = new RegExp(`${identifier}\\s*\\.(?!\\.)`, "g");
const schemaName = new RegExp(`\\bSCHEMA\\s+(?:IF\\s+NOT\\s+EXISTS\\s+)?${identifier}`, "gi");
const creation = new RegExp(
  `\\bCREATE\\s+(?:OR\\s+REPLACE\\s+)?(?:(?:UNLOGGED|FOREIGN|RECURSIVE|MATERIALIZED)\\s+)*` +
    `(?:TABLE|VIEW|SEQUENCE|TYPE|DOMAIN|FUNCTION|PROCEDURE|AGGREGATE)\\s+(?:IF\\s+NOT\\s+EXISTS\\s+)?${identifier}\\s*\\.\\s*${identifier}`,
  "gi",
);
const indexCreation = new RegExp(
  `\\bINDEX\\s+(?:CONCURRENTLY\\s+)?(?:IF\\s+NOT\\s+EXISTS\\s+)?${identifier}\\s+ON\\s`,
  "gi",
);

const publication = new RegExp(
  `\\b(CREATE|ALTER|DROP)\\s+PUBLICATION\\s+(?:IF\\s+EXISTS\\s+)?${identifier}`,
  "gi",
);

/** As the catalog has a name. */
function folded(quoted: string | undefined, plain: string | undefined): string {
  return quoted?.replaceAll('""', '"') ?? plain?.toLowerCase() ?? "";
}

/**
 * Every name which might be a schema's in a script, in the bodies of functions too: what stands before a dot, or behind SCHEMA.
 *
 * @example
 * schemasMentioned('REFERENCES "auth"."users"(id)'); // Set { "auth" }
 */
export function schemasMentioned(sql: string): Set<string> {
  const found = [...sql.matchAll(qualifier), ...sql.matchAll(schemaName)];
  return new Set(found.map(([, quoted, plain]) => folded(quoted, plain)));
}

/**
 * The names with a schema that a script creates, wherever it does, as pairs; and those of its indexes, which have none.
 *
 * @example
 * namesCreated("CREATE TABLE private.notes ()"); // { whole: [["private", "notes"]], indexes: [] }
 */
export function namesCreated(sql: string): {
  readonly whole: readonly (readonly [schema: string, name: string])[];
  readonly indexes: readonly string[];
} {
  return {
    whole: [...sql.matchAll(creation)].map(([, a, b, c, d]) => [folded(a, b), folded(c, d)] as const),
    indexes: [...sql.matchAll(indexCreation)].map(([, quoted, plain]) => folded(quoted, plain)),
  };
}

/**
 * The publications which a script changes without having made them.
 *
 * @example
 * publicationsMentioned("ALTER PUBLICATION supabase_realtime ADD TABLE posts"); // Set { "supabase_realtime" }
 */
export function publicationsMentioned(sql: string): Set<string> {
  const found = [...sql.matchAll(publication)].map(
    ([, verb = "", quoted, plain]) => [verb.toUpperCase(), folded(quoted, plain)] as const,
  );
  const made = new Set(found.flatMap(([verb, name]) => (verb === "CREATE" ? [name] : [])));
  return new Set(found.flatMap(([, name]) => (made.has(name) ? [] : [name])));
}

/**
 * Whether what a statement makes has the columns which something else happens to have at that moment: SELECT *, LIKE, heirs
 * and partitions. Says so rather once too often.
 *
 * @example
 * takesColumns("CREATE VIEW v AS SELECT * FROM auth.users"); // true
 */
export function takesColumns(statement: string): boolean {
  return (
    /^\s*(?:CREATE|SELECT|WITH)\b/i.test(statement) &&
    !/^\s*CREATE\s+(?:OR\s+REPLACE\s+)?(?:FUNCTION|PROCEDURE|POLICY|TRIGGER|(?:UNIQUE\s+)?INDEX)\b/i.test(
      statement,
    ) &&
    /\*|\b(?:LIKE|INHERITS|PARTITION\s+OF|NATURAL)\b/i.test(statement)
  );
}
