import { Cursor } from "./postgres-cursor.ts";

/** A right without which the server refuses a statement (42501). Names are as the catalog has them, in parts. */
export type Need =
  /** CREATE in a schema; without a name: in that of the session. */
  | { readonly kind: "create-in"; readonly schema: string | undefined }
  | { readonly kind: "create-schema" }
  /** To own a table, view, sequence or index, or to be a member of its owner. */
  | { readonly kind: "own"; readonly relation: readonly string[] }
  | { readonly kind: "own-type"; readonly type: readonly string[] }
  | { readonly kind: "extension"; readonly name: string };

/**
 * What a statement needs, as far as its first words tell.
 *
 * @returns nothing for what is not understood: then nothing is claimed
 * @example
 * needsOf('ALTER TABLE "User" ADD COLUMN x int'); // [{ kind: "own", relation: ["User"] }]
 * @see https://www.postgresql.org/docs/current/ddl-priv.html
 */
export function needsOf(sql: string): Need[] {
  const cursor = new Cursor(sql);
  if (cursor.words("CREATE")) return creating(cursor);
  const alters = cursor.words("ALTER");
  if (!alters && !cursor.words("DROP")) return [];
  if (cursor.words("TYPE") || cursor.words("DOMAIN")) {
    cursor.words("IF", "EXISTS");
    const type = cursor.name();
    return type.length === 0 ? [] : [{ kind: "own-type", type }];
  }
  if (!relationWords(cursor) && !cursor.words("INDEX")) return [];
  cursor.words("CONCURRENTLY");
  cursor.words("IF", "EXISTS");
  cursor.words("ONLY");
  const needs: Need[] = [];
  for (let name = cursor.name(); name.length > 0; name = !alters && cursor.symbol(",") ? cursor.name() : [])
    needs.push({ kind: "own", relation: name });
  return needs;
}

function relationWords(cursor: Cursor): boolean {
  return (
    cursor.words("FOREIGN", "TABLE") ||
    cursor.words("MATERIALIZED", "VIEW") ||
    cursor.oneOf("TABLE", "VIEW", "SEQUENCE")
  );
}

function creating(cursor: Cursor): Need[] {
  cursor.words("OR", "REPLACE");
  if (cursor.words("EXTENSION")) {
    cursor.words("IF", "NOT", "EXISTS");
    const [name] = cursor.name();
    return name === undefined ? [] : [{ kind: "extension", name }];
  }
  if (cursor.words("SCHEMA")) return [{ kind: "create-schema" }];
  cursor.words("UNIQUE");
  if (cursor.words("INDEX")) {
    cursor.words("CONCURRENTLY");
    cursor.words("IF", "NOT", "EXISTS");
    if (!cursor.looksAt("ON")) cursor.name();
    if (!cursor.words("ON")) return [];
    cursor.words("ONLY");
    const relation = cursor.name();
    return relation.length === 0 ? [] : [{ kind: "own", relation }];
  }
  // What is temporary is in a schema of the session's own.
  cursor.oneOf("UNLOGGED", "RECURSIVE");
  if (!relationWords(cursor) && !cursor.oneOf("TYPE", "DOMAIN", "FUNCTION", "PROCEDURE", "AGGREGATE"))
    return [];
  cursor.words("IF", "NOT", "EXISTS");
  const name = cursor.name();
  return name.length === 0 ? [] : [{ kind: "create-in", schema: name.at(-2) }];
}
