import type { Rows } from "../../engine.ts";
import type { Phase } from "./catalog.ts";
import { openCircles } from "./circles.ts";
import type { Definition } from "./definition.ts";

/**
 * What stands for what: an object that is not made on its own, the one with which it comes; first `address`, then `with`.
 *
 * Array types and row types come with their type or table, a view's rule with the view, an index with its constraint,
 * what an extension has made with the extension, and so on.
 */
export const companionsQuery = (major: number) => `
SELECT 'pg_type/' || t.typarray AS address, 'pg_type/' || t.oid AS with FROM pg_catalog.pg_type t WHERE t.typarray <> 0
UNION ALL SELECT 'pg_type/' || t.oid, 'pg_class/' || t.typrelid FROM pg_catalog.pg_type t JOIN pg_catalog.pg_class c ON c.oid = t.typrelid WHERE c.relkind <> 'c'
UNION ALL SELECT 'pg_class/' || t.typrelid, 'pg_type/' || t.oid FROM pg_catalog.pg_type t JOIN pg_catalog.pg_class c ON c.oid = t.typrelid WHERE c.relkind = 'c'
UNION ALL SELECT 'pg_class/' || k.conindid, 'pg_constraint/' || k.oid FROM pg_catalog.pg_constraint k WHERE k.contype IN ('p', 'u', 'x')
UNION ALL SELECT 'pg_constraint/' || k.oid, 'pg_type/' || k.contypid FROM pg_catalog.pg_constraint k WHERE k.contypid <> 0
UNION ALL SELECT 'pg_constraint/' || k.oid, 'pg_constraint/' || k.conparentid FROM pg_catalog.pg_constraint k WHERE k.contype = 'f' AND k.conparentid <> 0
UNION ALL SELECT 'pg_constraint/' || k.oid, 'pg_class/' || k.conrelid FROM pg_catalog.pg_constraint k WHERE k.contype = 'n' AND k.conrelid <> 0
UNION ALL SELECT 'pg_rewrite/' || r.oid, 'pg_class/' || r.ev_class FROM pg_catalog.pg_rewrite r WHERE r.rulename = '_RETURN'
UNION ALL SELECT 'pg_attrdef/' || f.oid, 'pg_class/' || f.adrelid FROM pg_catalog.pg_attrdef f JOIN pg_catalog.pg_attribute a ON a.attrelid = f.adrelid AND a.attnum = f.adnum WHERE a.attgenerated <> ''
${major >= 14 ? "UNION ALL SELECT 'pg_type/' || r.rngmultitypid, 'pg_type/' || r.rngtypid FROM pg_catalog.pg_range r" : ""}
UNION ALL SELECT 'pg_publication_rel/' || r.oid, 'pg_publication/' || r.prpubid FROM pg_catalog.pg_publication_rel r
${major >= 15 ? "UNION ALL SELECT 'pg_publication_namespace/' || s.oid, 'pg_publication/' || s.pnpubid FROM pg_catalog.pg_publication_namespace s" : ""}
UNION ALL SELECT pg_catalog.regexp_replace(d.classid::pg_catalog.regclass::text, '^.*[.]', '') || '/' || d.objid, pg_catalog.regexp_replace(d.refclassid::pg_catalog.regclass::text, '^.*[.]', '') || '/' || d.refobjid
  FROM pg_catalog.pg_depend d WHERE d.classid IN ('pg_catalog.pg_amop'::pg_catalog.regclass, 'pg_catalog.pg_amproc'::pg_catalog.regclass) AND d.refclassid IN ('pg_catalog.pg_opclass'::pg_catalog.regclass, 'pg_catalog.pg_opfamily'::pg_catalog.regclass)
UNION ALL SELECT pg_catalog.regexp_replace(d.classid::pg_catalog.regclass::text, '^.*[.]', '') || '/' || d.objid, 'pg_extension/' || d.refobjid FROM pg_catalog.pg_depend d WHERE d.deptype = 'e'
UNION ALL SELECT 'pg_proc/' || d.objid, 'pg_type/' || d.refobjid FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass AND d.deptype = 'i'
UNION ALL SELECT 'pg_class/' || d.objid, 'pg_class/' || d.refobjid FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_class c ON c.oid = d.objid
  WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refclassid = d.classid AND d.deptype = 'i' AND c.relkind = 'S'`;

/** 16384 is the first object identifier which is not the server's own. */
export const dependenciesQuery = `
SELECT pg_catalog.regexp_replace(d.classid::pg_catalog.regclass::text, '^.*[.]', '') || '/' || d.objid AS address,
       pg_catalog.regexp_replace(d.refclassid::pg_catalog.regclass::text, '^.*[.]', '') || '/' || d.refobjid AS on
  FROM pg_catalog.pg_depend d WHERE d.objid >= 16384 AND d.refobjid >= 16384 AND d.deptype <> 'e' ORDER BY 2`;

/** What an announcement needs too: the types that it names. The name of a type alone needs its schema. */
const announcing: ReadonlySet<string> = new Set(["pg_type", "pg_namespace", "pg_language", "pg_collation"]);

/**
 * Puts definitions in the order in which they can be made: each after what it depends on, else as they were given. A
 * definition of a later phase on which one of an earlier depends goes with that. Circles are opened where they can be,
 * else cut where they are found.
 *
 * @param companions rows of {@link companionsQuery}
 * @param dependencies rows of {@link dependenciesQuery}
 */
export function inOrder(
  definitions: readonly Definition[],
  companions: Rows,
  dependencies: Rows,
): Readonly<Record<Phase, readonly Definition[]>> {
  const byAddress = new Map(definitions.map((definition) => [definition.address, definition]));
  const comesWith = new Map(companions.map((row) => [String(row["address"]), String(row["with"])]));
  const standsFor = (address: string): string | undefined => {
    let at: string | undefined = address;
    for (let steps = 0; at !== undefined && !byAddress.has(at) && steps < 5; steps++) at = comesWith.get(at);
    return at !== undefined && byAddress.has(at) ? at : undefined;
  };
  const needs = new Map<string, Set<string>>();
  const always = new Map<string, Set<string>>();
  const add = (to: Map<string, Set<string>>, from: string, needed: string) =>
    to.set(from, (to.get(from) ?? new Set()).add(needed));
  for (const row of dependencies) {
    const from = standsFor(String(row["address"]));
    const to = standsFor(String(row["on"]));
    if (from === undefined || to === undefined || from === to) continue;
    add(needs, from, to);
    const [catalog = ""] = String(row["on"]).split("/");
    const shell = byAddress.get(from)?.shell;
    if (shell === undefined || String(row["address"]) !== from || !announcing.has(catalog)) continue;
    if (catalog === "pg_namespace" || !shell.startsWith("CREATE TYPE ")) add(always, from, to);
  }
  openCircles({ definitions: byAddress, needs }, always);
  const seen = new Set<string>();
  const visit = (address: string, into: Definition[]) => {
    const definition = byAddress.get(address);
    if (definition === undefined || seen.has(address)) return;
    seen.add(address);
    for (const needed of needs.get(address) ?? []) visit(needed, into);
    into.push(definition);
  };
  const order: Record<Phase, Definition[]> = { before: [], after: [], last: [] };
  for (const phase of ["before", "after", "last"] as const)
    for (const { address, phase: latest } of definitions) if (latest === phase) visit(address, order[phase]);
  return order;
}
