import { randomBytes } from "node:crypto";
import { quoteIdentifier, quoteLiteral } from "../../sql/identifier.ts";
import type { Target } from "../engine.ts";
import { openClient } from "./connect.ts";
import { Credentials } from "./connection/credentials.ts";

/**
 * Makes a role on a server of our own that may do everything in one empty database and nothing beyond it: no programs, no
 * files, no roles, no other database. What a stranger wrote is executed as it.
 *
 * The superuser is connected to the database before anything of the stranger's is in it, and never again: a function
 * of theirs might be called in the name of the superuser.
 *
 * @param target the superuser's, of a database that is empty
 * @param roles created where they are missing; the new role may give objects to those, and to no other
 * @returns the same database for the new role
 */
export async function confine(target: Target, roles: readonly string[]): Promise<Target> {
  const name = `godwit_confined_${randomBytes(6).toString("hex")}`;
  const role = quoteIdentifier(name);
  const client = await openClient(target);
  try {
    await client.query(
      `CREATE ROLE ${role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS`,
    );
    const database = quoteIdentifier(target.database);
    await client.query(`ALTER SCHEMA public OWNER TO ${role}`);
    await client.query(`ALTER DATABASE ${database} OWNER TO ${role}`);
    for (const one of roles) await client.query(lend(one, { role, database }));
  } finally {
    await client.end();
  }
  return { ...target, user: name, secret: new Credentials({ ...Credentials.of(target), user: name }) };
}

/** What was there before may be the superuser, or a role that may start programs: only what was made here is lent. */
function lend(name: string, { role, database }: { role: string; database: string }): string {
  const lent = quoteIdentifier(name);
  const named = `rolname = ${quoteLiteral(name)}`;
  const body = `BEGIN
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE ${named}) THEN
      EXECUTE ${quoteLiteral(`CREATE ROLE ${lent} NOLOGIN`)};
    END IF;
    IF EXISTS (SELECT FROM pg_catalog.pg_roles
                WHERE ${named} AND NOT rolsuper AND NOT rolcanlogin AND rolname !~ '^pg_') THEN
      EXECUTE ${quoteLiteral(`GRANT ${lent} TO ${role}`)};
      -- Whoever is to own an object must be able to make one there; a superuser's ALTER ... OWNER TO does not ask.
      EXECUTE ${quoteLiteral(`GRANT ALL ON DATABASE ${database} TO ${lent}`)};
      EXECUTE ${quoteLiteral(`GRANT ALL ON SCHEMA public TO ${lent}`)};
      EXECUTE ${quoteLiteral(`ALTER DEFAULT PRIVILEGES FOR ROLE ${role} GRANT ALL ON SCHEMAS TO ${lent}`)};
    END IF;
  EXCEPTION WHEN reserved_name THEN NULL;
  END`;
  return `DO ${quoteLiteral(body)}`;
}

/**
 * Whether a role can do harm beyond its own databases: then nothing that a stranger wrote may run as it.
 *
 * https://www.postgresql.org/docs/current/predefined-roles.html
 */
export async function isPowerful(target: Target): Promise<boolean> {
  const client = await openClient(target);
  try {
    const [result] = await client.query(
      `SELECT rolsuper OR rolcreaterole OR rolreplication OR rolbypassrls
              OR EXISTS (SELECT FROM pg_catalog.pg_roles p
                          WHERE (p.rolname ~ '^pg_(execute|write|read|create|checkpoint|signal|maintain|use)' OR p.rolsuper)
                            AND pg_catalog.pg_has_role(r.oid, p.oid, 'MEMBER')) AS powerful
         FROM pg_catalog.pg_roles r WHERE r.rolname = current_user`,
    );
    return result?.rows[0]?.["powerful"] !== false;
  } finally {
    await client.end();
  }
}
