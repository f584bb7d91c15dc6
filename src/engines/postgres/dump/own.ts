import type { Rows } from "../../engine.ts";
import type { Client } from "../connect.ts";
import { sqlState } from "../errors.ts";
import { CannotCopy } from "./cannot-copy.ts";
import { userSchema } from "./catalog.ts";
import { copyComments } from "./comments.ts";
import type { Definitions } from "./definitions.ts";
import { companionsQuery, type Definition, dependenciesQuery, inOrder } from "./order.ts";
import { finishing, partDefinitions } from "./part-definitions.ts";
import { copyPrivileges } from "./privileges.ts";
import { relationDefinitions } from "./relation-definitions.ts";
import type { Source } from "./source.ts";
import { typeDefinitions } from "./type-definitions.ts";

/** What is made from its files or by code, and what has too many ways to be: pg_dump knows them. */
const foreignKinds = `
SELECT k.kind, k.name FROM (
  SELECT 'foreign table' AS kind, c.oid, 'pg_catalog.pg_class'::pg_catalog.regclass AS class, c.relname::text AS name, c.relnamespace AS schema FROM pg_catalog.pg_class c WHERE c.relkind = 'f'
  UNION ALL SELECT 'base type', t.oid, 'pg_catalog.pg_type'::pg_catalog.regclass, t.typname, t.typnamespace FROM pg_catalog.pg_type t WHERE t.typtype IN ('b', 'p') AND NOT EXISTS (SELECT FROM pg_catalog.pg_type e WHERE e.typarray = t.oid)
  UNION ALL SELECT 'range type with a canonical function', r.rngtypid, 'pg_catalog.pg_type'::pg_catalog.regclass, t.typname, t.typnamespace FROM pg_catalog.pg_range r JOIN pg_catalog.pg_type t ON t.oid = r.rngtypid WHERE r.rngcanonical <> 0
  UNION ALL SELECT 'operator', o.oid, 'pg_catalog.pg_operator'::pg_catalog.regclass, o.oprname, o.oprnamespace FROM pg_catalog.pg_operator o
  UNION ALL SELECT 'operator class', o.oid, 'pg_catalog.pg_opclass'::pg_catalog.regclass, o.opcname, o.opcnamespace FROM pg_catalog.pg_opclass o
  UNION ALL SELECT 'operator family', o.oid, 'pg_catalog.pg_opfamily'::pg_catalog.regclass, o.opfname, o.opfnamespace FROM pg_catalog.pg_opfamily o
  UNION ALL SELECT 'conversion', o.oid, 'pg_catalog.pg_conversion'::pg_catalog.regclass, o.conname, o.connamespace FROM pg_catalog.pg_conversion o
  UNION ALL SELECT 'text search configuration', o.oid, 'pg_catalog.pg_ts_config'::pg_catalog.regclass, o.cfgname, o.cfgnamespace FROM pg_catalog.pg_ts_config o
  UNION ALL SELECT 'text search dictionary', o.oid, 'pg_catalog.pg_ts_dict'::pg_catalog.regclass, o.dictname, o.dictnamespace FROM pg_catalog.pg_ts_dict o
  UNION ALL SELECT 'text search parser', o.oid, 'pg_catalog.pg_ts_parser'::pg_catalog.regclass, o.prsname, o.prsnamespace FROM pg_catalog.pg_ts_parser o
  UNION ALL SELECT 'text search template', o.oid, 'pg_catalog.pg_ts_template'::pg_catalog.regclass, o.tmplname, o.tmplnamespace FROM pg_catalog.pg_ts_template o
  UNION ALL SELECT 'cast', o.oid, 'pg_catalog.pg_cast'::pg_catalog.regclass, pg_catalog.format_type(o.castsource, NULL) || ' AS ' || pg_catalog.format_type(o.casttarget, NULL), NULL FROM pg_catalog.pg_cast o
  UNION ALL SELECT 'language', o.oid, 'pg_catalog.pg_language'::pg_catalog.regclass, o.lanname, NULL FROM pg_catalog.pg_language o
  UNION ALL SELECT 'transform', o.oid, 'pg_catalog.pg_transform'::pg_catalog.regclass, pg_catalog.format_type(o.trftype, NULL), NULL FROM pg_catalog.pg_transform o
  UNION ALL SELECT 'access method', o.oid, 'pg_catalog.pg_am'::pg_catalog.regclass, o.amname, NULL FROM pg_catalog.pg_am o) k
 LEFT JOIN pg_catalog.pg_namespace n ON n.oid = k.schema
 WHERE k.oid >= 16384 AND (k.schema IS NULL OR (${userSchema("n")}))
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend x WHERE x.classid = k.class AND x.objid = k.oid AND x.deptype IN ('e', 'i'))
 ORDER BY 1, 2`;

/**
 * The definitions of a database as its catalogs have them, in the order of their dependencies.
 *
 * @throws CannotCopy where there is something that only pg_dump can write
 */
export async function ownDefinitions(source: Source): Promise<Definitions> {
  const { read, server } = source;
  const [foreign] = await read(foreignKinds);
  if (foreign !== undefined)
    throw new CannotCopy(
      `without pg_dump, Godwit cannot copy a ${foreign["kind"]} ("${foreign["name"]}")`,
      `Install pg_dump ${server.major} or newer on this machine, or give a copy of the database with --clone URL.`,
    );
  const queries = [
    ...typeDefinitions(server.major),
    ...relationDefinitions(server.major),
    ...partDefinitions,
  ];
  const definitions: Definition[] = [];
  for (const query of queries) definitions.push(...(await read(query)).map(definitionOf));
  const companions = await read(companionsQuery(server.major));
  const dependencies = await read(dependenciesQuery);
  const order = inOrder(definitions, companions, dependencies);
  return {
    method: "own",
    async beforeRows(into, { extensions, later }) {
      await into.query("SELECT pg_catalog.set_config('search_path', '', false)");
      await dropPublic(source, into);
      const schemas = order.before.filter(({ address }) => address.startsWith("pg_namespace/"));
      const rest = order.before.filter(({ address }) => !address.startsWith("pg_namespace/"));
      await makeAll(
        schemas.map(({ sql }) => sql),
        into,
      );
      await makeAll(
        extensions.map(({ statement }) => statement),
        into,
      );
      await makeAll(
        (await without(rest, later, source)).map(({ sql }) => sql),
        into,
      );
    },
    async afterRows(into, { later }) {
      await makeAll(
        (await without(order.after, later, source)).map(({ sql }) => sql),
        into,
      );
      await copyComments(source, into);
      await copyPrivileges(source, into);
      const positions = new Map(order.before.map(({ address }, i) => [address, i]));
      const position = (row: Rows[number]) => positions.get(`pg_class/${row["oid"]}`) ?? positions.size;
      const views = (await read(finishing.materializedViews)).toSorted((a, b) => position(a) - position(b));
      await makeAll(
        views.map(({ sql }) => String(sql)),
        into,
      );
      for (const query of finishing.states)
        await makeAll((await read(query)).map(({ sql }) => String(sql)).filter(Boolean), into);
    },
  };
}

function definitionOf(row: Rows[number]): Definition {
  const { catalog, oid, phase, sql } = row;
  return { address: `${catalog}/${oid}`, phase: phase === "before" ? "before" : "after", sql: String(sql) };
}

/** A new database has this schema; the source may have dropped its own. */
async function dropPublic({ schema }: Source, into: Client): Promise<void> {
  if (!schema.objects.has("schema public")) await into.query("DROP SCHEMA IF EXISTS public");
}

/** Leaves out the indexes, and the constraints with such, which somebody else makes. */
async function without(
  definitions: readonly Definition[],
  later: ReadonlySet<string>,
  source: Source,
): Promise<readonly Definition[]> {
  if (later.size === 0) return definitions;
  const names = await source.read(`
    SELECT coalesce('pg_constraint/' || k.oid, 'pg_class/' || c.oid) AS address, pg_catalog.format('%I.%I', n.nspname, c.relname) AS name
      FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      LEFT JOIN pg_catalog.pg_constraint k ON k.conindid = c.oid AND k.contype IN ('p', 'u', 'x')`);
  const left = new Set(names.filter(({ name }) => later.has(String(name))).map(({ address }) => address));
  return definitions.filter(({ address }) => !left.has(address));
}

/** Statements which are sent in one message. */
const batch = 200;

/**
 * Makes what can be made; what is refused is tried again when the rest is there, as long as that helps: the catalogs do
 * not record every dependency (a function's body may name anything).
 */
async function makeAll(statements: readonly string[], into: Client): Promise<void> {
  for (let open = statements; open.length > 0; ) {
    const refused: string[] = [];
    let first: unknown;
    const make = (text: string, otherwise: (error: unknown) => void | Promise<void>) =>
      into.query(text).then(
        () => undefined,
        (error: unknown) => {
          if (sqlState(error) === undefined) throw error;
          return otherwise(error);
        },
      );
    for (let i = 0; i < open.length; i += batch) {
      const some = open.slice(i, i + batch);
      // All of a message is executed, or nothing.
      await make(some.join(";\n"), async () => {
        for (const statement of some)
          await make(statement, (error) => {
            first ??= error;
            refused.push(statement);
          });
      });
    }
    if (refused.length === open.length) throw first;
    open = refused;
  }
}
