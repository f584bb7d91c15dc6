import { firstUserOid } from "../expressions.ts";

/*
 * What is asked of each catalog: which rows are new, and how many there are.
 *
 * A row's xmin is the transaction that wrote it, and its cmin the command within that. Only one session writes to a
 * scratch database, so all that is new has an xmin that is not older than the transaction of the last look; and within that
 * same transaction a cmin that is higher than any which was seen. A row that somebody tried to delete (its xmax is set)
 * counts as new in any case, as its cmin is then shared: https://www.postgresql.org/docs/current/ddl-system-columns.html
 *
 * What was deleted leaves nothing to see, so rows are counted too, and their identifiers added up.
 *
 * An answer's row is a tag, and four values whose meaning depends on it; the last is the command, where it is ours.
 */

/** Of every question: the oldest transaction that counts as new, the transaction of the last look, its last command. */
export const parameters = "(xid, xid, int8)";

export const own = "pg_catalog.pg_current_xact_id_if_assigned()";

const isYoung = (alias: string) =>
  `pg_catalog.age(${alias}.xmin) <= (SELECT pg_catalog.age($1)) AND NOT (${alias}.xmin = $2 AND ${alias}.xmax = '0'::xid AND ${alias}.cmin::text::int8 <= $3)`;

const command = (alias: string) =>
  `CASE WHEN ${alias}.xmin = (SELECT ${own}::xid) THEN ${alias}.cmin::text END`;

/** One branch of the union. */
const branch = (tag: string, alias: string, values: readonly string[], from: string) => {
  const [a = "NULL", b = "NULL", c = "NULL", d = "NULL"] = values;
  return `SELECT '${tag}', (${a})::text, (${b})::text, (${c})::text, (${d})::text, ${command(alias)} FROM ${from} AND ${isYoung(alias)}`;
};

const indexTable = (oid: string) =>
  `(SELECT ix.indrelid FROM pg_catalog.pg_index ix WHERE ix.indexrelid = ${oid})`;

/** What is new in the catalogs whose objects are many. */
const large: Readonly<Record<string, string>> = {
  pg_class: branch(
    "class",
    "c",
    [
      "c.oid",
      `CASE WHEN c.relkind IN ('i', 'I') THEN ${indexTable("c.oid")} ELSE c.reltype END`,
      "c.relkind",
      "pg_catalog.json_build_array(n.nspname, c.relname)",
    ],
    `pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind <> 't' AND c.oid >= ${firstUserOid}`,
  ),
  pg_attribute: branch(
    "attribute",
    "a",
    [
      "a.attrelid",
      `CASE WHEN c.relkind IN ('i', 'I') THEN ${indexTable("c.oid")} ELSE c.reltype END`,
      "c.relkind",
      "a.attnum || ' ' || a.attname",
    ],
    `pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid WHERE a.attrelid >= ${firstUserOid} AND a.attnum > 0 AND c.relkind <> 't'`,
  ),
  pg_attrdef: branch("default", "f", ["f.adrelid"], `pg_catalog.pg_attrdef f WHERE true`),
  pg_constraint: branch(
    "constraint",
    "k",
    ["k.oid", "k.conrelid", "k.contypid", "k.contype"],
    `pg_catalog.pg_constraint k WHERE k.oid >= ${firstUserOid}`,
  ),
  pg_index: branch(
    "index",
    "i",
    ["i.indrelid", "i.indexrelid"],
    `pg_catalog.pg_index i WHERE i.indexrelid >= ${firstUserOid}`,
  ),
  pg_trigger: branch(
    "trigger",
    "g",
    [
      "g.oid",
      "g.tgrelid",
      "(SELECT tk.conrelid FROM pg_catalog.pg_constraint tk WHERE tk.oid = g.tgconstraint)",
      // Before PostgreSQL 15 those of partitions are internal as well: https://www.postgresql.org/docs/14/catalog-pg-trigger.html
      "g.tgisinternal AND g.tgparentid = 0",
    ],
    `pg_catalog.pg_trigger g WHERE g.oid >= ${firstUserOid}`,
  ),
  pg_policy: branch("policy", "o", ["o.oid", "o.polrelid"], `pg_catalog.pg_policy o WHERE true`),
  pg_rewrite: branch(
    "rule",
    "r",
    ["r.oid", "r.ev_class", "r.rulename"],
    `pg_catalog.pg_rewrite r WHERE r.oid >= ${firstUserOid}`,
  ),
  pg_inherits: branch(
    "inherits",
    "h",
    ["h.inhrelid", indexTable("h.inhrelid"), "h.inhparent"],
    `pg_catalog.pg_inherits h WHERE true`,
  ),
  pg_sequence: branch("relation", "s", ["s.seqrelid"], `pg_catalog.pg_sequence s WHERE true`),
  pg_foreign_table: branch("relation", "s", ["s.ftrelid"], `pg_catalog.pg_foreign_table s WHERE true`),
  pg_partitioned_table: branch(
    "relation",
    "s",
    ["s.partrelid"],
    `pg_catalog.pg_partitioned_table s WHERE true`,
  ),
  pg_type: branch("type", "t", ["t.oid", "t.typtype"], `pg_catalog.pg_type t WHERE t.oid >= ${firstUserOid}`),
  pg_enum: branch("type", "e", ["e.enumtypid", "'e'"], `pg_catalog.pg_enum e WHERE true`),
  pg_range: branch(
    "type",
    "r",
    ["r.rngtypid", "'r'"],
    `pg_catalog.pg_range r WHERE r.rngtypid >= ${firstUserOid}`,
  ),
  pg_proc: branch("function", "p", ["p.oid"], `pg_catalog.pg_proc p WHERE p.oid >= ${firstUserOid}`),
  pg_aggregate: branch(
    "function",
    "p",
    ["p.aggfnoid::oid"],
    `pg_catalog.pg_aggregate p WHERE p.aggfnoid::oid >= ${firstUserOid}`,
  ),
  pg_description: branch(
    "comment",
    "d",
    ["d.classoid", "d.objoid", "d.objsubid"],
    `pg_catalog.pg_description d WHERE d.objoid >= ${firstUserOid}`,
  ),
  pg_seclabel: branch("all", "l", [], `pg_catalog.pg_seclabel l WHERE true`),
  // What belongs to an extension, or no longer does.
  pg_depend: branch(
    "all",
    "d",
    [],
    `pg_catalog.pg_depend d WHERE d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass`,
  ),
};

/** Catalogs of which few rows are the user's: whatever is written to them has their families read again as a whole. */
export const small: Readonly<Record<string, readonly string[]>> = {
  pg_namespace: ["schemas"],
  pg_extension: ["extensions"],
  pg_operator: ["operators"],
  pg_opclass: ["operator-classes"],
  pg_opfamily: ["operator-families"],
  pg_amop: ["operator-classes", "operator-families"],
  pg_amproc: ["operator-classes", "operator-families"],
  pg_cast: ["casts"],
  pg_transform: ["transforms"],
  pg_collation: ["collations"],
  pg_conversion: ["conversions"],
  pg_language: ["languages"],
  pg_am: ["access-methods"],
  pg_statistic_ext: ["statistics"],
  pg_ts_parser: ["text-search-parsers"],
  pg_ts_template: ["text-search-templates"],
  pg_ts_dict: ["text-search-dictionaries"],
  pg_ts_config: ["text-search-configurations"],
  pg_foreign_data_wrapper: ["foreign-data-wrappers"],
  pg_foreign_server: ["foreign-servers"],
  pg_event_trigger: ["event-triggers"],
  pg_publication: ["publications"],
  pg_publication_rel: ["publication-tables"],
  pg_publication_namespace: ["publication-schemas"],
  pg_default_acl: ["default-privileges"],
};

/** Number of rows, sum of identifiers, and number of new rows. */
const smallBranch = (catalog: string) =>
  `SELECT 'small', '${catalog}', count(*)::text, coalesce(sum(x.oid::int8), 0)::text, count(*) FILTER (WHERE ${isYoung("x")})::text, max(${command("x")}::int8)::text FROM pg_catalog.${catalog} x WHERE x.oid >= ${firstUserOid}`;

/** A catalog whose rows are counted: what tells one from another, to which unit it belongs, and what is added up. */
interface Counted {
  readonly key: string;
  readonly unit: string;
  readonly weight: string;
  readonly from: string;
}

const byOid = (unit: string, from: string): Counted => ({ key: "x.oid", unit, weight: "x.oid::int8", from });

const counted: Readonly<Record<string, Counted>> = {
  class: byOid(
    `coalesce(${indexTable("x.oid")}, x.oid)`,
    `pg_catalog.pg_class x WHERE x.relkind <> 't' AND x.oid >= ${firstUserOid}`,
  ),
  constraint: byOid(
    "CASE WHEN x.conrelid <> 0 THEN x.conrelid ELSE x.contypid END",
    `pg_catalog.pg_constraint x WHERE x.oid >= ${firstUserOid}`,
  ),
  trigger: byOid("x.tgrelid", `pg_catalog.pg_trigger x WHERE x.oid >= ${firstUserOid}`),
  policy: byOid("x.polrelid", "pg_catalog.pg_policy x WHERE true"),
  rule: byOid("x.ev_class", `pg_catalog.pg_rewrite x WHERE x.oid >= ${firstUserOid}`),
  type: byOid("x.oid", `pg_catalog.pg_type x WHERE x.oid >= ${firstUserOid}`),
  function: byOid("x.oid", `pg_catalog.pg_proc x WHERE x.oid >= ${firstUserOid}`),
  inherits: {
    key: "x.inhrelid || '/' || x.inhparent",
    unit: `coalesce(${indexTable("x.inhrelid")} || ' i', x.inhrelid::text)`,
    weight: "x.inhrelid::int8 * 3 + x.inhparent::int8",
    from: "pg_catalog.pg_inherits x WHERE true",
  },
  comment: {
    key: "x.classoid || '/' || x.objoid || '/' || x.objsubid",
    unit: "x.classoid || '/' || x.objoid",
    weight: "x.objoid::int8 * 2048 + x.objsubid",
    from: `pg_catalog.pg_description x WHERE x.objoid >= ${firstUserOid}`,
  },
};

const countBranch = (tag: string, { weight, from }: Counted) =>
  `SELECT 'count', '${tag}', count(*)::text, coalesce(sum(${weight}), 0)::text, NULL, NULL FROM ${from}`;

/** Which rows there are, to find those which are gone: key, unit, weight. */
export const keyLists: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(counted).map(([tag, { key, unit, weight, from }]) => [
    tag,
    `SELECT ${key}, ${unit}, ${weight} FROM ${from}`,
  ]),
);

const countedCatalogs: Readonly<Record<string, string>> = {
  pg_class: "class",
  pg_constraint: "constraint",
  pg_trigger: "trigger",
  pg_policy: "policy",
  pg_rewrite: "rule",
  pg_type: "type",
  pg_proc: "function",
  pg_inherits: "inherits",
  pg_description: "comment",
};

/** The mappings of texts have no identifier of their own. */
const mappings = `SELECT 'small', 'pg_ts_config_map', count(*)::text, coalesce(sum(x.mapcfg::int8 * 64 + x.maptokentype + x.mapdict::int8), 0)::text, count(*) FILTER (WHERE ${isYoung("x")})::text, max(${command("x")}::int8)::text FROM pg_catalog.pg_ts_config_map x WHERE x.mapcfg >= ${firstUserOid}`;

/** What is asked of a catalog: what is new, and where rows of it may be gone, how many there are. */
export interface Asked {
  readonly young?: string;
  readonly count?: string;
}

/** Every catalog that DDL writes to, apart from those which not everybody may read. */
export function askedOf(major: number): ReadonlyMap<string, Asked> {
  const asked = new Map<string, Asked>();
  for (const [catalog, young] of Object.entries(large)) {
    const tag = countedCatalogs[catalog];
    const from = tag === undefined ? undefined : counted[tag];
    asked.set(catalog, { young, ...(tag && from && { count: countBranch(tag, from) }) });
  }
  for (const catalog of Object.keys(small)) {
    if (catalog === "pg_publication_namespace" && major < 15) continue;
    asked.set(catalog, { young: smallBranch(catalog) });
  }
  return asked.set("pg_ts_config_map", { young: mappings });
}
