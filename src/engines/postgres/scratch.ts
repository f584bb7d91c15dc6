import { quoteIdentifier, quoteLiteral } from "../../sql/identifier.ts";
import type { ScratchSession, ScriptError, Target } from "../engine.ts";
import { confine } from "./confined.ts";
import { type Client, openClient } from "./connect.ts";
import { withDatabase } from "./connection/url.ts";
import { sqlState, translate } from "./errors.ts";
import { scriptErrorOf } from "./script-error.ts";
import { readServerFacts } from "./session.ts";
import { Looking } from "./snapshot/incremental/looking.ts";
import { readSnapshot } from "./snapshot/read.ts";
import { reprint } from "./snapshot/reprint.ts";
import type { ReadRows } from "./snapshot/rows.ts";
import { readingWithin, setLocal, snapshotSettings } from "./transactions.ts";

/**
 * Connects to a scratch database as a framework's driver would.
 *
 * @param schema created where it is missing; unqualified names are then created in it
 * @param roles created where they are missing, without login or rights, so that migrations can grant to them
 * @param confined as a role that may do nothing beyond this database, which is empty
 */
export async function connectScratch(
  place: Target,
  options: { schema?: string; roles?: readonly string[]; confined?: boolean },
): Promise<ScratchSession> {
  const { schema } = options;
  const roles = options.confined ? [] : (options.roles ?? []);
  const target = options.confined ? await confine(place, options.roles ?? []) : place;
  const client = await openClient(target);
  try {
    const server = await readServerFacts(async (query) =>
      (await client.query(query)).map(({ rows }) => rows),
    );
    for (const role of roles) {
      const missing = `NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = ${quoteLiteral(role)})`;
      const create = `EXECUTE ${quoteLiteral(`CREATE ROLE ${quoteIdentifier(role)}`)}`;
      await client.query(`DO ${quoteLiteral(`BEGIN IF ${missing} THEN ${create}; END IF; END`)}`);
    }
    if (schema !== undefined) {
      await client.query(`CREATE SCHEMA IF NOT EXISTS ${quoteIdentifier(schema)}`);
      await client.query(`SET search_path = ${quoteIdentifier(schema)}`);
    }
    const looking = new Looking(client, server.major, (inTransaction) => quietly(client, inTransaction));
    const session: ScratchSession = {
      server,
      script: (sql) => script(client, target, sql),
      snapshot: ({ inTransaction, dependencies = false }) =>
        readSnapshot(quietly(client, inTransaction), server.major, { dependencies }),
      changes: ({ inTransaction }) => looking.look(inTransaction),
      reprint: (objects) => reprint(session, objects),
      close: () => client.end(),
    };
    return session;
  } catch (error) {
    await client.end();
    throw translate(error, target, "preparing the shadow database") ?? error;
  }
}

async function script(client: Client, target: Target, sql: string): Promise<ScriptError | undefined> {
  try {
    await client.query(sql);
    return undefined;
  } catch (error) {
    const refusal = scriptErrorOf(error, sql);
    if (refusal === undefined) throw translate(error, target, "replaying") ?? error;
    return refusal;
  }
}

/** Reads with the settings of the snapshot and leaves the session's own as they were. */
function quietly(client: Client, inTransaction: boolean): ReadRows {
  // Statements that are prepared once are planned once.
  const settings = setLocal({ ...snapshotSettings, plan_cache_mode: "force_generic_plan" });
  return inTransaction
    ? readingWithin(
        client,
        ["SAVEPOINT godwit_snapshot", ...settings],
        ["ROLLBACK TO SAVEPOINT godwit_snapshot", "RELEASE SAVEPOINT godwit_snapshot"],
      )
    : readingWithin(client, ["BEGIN READ ONLY", ...settings], ["ROLLBACK"]);
}

/**
 * Creates an empty database with the wanted encoding, which knows nothing of the server's template of users. It has the
 * server's own locale, unless that does not go with the encoding.
 */
export async function createDatabase(
  target: Target,
  name: string,
  like: { readonly encoding: string; readonly template?: string },
): Promise<Target> {
  if (like.template !== undefined) {
    await administer(
      target,
      `CREATE DATABASE ${quoteIdentifier(name)} TEMPLATE ${quoteIdentifier(like.template)}`,
    );
    return withDatabase(target, name);
  }
  const create = `CREATE DATABASE ${quoteIdentifier(name)} TEMPLATE template0 ENCODING ${quoteLiteral(like.encoding)}`;
  await administer(target, create).catch((error: unknown) => {
    if (sqlState(error) !== localeAndEncodingDiffer) throw error;
    return administer(target, `${create} LC_COLLATE 'C' LC_CTYPE 'C'`);
  });
  return withDatabase(target, name);
}

/** invalid_parameter_value; https://www.postgresql.org/docs/current/multibyte.html#MULTIBYTE-SETTING */
const localeAndEncodingDiffer = "22023";

export async function dropDatabase(target: Target, name: string): Promise<void> {
  await administer(target, `DROP DATABASE IF EXISTS ${quoteIdentifier(name)} WITH (FORCE)`);
}

async function administer(target: Target, sql: string): Promise<void> {
  const client = await openClient(target);
  try {
    await client.query(sql);
  } catch (error) {
    if (sqlState(error) === localeAndEncodingDiffer) throw error;
    throw translate(error, target, "making the shadow database") ?? error;
  } finally {
    await client.end();
  }
}

export async function mayCreateDatabase(target: Target): Promise<boolean> {
  const client = await openClient(target);
  try {
    const [result] = await client.query(
      "SELECT rolcreatedb OR rolsuper AS may FROM pg_catalog.pg_roles WHERE rolname = current_user",
    );
    return result?.rows[0]?.["may"] === true;
  } finally {
    await client.end();
  }
}
