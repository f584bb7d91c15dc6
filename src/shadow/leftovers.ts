import { randomBytes } from "node:crypto";
import type { Session } from "../engines/engine.ts";

const prefix = "godwit_shadow_";

/** A name which no other run takes, and by which a database that a killed run left can be known. */
export function shadowName(): string {
  return prefix + randomBytes(6).toString("hex");
}

/**
 * Databases with such a name in which nobody is at work. They are not dropped unasked: another run may be about to
 * connect.
 *
 * Engines without PostgreSQL's catalog have none.
 */
export async function findLeftovers(session: Session): Promise<string[]> {
  const found = await session.read(
    `SELECT datname::text AS name FROM pg_catalog.pg_database
     WHERE datname ~ '^${prefix}[0-9a-f]{12}$'
       AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_activity WHERE datid = pg_database.oid)
     ORDER BY 1`,
  );
  return found.outcome === "rows" ? found.rows.map((row) => String(row["name"])) : [];
}
