import { randomBytes } from "node:crypto";
import { quoteIdentifier, quoteLiteral } from "../../../sql/identifier.ts";
import type { Target } from "../../engine.ts";
import { type Client, openClient } from "../connect.ts";
import { parsePostgresUrl } from "../connection/url.ts";
import { postgresUrl } from "../connection/write-url.ts";
import { readServerFacts } from "../session.ts";
import type { Source } from "./source.ts";

/**
 * Roles that the database knows: who owns something in it, is granted something or named by a policy; who connects now; the
 * first superuser, of whom the catalogs keep no record; and, from each of these, all who are members of it or of whom it
 * is one.
 */
const rolesQuery = `
WITH RECURSIVE db AS (SELECT d.oid, d.datdba, d.datacl FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()),
named(oid) AS (
  SELECT s.refobjid FROM pg_catalog.pg_shdepend s, db
   WHERE s.refclassid = 'pg_catalog.pg_authid'::pg_catalog.regclass
     AND (s.dbid = db.oid OR (s.classid = 'pg_catalog.pg_database'::pg_catalog.regclass AND s.objid = db.oid))
  UNION SELECT db.datdba FROM db
  UNION SELECT 10::oid
  UNION SELECT r.oid FROM pg_catalog.pg_roles r WHERE r.rolname IN (current_user, session_user)),
known(oid) AS (
  SELECT oid FROM named
  UNION
  SELECT CASE WHEN m.roleid = k.oid THEN m.member ELSE m.roleid END
    FROM known k JOIN pg_catalog.pg_auth_members m ON k.oid IN (m.roleid, m.member))
SELECT r.rolname AS name, r.rolsuper AS super, r.rolinherit AS inherit, r.rolcreaterole AS "createRole", r.rolcreatedb AS "createDb",
       r.rolreplication AS replication, r.rolbypassrls AS "bypassRls", r.rolname LIKE 'pg\\_%' AS predefined
  FROM known k JOIN pg_catalog.pg_roles r ON r.oid = k.oid
 ORDER BY r.oid`;

/**
 * Who makes the copy: the role of the target, unless the source has one of that name. That is then to be made as it is
 * there, and ours gets another name, which no source has.
 */
export async function administrator(source: Source, into: Target): Promise<Target> {
  const client = await openClient(into);
  try {
    const run = async (query: string) => (await client.query(query)).map(({ rows }) => rows);
    const { superuser, serverIdentity, user } = await readServerFacts(run);
    const ours = superuser && serverIdentity !== source.server.serverIdentity;
    const taken = await source.read(`SELECT FROM (${rolesQuery}) r WHERE r.name = ${quoteLiteral(user)}`);
    if (!ours || taken.length === 0) return into;
    const name = `godwit_${randomBytes(6).toString("hex")}`;
    await client.query(`CREATE ROLE ${name} SUPERUSER LOGIN`);
    const target = parsePostgresUrl(postgresUrl(into, { user: name }));
    const other = await openClient(target);
    await other
      .query(`ALTER ROLE ${quoteIdentifier(user)} RENAME TO ${name}_first`)
      .finally(() => other.end());
    return target;
  } finally {
    await client.end();
  }
}

/** From 16, a membership says also whether it is inherited and may be assumed; several grantors may have given it. */
const membershipsQuery = (major: number) => `
SELECT g.rolname AS role, m.rolname AS member, bool_or(a.admin_option) AS admin,
       ${major >= 16 ? "bool_or(a.inherit_option)" : "NULL"} AS inherit, ${major >= 16 ? "bool_or(a.set_option)" : "NULL"} AS set
  FROM pg_catalog.pg_auth_members a JOIN pg_catalog.pg_roles g ON g.oid = a.roleid JOIN pg_catalog.pg_roles m ON m.oid = a.member
 GROUP BY 1, 2`;

/**
 * Makes the roles of the source, with what they may do and what they are members of, so that what is refused to a role
 * there is refused to it here. All may log in: nobody but us reaches this server.
 *
 * @param into connected as the {@link administrator} of a server of our own
 */
export async function copyRoles(source: Source, into: Client): Promise<void> {
  const roles = (await source.read(rolesQuery)).filter(({ predefined }) => predefined === false);
  for (const role of roles) {
    const name = String(role["name"]);
    const missing = `NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = ${quoteLiteral(name)})`;
    const create = `EXECUTE ${quoteLiteral(`CREATE ROLE ${quoteIdentifier(name)}`)}`;
    const may = (word: string, value: unknown) => (value === true ? word : `NO${word}`);
    const attributes = [
      "LOGIN",
      may("SUPERUSER", role["super"]),
      may("INHERIT", role["inherit"]),
      may("CREATEROLE", role["createRole"]),
      may("CREATEDB", role["createDb"]),
      may("REPLICATION", role["replication"]),
      may("BYPASSRLS", role["bypassRls"]),
    ];
    await into.query(
      `DO ${quoteLiteral(`BEGIN IF ${missing} THEN ${create}; END IF; END`)};
       ALTER ROLE ${quoteIdentifier(name)} ${attributes.join(" ")}`,
    );
  }
  const made = new Set(roles.map(({ name }) => String(name)));
  for (const membership of await source.read(membershipsQuery(source.server.major))) {
    const { role, member, admin, inherit, set } = membership;
    if (!made.has(String(member))) continue;
    const options =
      inherit === null
        ? admin === true
          ? "ADMIN OPTION"
          : ""
        : `ADMIN ${admin === true}, INHERIT ${inherit === true}, SET ${set === true}`;
    await into.query(
      `GRANT ${quoteIdentifier(String(role))} TO ${quoteIdentifier(String(member))}${options && ` WITH ${options}`}`,
    );
  }
}

/** Settings which name what is on the source's machine alone. */
const settingsOfMachine =
  "(session|local|shared)_preload_libraries|default_tablespace|temp_tablespaces|log_.*";

/**
 * Gives the copy what the source's database has of its own: owner, privileges, the settings of sessions in it, and the owner
 * and privileges of the schema `public`, which both have from the beginning. Last of all, since the settings are in
 * force for whoever connects afterwards.
 *
 * @param ours whether the server is ours; on the source's own, what holds for roles in every database is there
 */
export async function copyDatabaseProperties(source: Source, into: Client, ours: boolean): Promise<void> {
  const [database] = await source.read(`
    SELECT pg_catalog.pg_get_userbyid(d.datdba) AS owner, d.datacl::text[] AS acl,
           (SELECT pg_catalog.pg_get_userbyid(n.nspowner) FROM pg_catalog.pg_namespace n WHERE n.nspname = 'public') AS "publicOwner",
           (SELECT n.nspacl::text[] FROM pg_catalog.pg_namespace n WHERE n.nspname = 'public') AS "publicAcl"
      FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()`);
  const settings = await source.read(`
    SELECT CASE WHEN s.setrole <> 0 THEN pg_catalog.pg_get_userbyid(s.setrole) END AS role, s.setdatabase <> 0 AS here,
           ARRAY(SELECT c FROM pg_catalog.unnest(s.setconfig) c WHERE c !~ '^(${settingsOfMachine})=') AS settings
      FROM pg_catalog.pg_db_role_setting s LEFT JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase
     WHERE d.datname = pg_catalog.current_database()${ours ? " OR s.setdatabase = 0" : ""}`);
  await into.query(
    "UPDATE pg_catalog.pg_database SET datdba = r.oid, datacl = $2::text[]::aclitem[] FROM pg_catalog.pg_roles r WHERE r.rolname = $1 AND datname = pg_catalog.current_database()",
    [database?.["owner"], database?.["acl"]],
  );
  await into.query(
    "UPDATE pg_catalog.pg_namespace SET nspowner = r.oid, nspacl = $2::text[]::aclitem[] FROM pg_catalog.pg_roles r WHERE r.rolname = $1 AND nspname = 'public'",
    [database?.["publicOwner"], database?.["publicAcl"]],
  );
  // Another copy on the same server may have brought a role's settings; system catalogs know no ON CONFLICT.
  const wanted = `SELECT CASE WHEN (v ->> 'here')::boolean THEN d.oid ELSE 0 END, coalesce(r.oid, 0), ARRAY(SELECT pg_catalog.json_array_elements_text(v -> 'settings'))
       FROM pg_catalog.json_array_elements($1::json) v JOIN pg_catalog.pg_database d ON d.datname = pg_catalog.current_database()
       LEFT JOIN pg_catalog.pg_roles r ON r.rolname = v ->> 'role'
      WHERE pg_catalog.json_array_length(v -> 'settings') > 0 AND (v ->> 'role' IS NULL OR r.oid IS NOT NULL)`;
  const values = [JSON.stringify(settings)];
  await into.query(
    `DELETE FROM pg_catalog.pg_db_role_setting s USING (${wanted}) w (database, role, settings)
      WHERE (s.setdatabase, s.setrole) = (w.database, w.role)`,
    values,
  );
  await into.query(
    `INSERT INTO pg_catalog.pg_db_role_setting (setdatabase, setrole, setconfig) ${wanted}`,
    values,
  );
}
