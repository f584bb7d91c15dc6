import { catalogNumber } from "../addresses.ts";
import type { RawRow } from "../rows.ts";
import { small } from "./asked.ts";
import type { Seen } from "./seen.ts";
import type { Count, State } from "./state.ts";
import { ofRelations, type ToRead } from "./to-read.ts";

const [pgClass, pgType, pgProc, pgConstraint, pgTrigger, pgPolicy, pgRewrite, pgSubscription] = [
  "pg_class",
  "pg_type",
  "pg_proc",
  "pg_constraint",
  "pg_trigger",
  "pg_policy",
  "pg_rewrite",
  "pg_subscription",
].map(catalogNumber) as [number, number, number, number, number, number, number, number];

/**
 * Finds out from what was written which objects are to be read again.
 *
 * @returns false where everything is to be read again
 */
export function understand(seen: Seen, state: State, toRead: ToRead): boolean {
  if (seen.isAfterRollback(state.moment)) return false;
  if (seen.shared.has("pg_authid") || seen.shared.has("pg_tablespace")) return false;
  if (seen.shared.has("pg_subscription")) toRead.all("subscriptions");
  if (seen.shared.has("pg_user_mapping")) toRead.all("user-mappings");
  for (const [what, hash] of seen.rest) {
    if (hash === state.rest.get(what)) continue;
    if (what === "names") return false;
    toRead.all(what);
  }
  if (!smallCatalogs(seen, state, toRead)) return false;
  // Before the others: what is new has nobody who depends on it yet.
  const made = new Set<string>();
  for (const { tag, values } of seen.young) if (tag === "class") relation(values, state, toRead, made);
  for (const { tag, values } of seen.young) {
    if (tag === "all") return false;
    readers[tag]?.(values, state, toRead, made);
  }
  return true;
}

/** What was only added is read with its family; what was changed or taken away may be printed anywhere. */
function smallCatalogs(seen: Seen, state: State, toRead: ToRead): boolean {
  for (const [catalog, added] of seen.newOf) {
    const before = state.counts.get(catalog);
    const now = seen.counts.get(catalog);
    if (added === 0 && isEqual(before, now)) continue;
    if (Number(now?.rows) - Number(before?.rows) !== added || catalog === "pg_extension") return false;
    for (const family of small[catalog] ?? ["text-search-configurations"]) toRead.all(family);
  }
  return true;
}

function isEqual(a: Count | undefined, b: Count | undefined): boolean {
  return a?.rows === b?.rows && a?.sum === b?.sum;
}

function relation(
  [oid = null, other = null, kind = null, name = null]: RawRow,
  state: State,
  toRead: ToRead,
  made: Set<string>,
): void {
  if (oid === null) return;
  if (kind === "i" || kind === "I") {
    // One that is new and serves a constraint comes with that.
    const isKnown = state.ledger("class").unit(oid) !== undefined;
    state.keep("class", oid, other ?? "");
    toRead.of(other, "indexes");
    if (!isKnown) made.add(oid);
    else {
      toRead.of(other, "constraints");
      toRead.root(pgClass, oid);
    }
    return;
  }
  state.keep("class", oid, oid);
  if (kind === "c") {
    toRead.of(other, "types");
    return;
  }
  const known = state.names.relation(oid);
  if (known === undefined) {
    made.add(oid);
    toRead.of(oid, "relations", "columns");
  } else if (JSON.stringify([known.schema, known.name]) !== compact(name)) {
    toRead.of(oid, ...ofRelations);
    toRead.root(pgClass, oid);
    toRead.root(pgType, other);
  } else toRead.of(oid, "relations", "columns");
}

/** The server puts spaces into its JSON. */
function compact(json: string | null): string {
  return json === null ? "" : JSON.stringify(JSON.parse(json));
}

type Reader = (row: RawRow, state: State, toRead: ToRead, made: ReadonlySet<string>) => void;

const readers: Readonly<Record<string, Reader>> = {
  attribute([oid = null, other = null, kind = null, column = null], state, toRead, made) {
    if (oid === null || made.has(oid)) return;
    if (kind === "i" || kind === "I") {
      toRead.of(other, "indexes", "constraints");
      return;
    }
    if (kind === "c") {
      toRead.of(other, "types");
      toRead.root(pgType, other);
      toRead.root(pgClass, oid);
      return;
    }
    const at = column?.indexOf(" ") ?? -1;
    const [number, name] = [column?.slice(0, at) ?? "", column?.slice(at + 1) ?? ""];
    const known = state.columns.get(oid)?.get(number);
    // What reads a table may print the names of all its columns, also of new ones.
    toRead.root(pgClass, oid);
    if (known === undefined || known === name) toRead.of(oid, "columns", "relations", "constraints");
    else toRead.of(oid, ...ofRelations);
  },
  default: ([oid = null], _state, toRead) => toRead.of(oid, "columns", "relations"),
  constraint([oid = null, table = null, domain = null, kind = null], state, toRead) {
    const isKnown = state.ledger("constraint").unit(oid ?? "") !== undefined;
    const ofDomain = table === "0";
    state.keep("constraint", oid ?? "", (ofDomain ? domain : table) ?? "");
    if (ofDomain) toRead.of(domain, "domain-constraints", "types");
    else {
      toRead.of(table, "constraints");
      // An index that becomes a constraint's is no object by itself any more.
      if (kind !== "f" && kind !== "c") toRead.of(table, "indexes");
      if (kind === "n") toRead.of(table, "columns");
    }
    if (isKnown) toRead.root(pgConstraint, oid);
  },
  index([table = null, index = null], _state, toRead, made) {
    toRead.of(table, "indexes");
    if (!made.has(index ?? "")) toRead.of(table, "constraints");
  },
  trigger([oid = null, table = null, constraintTable = null, internal = null], state, toRead) {
    // Those of partitions are told by how they differ from it.
    if (state.ledger("trigger").unit(oid ?? "") !== undefined) toRead.root(pgTrigger, oid);
    state.keep("trigger", oid ?? "", table ?? "");
    if (internal !== "true") toRead.of(table, "triggers");
    toRead.of(constraintTable, "constraints");
  },
  policy([oid = null, table = null], state, toRead) {
    state.keep("policy", oid ?? "", table ?? "");
    toRead.of(table, "policies");
  },
  rule([oid = null, table = null, name = null], state, toRead) {
    state.keep("rule", oid ?? "", table ?? "");
    toRead.of(table, name === "_RETURN" ? "relations" : "rules");
  },
  inherits([oid = null, table = null, parent = null], state, toRead) {
    const unit = table === null ? (oid ?? "") : `${table} i`;
    state.ledger("inherits").set(`${oid}/${parent}`, unit, Number(oid) * 3 + Number(parent));
    inherited(unit, toRead);
  },
  relation: ([oid = null], _state, toRead) => toRead.of(oid, "relations"),
  type([oid = null, kind = null], state, toRead) {
    if (oid === null) return;
    // Also of arrays and rows, which are no objects by themselves: columns have them as types.
    const isKnown = state.ledger("type").unit(oid) !== undefined;
    state.keep("type", oid, oid);
    toRead.of(oid, "types", "domain-constraints");
    // Labels of an enum are printed by whoever holds one.
    if (isKnown || kind === "e") toRead.root(pgType, oid);
  },
  function([oid = null], state, toRead) {
    if (oid === null) return;
    const isKnown = state.ledger("function").unit(oid) !== undefined;
    state.keep("function", oid, oid);
    toRead.of(oid, "functions");
    if (isKnown) toRead.root(pgProc, oid);
  },
  comment([catalog = null, oid = null, column = null], state, toRead) {
    const unit = `${catalog}/${oid}`;
    state.ledger("comment").set(`${unit}/${column}`, unit, Number(oid) * 2048 + Number(column));
    commented(unit, state, toRead);
  },
};

/** @param unit a relation, or a table and the mark that its index is meant */
export function inherited(unit: string, toRead: ToRead): void {
  const [oid = "", isIndex] = unit.split(" ");
  if (isIndex === undefined) toRead.of(oid, "relations", "columns", "constraints");
  else toRead.of(oid, "indexes", "constraints");
}

/** Comments are told with what they are on. @param unit catalog and object identifier */
export function commented(unit: string, state: State, toRead: ToRead): void {
  const [catalog = "", oid = ""] = unit.split("/");
  switch (Number(catalog)) {
    case pgClass: {
      const table = state.ledger("class").unit(oid) ?? oid;
      if (table !== oid) toRead.of(table, "indexes", "constraints");
      else if (state.names.relation(oid) !== undefined) toRead.of(oid, "relations", "columns");
      // A column of a composite type, or of a relation which is read for the first time.
      else toRead.all("types");
      return;
    }
    case pgConstraint: {
      const unit = state.ledger("constraint").unit(oid) ?? null;
      toRead.of(unit, "constraints", "columns", "domain-constraints", "types");
      return;
    }
    case pgTrigger:
      toRead.of(state.ledger("trigger").unit(oid) ?? null, "triggers");
      return;
    case pgPolicy:
      toRead.of(state.ledger("policy").unit(oid) ?? null, "policies");
      return;
    case pgRewrite:
      toRead.of(state.ledger("rule").unit(oid) ?? null, "rules");
      return;
    case pgType:
      toRead.of(oid, "types");
      return;
    case pgProc:
      toRead.of(oid, "functions");
      return;
    case pgSubscription:
      toRead.all("subscriptions");
      return;
    default:
      for (const [name, families] of Object.entries(small)) {
        if (name === "pg_amop" || name === "pg_amproc") continue;
        if (catalogNumber(name) === Number(catalog)) for (const family of families) toRead.all(family);
      }
  }
}
