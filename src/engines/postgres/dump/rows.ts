import { pipeline } from "node:stream/promises";
import { quoteLiteral } from "../../../sql/identifier.ts";
import type { Client } from "../connect.ts";
import type { Source } from "./source.ts";
import type { Table } from "./tables.ts";

/**
 * Copies the rows of tables straight from one server to the other, in the order given.
 *
 * @param into connected to the copy, whose tables are empty
 */
export async function copyRows(source: Source, into: Client, tables: readonly Table[]): Promise<void> {
  // The bytes of texts are not looked at, whatever their encoding.
  const encoding = `ENCODING ${quoteLiteral(source.server.encoding)}`;
  for (const { quoted, columns, condition, textual, into: place } of tables) {
    const format = `(FORMAT ${textual ? "text" : "binary"}, ${encoding})`;
    // A table without columns has rows too, but COPY has no way to say so.
    if (columns.length === 0) continue;
    const list = columns.join(", ");
    // Without ONLY, COPY of a query would read a table's heirs as well.
    const from =
      condition === "" ? `${quoted} (${list})` : `(SELECT ${list} FROM ONLY ${quoted} ${condition})`;
    await pipeline(
      source.client.copyOut(`COPY ${from} TO STDOUT ${format}`),
      into.copyIn(`COPY ${place} (${list}) FROM STDIN ${format}`),
    );
  }
}

/** How many sequences are asked in one statement. */
const batch = 500;

/** Sets the sequences to the values which they have at the source. */
export async function copySequences(source: Source, into: Client): Promise<void> {
  const sequences = await source.read(`
    SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) AS name
      FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind = 'S' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
       AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.deptype = 'e')`);
  for (let i = 0; i < sequences.length; i += batch) {
    const queries = sequences.slice(i, i + batch).map(({ name }) => {
      const quoted = String(name);
      return `SELECT ${quoteLiteral(quoted)} AS name, last_value::text AS value, is_called AS called FROM ${quoted}`;
    });
    const values = await source.read(queries.join("\nUNION ALL "));
    await into.query(
      `SELECT pg_catalog.setval((v ->> 'name')::pg_catalog.regclass, (v ->> 'value')::bigint, (v ->> 'called')::boolean)
         FROM pg_catalog.json_array_elements($1::json) v`,
      [JSON.stringify(values)],
    );
  }
}

/** Copies large objects, each at once, with their owners and privileges. */
export async function copyLargeObjects(source: Source, into: Client): Promise<void> {
  const objects = await source.read(
    "SELECT m.oid::text AS oid, pg_catalog.pg_get_userbyid(m.lomowner) AS owner, m.lomacl::text[] AS acl, pg_catalog.obj_description(m.oid, 'pg_largeobject') AS comment FROM pg_catalog.pg_largeobject_metadata m ORDER BY m.oid",
  );
  for (const { oid, owner, acl, comment } of objects) {
    const [row] = await source.read(`SELECT pg_catalog.lo_get(${oid}) AS bytes`);
    await into.query("SELECT pg_catalog.lo_from_bytea($1::oid, $2::bytea)", [oid, row?.["bytes"]]);
    await into.query(
      "UPDATE pg_catalog.pg_largeobject_metadata SET lomowner = r.oid, lomacl = $3::text[]::aclitem[] FROM pg_catalog.pg_roles r WHERE r.rolname = $2 AND pg_largeobject_metadata.oid = $1::oid",
      [oid, owner, acl],
    );
    if (comment !== null)
      await into.query(`COMMENT ON LARGE OBJECT ${oid} IS ${quoteLiteral(String(comment))}`);
  }
}
