import type { Client } from "../connect.ts";
import { userSchema } from "./catalog.ts";
import type { Source } from "./source.ts";

/** Where privileges are kept: how an object is named on both servers, and how it is found by that name. */
interface Kept {
  readonly catalog: string;
  readonly column: string;
  /** Rows of `name` (a JSON array of text) and `acl`. */
  readonly select: string;
  /** Of the name `v.n` (the JSON array), the condition for its row `x`. */
  readonly find: string;
  /** The object identifier and the column's number of the row `x`, for the record of dependencies on roles. */
  readonly address: readonly [string, string];
}

const relation = (n: string, name: string) =>
  `pg_catalog.format('%I.%I', v.n ->> ${n}, v.n ->> ${name})::pg_catalog.regclass`;

const kept: readonly Kept[] = [
  {
    catalog: "pg_namespace",
    column: "nspacl",
    select: `SELECT pg_catalog.json_build_array(n.nspname) AS name, n.nspacl::text[] AS acl FROM pg_catalog.pg_namespace n WHERE n.nspacl IS NOT NULL AND ${userSchema("n")}`,
    find: "x.nspname = v.n ->> 0",
    address: ["x.oid", "0"],
  },
  {
    catalog: "pg_class",
    column: "relacl",
    select: `SELECT pg_catalog.json_build_array(n.nspname, c.relname) AS name, c.relacl::text[] AS acl FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relacl IS NOT NULL AND ${userSchema("n")}`,
    find: `x.oid = ${relation("0", "1")}`,
    address: ["x.oid", "0"],
  },
  {
    catalog: "pg_attribute",
    column: "attacl",
    select: `SELECT pg_catalog.json_build_array(n.nspname, c.relname, a.attname) AS name, a.attacl::text[] AS acl FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE a.attacl IS NOT NULL AND NOT a.attisdropped AND ${userSchema("n")}`,
    find: `x.attrelid = ${relation("0", "1")} AND x.attname = v.n ->> 2`,
    address: ["x.attrelid", "x.attnum"],
  },
  {
    catalog: "pg_proc",
    column: "proacl",
    select: `SELECT pg_catalog.json_build_array(p.oid::pg_catalog.regprocedure::text) AS name, p.proacl::text[] AS acl FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace WHERE p.proacl IS NOT NULL AND ${userSchema("n")}`,
    find: "x.oid = (v.n ->> 0)::pg_catalog.regprocedure",
    address: ["x.oid", "0"],
  },
  {
    catalog: "pg_type",
    column: "typacl",
    select: `SELECT pg_catalog.json_build_array(n.nspname, t.typname) AS name, t.typacl::text[] AS acl FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace WHERE t.typacl IS NOT NULL AND ${userSchema("n")}`,
    find: "x.oid = pg_catalog.format('%I.%I', v.n ->> 0, v.n ->> 1)::pg_catalog.regtype",
    address: ["x.oid", "0"],
  },
];

/** A role that is granted something cannot be dropped; GRANT would have recorded it. 10 is the first superuser. */
const record = (catalog: string, column: string, [oid, part]: readonly [string, string]) => `
INSERT INTO pg_catalog.pg_shdepend (dbid, classid, objid, objsubid, refclassid, refobjid, deptype)
SELECT DISTINCT d.oid, 'pg_catalog.${catalog}'::pg_catalog.regclass, ${oid}, ${part}, 'pg_catalog.pg_authid'::pg_catalog.regclass, r.role, 'a'::"char"
  FROM pg_catalog.${catalog} x, pg_catalog.pg_database d, pg_catalog.aclexplode(x.${column}) e, LATERAL (VALUES (e.grantee), (e.grantor)) r (role)
 WHERE d.datname = pg_catalog.current_database() AND r.role NOT IN (0, 10) AND ${oid} >= 16384
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_shdepend s WHERE s.dbid = d.oid AND s.classid = 'pg_catalog.${catalog}'::pg_catalog.regclass AND s.objid = ${oid} AND s.objsubid = ${part} AND s.refobjid = r.role)`;

/**
 * Copies privileges exactly, with who granted them: GRANT would name the owner instead.
 *
 * @param into connected as a superuser, with an empty search path
 */
export async function copyPrivileges(source: Source, into: Client): Promise<void> {
  for (const { catalog, column, select, find, address } of kept) {
    const rows = await source.read(select);
    if (rows.length === 0) continue;
    await into.query(
      `UPDATE pg_catalog.${catalog} x SET ${column} = v.acl FROM (SELECT j -> 'name' AS n, ARRAY(SELECT pg_catalog.json_array_elements_text(j -> 'acl'))::aclitem[] AS acl FROM pg_catalog.json_array_elements($1::json) j) v WHERE ${find}`,
      [JSON.stringify(rows)],
    );
    await into.query(record(catalog, column, address));
  }
  const defaults = await source.read(
    "SELECT pg_catalog.pg_get_userbyid(d.defaclrole) AS role, n.nspname AS schema, d.defaclobjtype AS type, d.defaclacl::text[] AS acl FROM pg_catalog.pg_default_acl d LEFT JOIN pg_catalog.pg_namespace n ON n.oid = d.defaclnamespace",
  );
  if (defaults.length === 0) return;
  await into.query(
    `INSERT INTO pg_catalog.pg_default_acl (oid, defaclrole, defaclnamespace, defaclobjtype, defaclacl)
     SELECT pg_catalog.pg_nextoid('pg_catalog.pg_default_acl', 'oid', 'pg_catalog.pg_default_acl_oid_index'), r.oid, coalesce(n.oid, 0), (j ->> 'type')::"char", ARRAY(SELECT pg_catalog.json_array_elements_text(j -> 'acl'))::aclitem[]
       FROM pg_catalog.json_array_elements($1::json) j JOIN pg_catalog.pg_roles r ON r.rolname = j ->> 'role' LEFT JOIN pg_catalog.pg_namespace n ON n.nspname = j ->> 'schema'
      WHERE j ->> 'schema' IS NULL OR n.oid IS NOT NULL`,
    [JSON.stringify(defaults)],
  );
  await into.query(record("pg_default_acl", "defaclacl", ["x.oid", "0"]));
}
