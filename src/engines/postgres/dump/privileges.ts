import type { Client } from "../connect.ts";
import { qualified, userSchema } from "./catalog.ts";
import type { Source } from "./source.ts";

/** Where privileges are kept: how an object is named on both servers, and how it is found by that name. */
interface Kept {
  readonly catalog: string;
  readonly column: string;
  /** At the source: the name as a JSON array, and how GRANT calls it. */
  readonly name: string;
  readonly title: string;
  readonly owner: string;
  /** `FROM ...`, with a condition unless all rows are meant. */
  readonly from: string;
  /** Of the name `v.n` (the JSON array), the condition for its row `x`. */
  readonly find: string;
  /** The object identifier and the column's number of the row `x`, for the record of dependencies on roles. */
  readonly address: readonly [string, string];
}

const relation = (n: string, name: string) =>
  `pg_catalog.format('%I.%I', v.n ->> ${n}, v.n ->> ${name})::pg_catalog.regclass`;
const inSchema = (column: string) => `JOIN pg_catalog.pg_namespace n ON n.oid = ${column}`;

/** What has a name in the database, and no schema. */
const global = (catalog: string, prefix: string, title: string): Kept => ({
  catalog,
  column: `${prefix}acl`,
  name: `pg_catalog.json_build_array(o.${prefix}name)`,
  title: `pg_catalog.format('${title} %I', o.${prefix}name)`,
  owner: `o.${prefix}owner`,
  from: `FROM pg_catalog.${catalog} o WHERE true`,
  find: `x.${prefix}name = v.n ->> 0`,
  address: ["x.oid", "0"],
});

const kept: readonly Kept[] = [
  {
    ...global("pg_namespace", "nsp", "SCHEMA"),
    from: `FROM pg_catalog.pg_namespace o WHERE ${userSchema("o")}`,
  },
  {
    catalog: "pg_class",
    column: "relacl",
    name: "pg_catalog.json_build_array(n.nspname, o.relname)",
    title: `CASE o.relkind WHEN 'S' THEN 'SEQUENCE ' ELSE 'TABLE ' END || ${qualified("n.nspname", "o.relname")}`,
    owner: "o.relowner",
    from: `FROM pg_catalog.pg_class o ${inSchema("o.relnamespace")} WHERE ${userSchema("n")}`,
    find: `x.oid = ${relation("0", "1")}`,
    address: ["x.oid", "0"],
  },
  {
    // Of a column, no privilege is the same as none of its own.
    catalog: "pg_attribute",
    column: "attacl",
    name: "pg_catalog.json_build_array(n.nspname, c.relname, o.attname)",
    title: "NULL",
    owner: "c.relowner",
    from: `FROM pg_catalog.pg_attribute o JOIN pg_catalog.pg_class c ON c.oid = o.attrelid ${inSchema("c.relnamespace")} WHERE pg_catalog.cardinality(o.attacl) > 0 AND NOT o.attisdropped AND ${userSchema("n")}`,
    find: `x.attrelid = ${relation("0", "1")} AND x.attname = v.n ->> 2`,
    address: ["x.attrelid", "x.attnum"],
  },
  {
    catalog: "pg_proc",
    column: "proacl",
    name: "pg_catalog.json_build_array(o.oid::pg_catalog.regprocedure::text)",
    title: "'ROUTINE ' || o.oid::pg_catalog.regprocedure",
    owner: "o.proowner",
    from: `FROM pg_catalog.pg_proc o ${inSchema("o.pronamespace")} WHERE ${userSchema("n")}`,
    find: "x.oid = (v.n ->> 0)::pg_catalog.regprocedure",
    address: ["x.oid", "0"],
  },
  {
    catalog: "pg_type",
    column: "typacl",
    name: "pg_catalog.json_build_array(n.nspname, o.typname)",
    title: `'TYPE ' || ${qualified("n.nspname", "o.typname")}`,
    owner: "o.typowner",
    from: `FROM pg_catalog.pg_type o ${inSchema("o.typnamespace")} WHERE ${userSchema("n")}`,
    find: "x.oid = pg_catalog.format('%I.%I', v.n ->> 0, v.n ->> 1)::pg_catalog.regtype",
    address: ["x.oid", "0"],
  },
  global("pg_language", "lan", "LANGUAGE"),
  global("pg_foreign_data_wrapper", "fdw", "FOREIGN DATA WRAPPER"),
  global("pg_foreign_server", "srv", "FOREIGN SERVER"),
];

/** A role that is granted something cannot be dropped; GRANT would have recorded it. 10 is the first superuser. */
const record = (catalog: string, column: string, [oid, part]: readonly [string, string]) => `
INSERT INTO pg_catalog.pg_shdepend (dbid, classid, objid, objsubid, refclassid, refobjid, deptype)
SELECT DISTINCT d.oid, 'pg_catalog.${catalog}'::pg_catalog.regclass, ${oid}, ${part}, 'pg_catalog.pg_authid'::pg_catalog.regclass, r.role, 'a'::"char"
  FROM pg_catalog.${catalog} x, pg_catalog.pg_database d, pg_catalog.aclexplode(x.${column}) e, LATERAL (VALUES (e.grantee), (e.grantor)) r (role)
 WHERE d.datname = pg_catalog.current_database() AND r.role NOT IN (0, 10) AND ${oid} >= 16384
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_shdepend s WHERE s.dbid = d.oid AND s.classid = 'pg_catalog.${catalog}'::pg_catalog.regclass AND s.objid = ${oid} AND s.objsubid = ${part} AND s.refobjid = r.role)`;

/** Default privileges go with their schema. */
const recordSchema = `
INSERT INTO pg_catalog.pg_depend (classid, objid, objsubid, refclassid, refobjid, refobjsubid, deptype)
SELECT 'pg_catalog.pg_default_acl'::pg_catalog.regclass, x.oid, 0, 'pg_catalog.pg_namespace'::pg_catalog.regclass, x.defaclnamespace, 0, 'a'::"char"
  FROM pg_catalog.pg_default_acl x
 WHERE x.defaclnamespace <> 0 AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_default_acl'::pg_catalog.regclass AND d.objid = x.oid)`;

/**
 * Copies privileges exactly, with who granted them: GRANT would name the owner instead.
 *
 * @param into connected as a superuser, with an empty search path
 */
export async function copyPrivileges(source: Source, into: Client): Promise<void> {
  const all = await source.readAll([
    ...kept.map(
      ({ column, name, title, owner, from }) =>
        `SELECT ${name} AS name, o.${column}::text[] AS acl, CASE WHEN pg_catalog.cardinality(o.${column}) = 0 THEN pg_catalog.format('REVOKE ALL ON %s FROM PUBLIC, %I', ${title}, pg_catalog.pg_get_userbyid(${owner})) END AS revoke ${from} AND o.${column} IS NOT NULL`,
    ),
    "SELECT pg_catalog.pg_get_userbyid(d.defaclrole) AS role, n.nspname AS schema, d.defaclobjtype AS type, d.defaclacl::text[] AS acl FROM pg_catalog.pg_default_acl d LEFT JOIN pg_catalog.pg_namespace n ON n.oid = d.defaclnamespace",
  ]);
  for (const [i, { catalog, column, find, address }] of kept.entries()) {
    const rows = all[i] ?? [];
    // An array without elements, as it would be written here, is none that the server takes for privileges.
    for (const { revoke } of rows) if (revoke !== null) await into.query(String(revoke));
    const given = rows.filter(({ revoke }) => revoke === null);
    if (given.length === 0) continue;
    await into.query(
      `UPDATE pg_catalog.${catalog} x SET ${column} = v.acl FROM (SELECT j -> 'name' AS n, ARRAY(SELECT pg_catalog.json_array_elements_text(j -> 'acl'))::aclitem[] AS acl FROM pg_catalog.json_array_elements($1::json) j) v WHERE ${find}`,
      [JSON.stringify(given)],
    );
    await into.query(record(catalog, column, address));
  }
  const defaults = all.at(-1) ?? [];
  if (defaults.length === 0) return;
  await into.query(
    `INSERT INTO pg_catalog.pg_default_acl (oid, defaclrole, defaclnamespace, defaclobjtype, defaclacl)
     SELECT pg_catalog.pg_nextoid('pg_catalog.pg_default_acl', 'oid', 'pg_catalog.pg_default_acl_oid_index'), r.oid, coalesce(n.oid, 0), (j ->> 'type')::"char", ARRAY(SELECT pg_catalog.json_array_elements_text(j -> 'acl'))::aclitem[]
       FROM pg_catalog.json_array_elements($1::json) j JOIN pg_catalog.pg_roles r ON r.rolname = j ->> 'role' LEFT JOIN pg_catalog.pg_namespace n ON n.nspname = j ->> 'schema'
      WHERE j ->> 'schema' IS NULL OR n.oid IS NOT NULL`,
    [JSON.stringify(defaults)],
  );
  await into.query(record("pg_default_acl", "defaclacl", ["x.oid", "0"]));
  await into.query(recordSchema);
}
