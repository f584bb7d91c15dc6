import { quoteIdentifier, quoteLiteral } from "../../../sql/identifier.ts";
import type { Client } from "../connect.ts";
import { CannotCopy } from "./cannot-copy.ts";
import { removeSecrets } from "./foreign-options.ts";
import type { Source } from "./source.ts";

/** An extension of the source, in the version that the copy gets. */
export interface Extension {
  readonly name: string;
  readonly schema: string;
  readonly owner: string;
  /** The statement which makes it. */
  readonly statement: string;
}

/** Who owns what an extension has made: not its own owner, where that is one who may not do what it does. */
const ownerOfParts = (catalog: string, owner: string) =>
  `(SELECT m.${owner} FROM pg_catalog.pg_depend d JOIN pg_catalog.${catalog} m ON m.oid = d.objid
     WHERE d.classid = 'pg_catalog.${catalog}'::pg_catalog.regclass AND d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass AND d.refobjid = e.oid AND d.deptype = 'e' ORDER BY m.oid LIMIT 1)`;

/**
 * The extensions of the source. The copy gets the same versions where its server has them, else what it has.
 *
 * @param superuser whether we may make them as who made them there
 * @throws CannotCopy where the copy's server lacks one
 */
export async function readExtensions(
  source: Source,
  into: Client,
  superuser: boolean,
): Promise<readonly Extension[]> {
  const extensions = await source.read(`
    SELECT e.extname AS name, n.nspname AS schema, e.extversion AS version, pg_catalog.pg_get_userbyid(e.extowner) AS owner,
           (SELECT r.rolname FROM pg_catalog.pg_roles r WHERE r.rolsuper AND r.oid = coalesce(${ownerOfParts("pg_proc", "proowner")}, ${ownerOfParts("pg_class", "relowner")}, e.extowner)) AS maker
      FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace ORDER BY e.oid`);
  const [available] = await into.query(
    "SELECT name, pg_catalog.array_agg(version) AS versions FROM pg_catalog.pg_available_extension_versions GROUP BY name",
  );
  const versions = new Map(available?.rows.map((row) => [row["name"], row["versions"] as string[]]));
  const missing = extensions.filter(({ name }) => !versions.has(name));
  if (missing.length > 0) {
    const names = missing.map(({ name }) => `"${name}"`).join(", ");
    throw new CannotCopy(
      `the server for the copy has no extension ${names}`,
      `Give a clone on a server which has it: --clone URL.`,
    );
  }
  return extensions.map(({ name, schema, version, owner, maker }) => {
    const exact = versions.get(name)?.includes(String(version)) === true;
    const create = `CREATE EXTENSION IF NOT EXISTS ${quoteIdentifier(String(name))} WITH SCHEMA ${quoteIdentifier(String(schema))}${exact ? ` VERSION ${quoteLiteral(String(version))}` : ""}`;
    return {
      name: String(name),
      schema: String(schema),
      owner: String(owner),
      statement:
        superuser && maker !== null
          ? `SET ROLE ${quoteIdentifier(String(maker))};
${create};
RESET ROLE`
          : create,
    };
  });
}

/** Whoever owns an extension may alter and drop it; a dump does not say who. */
export async function giveExtensions(extensions: readonly Extension[], into: Client): Promise<void> {
  for (const { name, owner } of extensions)
    await into.query(
      "UPDATE pg_catalog.pg_extension SET extowner = r.oid FROM pg_catalog.pg_roles r WHERE r.rolname = $2 AND extname = $1",
      [name, owner],
    );
}

/** A handler that the copy's wrappers call, of an extension's wrapper or another's. */
const handlersQuery = `
SELECT p.oid::text AS oid, w.fdwname AS wrapper, pg_catalog.bool_or(x.objid IS NOT NULL) AS "ofExtension"
  FROM pg_catalog.pg_foreign_data_wrapper w JOIN pg_catalog.pg_proc p ON p.oid = w.fdwhandler
  LEFT JOIN pg_catalog.pg_depend x ON x.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND x.objid = p.oid AND x.deptype = 'e'
 WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_catalog.pg_foreign_data_wrapper'::pg_catalog.regclass AND e.objid = w.oid AND e.deptype = 'e')
 GROUP BY 1, 2`;

/**
 * Takes from foreign tables all that could reach another server: what a rehearsal writes must stay on the copy. They are
 * there, and refuse to be read. Secrets in their options are removed.
 *
 * What an extension has made is no part of the schema: its wrapper loses its handler. Another's wrapper is to be what it
 * is at the source, so the function that handles it loses its library.
 *
 * @param superuser whether we are one: nobody else can
 * @throws CannotCopy where that is needed and we cannot
 */
export async function cutOff(into: Client, superuser: boolean): Promise<void> {
  if (!superuser) {
    const [found] = await into.query("SELECT FROM pg_catalog.pg_foreign_data_wrapper LIMIT 1");
    if (!found?.rowCount) return;
    throw new CannotCopy(
      "it has foreign tables, and only a superuser can keep a copy of them from reaching other servers",
    );
  }
  const [handlers] = await into.query(handlersQuery);
  for (const { oid, wrapper, ofExtension } of handlers?.rows ?? []) {
    if (ofExtension !== true)
      throw new CannotCopy(
        `cannot copy foreign-data wrapper ${quoteIdentifier(String(wrapper))}: its handler is no extension's, and a copy of it could reach other servers`,
      );
    await into.query(
      "UPDATE pg_catalog.pg_proc SET probin = '$libdir/cut off, since this is a copy' WHERE oid = $1::oid",
      [oid],
    );
  }
  await into.query(
    `UPDATE pg_catalog.pg_foreign_data_wrapper w SET fdwhandler = 0
      WHERE EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_catalog.pg_foreign_data_wrapper'::pg_catalog.regclass AND e.objid = w.oid AND e.deptype = 'e')`,
  );
  await removeSecrets(into);
}
