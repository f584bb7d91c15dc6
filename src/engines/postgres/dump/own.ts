import type { Rows } from "../../engine.ts";
import type { Client } from "../connect.ts";
import type { Phase } from "./catalog.ts";
import { copyComments } from "./comments.ts";
import type { Definition } from "./definition.ts";
import type { Definitions } from "./definitions.ts";
import { foreignDefinitions } from "./foreign-definitions.ts";
import { optionsClause } from "./foreign-options.ts";
import { makeAll } from "./make-all.ts";
import { operatorDefinitions } from "./operator-definitions.ts";
import { companionsQuery, dependenciesQuery, inOrder } from "./order.ts";
import { finishing, partDefinitions } from "./part-definitions.ts";
import { copyPrivileges } from "./privileges.ts";
import { relationDefinitions } from "./relation-definitions.ts";
import { replicationDefinitions } from "./replication-definitions.ts";
import { routineDefinitions } from "./routine-definitions.ts";
import type { Source } from "./source.ts";
import { textSearchDefinitions } from "./text-search-definitions.ts";
import { typeDefinitions } from "./type-definitions.ts";

/** The definitions of a database as its catalogs have them, in the order of their dependencies. */
export async function ownDefinitions(source: Source): Promise<Definitions> {
  const { read } = source;
  const { definitions, companions, dependencies } = await readDefinitions(source);
  const order = inOrder(definitions, companions, dependencies);
  const make = (makings: readonly { readonly sql: string }[], into: Client) => makeAll(makings, into, read);
  return {
    method: "own",
    async beforeRows(into, { extensions, later }) {
      await into.query("SELECT pg_catalog.set_config('search_path', '', false)");
      await dropPublic(source, into);
      const isSchema = ({ address }: Definition) => address.startsWith("pg_namespace/");
      await make(order.before.filter(isSchema), into);
      await make(
        extensions.map(({ statement }) => ({ sql: statement })),
        into,
      );
      const rest = order.before.filter((definition) => !isSchema(definition));
      await make(await without(rest, later, source), into);
    },
    async afterRows(into, { later }) {
      await make(await without(order.after, later, source), into);
      // Event triggers: as a replica, the session does not set them off.
      await make(order.last, into);
      await copyComments(source, into);
      await copyPrivileges(source, into);
      const positions = new Map(order.before.map(({ address }, i) => [address, i]));
      const position = (row: Rows[number]) => positions.get(`pg_class/${row["oid"]}`) ?? positions.size;
      const views = (await read(finishing.materializedViews)).toSorted((a, b) => position(a) - position(b));
      await make(statements(views), into);
      for (const rows of await source.readAll(finishing.states)) await make(statements(rows), into);
    },
  };
}

const statements = (rows: Rows) =>
  rows.flatMap(({ sql }) => (sql === null || sql === "" ? [] : [{ sql: String(sql) }]));

/** Everything that is needed of the catalogs, in one message. */
async function readDefinitions(
  source: Source,
): Promise<{ definitions: Definition[]; companions: Rows; dependencies: Rows }> {
  const { major } = source.server;
  const [companions = [], dependencies = [], ...rest] = await source.readAll([
    companionsQuery(major),
    dependenciesQuery,
    ...typeDefinitions(major),
    ...routineDefinitions(major),
    ...operatorDefinitions,
    ...textSearchDefinitions,
    ...relationDefinitions(major),
    ...foreignDefinitions(major),
    ...partDefinitions,
    ...replicationDefinitions(major),
  ]);
  return { definitions: rest.flatMap((rows) => rows.map(definitionOf)), companions, dependencies };
}

function definitionOf(row: Rows[number]): Definition {
  const { catalog, oid, phase, sql, pieces, shell, whole } = row;
  return {
    address: `${catalog}/${oid}`,
    phase: phase as Phase,
    sql: Array.isArray(pieces) ? pieces.map(textOf).join("") : String(sql),
    ...(typeof shell === "string" && { shell }),
    ...(typeof whole === "string" && { whole }),
  };
}

/** A piece of a statement: a text, or options of another server's. */
function textOf(piece: unknown): string {
  return Array.isArray(piece) ? optionsClause(piece.map(String)) : String(piece ?? "");
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
