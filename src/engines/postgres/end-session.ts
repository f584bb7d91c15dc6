import { quoteLiteral } from "../../sql/identifier.ts";
import type { AdvisoryKey } from "../engine.ts";
import type { SessionEnding, SessionMark } from "../server.ts";
import type { Client } from "./client.ts";
import { sqlState } from "./errors.ts";
import { isAdvisory, sessionLife, sessionState } from "./surroundings.ts";

/**
 * Ends one session. That it is still the one which a person saw is looked at in the statement that ends it: a number is
 * given to another process before long.
 *
 * @param session.working it may have gone on with its work since
 */
export async function endSession(
  client: Pick<Client, "query">,
  { pid, mark, working }: { readonly pid: number; readonly mark: SessionMark; readonly working: boolean },
  keys: readonly AdvisoryKey[],
): Promise<SessionEnding> {
  try {
    const [result] = await client.query(`
SELECT pg_catalog.pg_terminate_backend(a.pid) AS told
  FROM pg_catalog.pg_stat_activity a
  JOIN pg_catalog.pg_roles r ON r.oid = a.usesysid
 WHERE a.pid = ${Math.trunc(pid)} AND a.pid <> pg_catalog.pg_backend_pid()
   AND a.datname = current_database() AND a.backend_type = 'client backend'
   AND (NOT r.rolsuper OR r.rolname IN (current_user, session_user))
   AND ${sessionLife} = ${quoteLiteral(mark.life)}
   AND ${working ? "true" : `${sessionState} = ${quoteLiteral(mark.state)}`}
   AND EXISTS (SELECT FROM pg_catalog.pg_locks l WHERE l.pid = a.pid AND (
     l.locktype = 'relation' AND l.granted AND l.relation >= 16384 OR ${isAdvisory(keys)}))`);
    return { outcome: result?.rows[0]?.["told"] === true ? "told" : "not-the-same" };
  } catch (error) {
    if (sqlState(error) !== "42501") throw error;
    return { outcome: "denied", problem: (error as Error).message };
  }
}
