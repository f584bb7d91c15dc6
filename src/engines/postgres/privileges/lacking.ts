import { dotted, quoteIdentifier, textLiteral } from "../../../sql/identifier.ts";
import { type Need, needsOf } from "../../../sql/postgres-needs.ts";
import type { ReadOutcome, Rows } from "../../engine.ts";
import type { Lacking } from "../../privilege.ts";

/** What it is asked with, and about whom. */
export interface LackingWishes {
  read(query: string): Promise<ReadOutcome>;
  /** The role that will execute the statements. */
  readonly user: string;
  readonly database: string;
  /** In which unqualified names are meant. */
  readonly schema: string;
}

/**
 * For each of these statements, the right which the session's role lacks; the server is asked, once for all of them.
 * What cannot be asked, or what is not there yet, is not claimed.
 */
export async function lackingFor(
  statements: readonly string[],
  wishes: LackingWishes,
): Promise<(Lacking | undefined)[]> {
  const needs = statements.map(needsOf);
  const all = needs.flat();
  if (all.length === 0) return statements.map(() => undefined);
  const { read, schema } = wishes;
  const relations = names(
    all.flatMap((need) => (need.kind === "own" ? [need.relation] : [])),
    schema,
  );
  const types = names(
    all.flatMap((need) => (need.kind === "own-type" ? [need.type] : [])),
    schema,
  );
  const schemas = all.flatMap((need) =>
    need.kind === "create-in" ? [textLiteral(need.schema ?? schema)] : [],
  );
  const extensions = all.flatMap((need) => (need.kind === "extension" ? [textLiteral(need.name)] : []));
  const answer = await read(query({ relations, types, schemas, extensions }));
  if (answer.outcome !== "rows") return statements.map(() => undefined);
  const told = new Map(answer.rows.map((row) => [`${row["kind"]} ${row["name"]}`, row]));
  return needs.map((some) => some.map((need) => judge(need, told, wishes)).find((one) => one !== undefined));
}

function names(all: readonly (readonly string[])[], schema: string): string[] {
  return all.map((name) => `(${textLiteral(name.at(-2) ?? schema)}, ${textLiteral(name.at(-1) ?? "")})`);
}

const nobody = ["(NULL, NULL)"];

function query(of: {
  readonly relations: readonly string[];
  readonly types: readonly string[];
  readonly schemas: readonly string[];
  readonly extensions: readonly string[];
}): string {
  const list = (values: readonly string[]) => (values.length === 0 ? nobody : values).join(", ");
  const texts = (values: readonly string[]) => `ARRAY[${values.join(", ")}]::pg_catalog.text[]`;
  return `
SELECT 'own' AS kind, pg_catalog.json_build_array(n.nspname, c.relname)::pg_catalog.text AS name,
       pg_catalog.pg_get_userbyid(c.relowner)::pg_catalog.text AS owner, pg_catalog.pg_has_role(c.relowner, 'USAGE') AS may, c.relkind::pg_catalog.text AS what
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE (n.nspname, c.relname) IN (VALUES ${list(of.relations)})
UNION ALL
SELECT 'own-type', pg_catalog.json_build_array(n.nspname, t.typname)::pg_catalog.text, pg_catalog.pg_get_userbyid(t.typowner)::pg_catalog.text, pg_catalog.pg_has_role(t.typowner, 'USAGE'), t.typtype::pg_catalog.text
  FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
 WHERE (n.nspname, t.typname) IN (VALUES ${list(of.types)})
UNION ALL
SELECT 'create-in', n.nspname::pg_catalog.text, pg_catalog.pg_get_userbyid(n.nspowner)::pg_catalog.text, pg_catalog.has_schema_privilege(n.oid, 'CREATE'), ''
  FROM pg_catalog.pg_namespace n WHERE n.nspname = ANY (${texts(of.schemas)})
UNION ALL
SELECT 'create-schema', '', pg_catalog.pg_get_userbyid(d.datdba)::pg_catalog.text, pg_catalog.has_database_privilege(d.oid, 'CREATE'), ''
  FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()
UNION ALL
SELECT 'extension', e.name::pg_catalog.text, CASE WHEN v.superuser AND NOT v.trusted THEN 'superuser' ELSE '' END,
       e.installed_version IS NOT NULL OR NOT v.superuser OR v.trusted AND pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE')
         OR (SELECT r.rolsuper FROM pg_catalog.pg_roles r WHERE r.rolname = current_user), 'available'
  FROM pg_catalog.pg_available_extensions e JOIN pg_catalog.pg_available_extension_versions v ON v.name = e.name AND v.version = e.default_version
 WHERE e.name = ANY (${texts(of.extensions)})`;
}

function judge(
  need: Need,
  told: ReadonlyMap<string, Rows[number]>,
  { user, database, schema }: LackingWishes,
): Lacking | undefined {
  const found = (kind: string, name: string) => told.get(`${kind} ${name}`);
  const lacks = (row: Rows[number] | undefined) => (row?.["may"] === false ? row : undefined);
  const full = (name: readonly string[]) => [name.at(-2) ?? schema, name.at(-1) ?? ""];
  switch (need.kind) {
    case "create-in": {
      const name = need.schema ?? schema;
      const row = lacks(found("create-in", name));
      return (
        row && {
          what: `create anything in schema ${dotted(name)}`,
          asWhom: `${row["owner"]}, who owns the schema, or a superuser`,
          statement: `GRANT CREATE ON SCHEMA ${quoteIdentifier(name)} TO ${quoteIdentifier(user)};`,
        }
      );
    }
    case "create-schema": {
      const row = lacks(found("create-schema", ""));
      return (
        row && {
          what: `create a schema in database ${dotted(database)}`,
          asWhom: `${row["owner"]}, who owns the database, or a superuser`,
          statement: `GRANT CREATE ON DATABASE ${quoteIdentifier(database)} TO ${quoteIdentifier(user)};`,
        }
      );
    }
    case "own":
    case "own-type": {
      const name = full(need.kind === "own" ? need.relation : need.type);
      // As json_build_array writes it.
      const row = lacks(found(need.kind, `[${name.map((part) => JSON.stringify(part)).join(", ")}]`));
      if (row === undefined) return undefined;
      const [place, own] = name.map(quoteIdentifier);
      const word = need.kind === "own-type" ? "TYPE" : (relationKinds[String(row["what"])] ?? "TABLE");
      const owner = String(row["owner"]);
      return {
        what: `change or remove ${word.toLowerCase()} ${dotted(...name)}, which belongs to ${owner}`,
        asWhom: "a superuser",
        // An index belongs to whom its table does, and cannot be given away by itself.
        statement:
          word === "INDEX"
            ? `GRANT ${quoteIdentifier(owner)} TO ${quoteIdentifier(user)};`
            : `ALTER ${word} ${place}.${own} OWNER TO ${quoteIdentifier(user)};`,
        instead: `Or run the migrations as ${owner}: give the project a URL with that role.`,
        owner,
      };
    }
    case "extension": {
      const row = found("extension", need.name);
      const create = `CREATE EXTENSION IF NOT EXISTS ${quoteIdentifier(need.name)};`;
      if (row === undefined)
        return {
          what: `create the extension ${need.name}, which this server does not have`,
          asWhom: "whoever keeps the server's machine, who installs its package first; then a superuser",
          statement: create,
        };
      if (row["may"] !== false) return undefined;
      return {
        what: `create the extension ${need.name}`,
        asWhom:
          row["owner"] === "superuser"
            ? "a superuser"
            : `the owner of database ${dotted(database)}, or a superuser`,
        statement: create,
      };
    }
  }
}

const relationKinds: Readonly<Record<string, string>> = {
  v: "VIEW",
  m: "MATERIALIZED VIEW",
  S: "SEQUENCE",
  f: "FOREIGN TABLE",
  i: "INDEX",
  I: "INDEX",
};
