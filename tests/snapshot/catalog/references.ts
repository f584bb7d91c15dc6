import { loadModule, parseSync } from "libpg-query";

/** The columns of every catalog of a server: `pg_enum` has `enumlabel`. */
export type Catalogs = ReadonlyMap<string, ReadonlySet<string>>;

/** What queries do with the catalogs, by `pg_enum.enumlabel`. */
export interface References {
  /** Its value is part of what a query gives: it stands in some list of what is selected. */
  readonly shown: Set<string>;
  /** It only decides which rows are given, or in which order. */
  readonly compared: Set<string>;
  /** Functions which are called, and views which are read, without their schema. */
  readonly asked: Set<string>;
}

type Node = { readonly [key: string]: unknown };

/** What a name before a dot stands for; undefined is a subquery, whose own columns are looked at where it stands. */
type Scope = ReadonlyMap<string, string | undefined>;

/**
 * Finds the columns which queries read, by PostgreSQL's own parser.
 *
 * @throws Error where a name cannot be resolved: then nothing would be known of it
 */
export async function referencesOf(queries: Iterable<string>, catalogs: Catalogs): Promise<References> {
  await loadModule();
  const found: References = { shown: new Set(), compared: new Set(), asked: new Set() };
  for (const query of queries) {
    const { stmts } = parseSync(query) as { stmts: Node[] };
    for (const { stmt } of stmts) new Reader(catalogs, found).read(stmt, [], "compared", new Set());
  }
  return found;
}

class Reader {
  readonly #catalogs: Catalogs;
  readonly #found: References;

  constructor(catalogs: Catalogs, found: References) {
    this.#catalogs = catalogs;
    this.#found = found;
  }

  /** @param scopes of the query and of those around it, innermost first @param common names of WITH */
  read(
    node: unknown,
    scopes: readonly Scope[],
    use: "shown" | "compared",
    common: ReadonlySet<string>,
  ): void {
    if (Array.isArray(node)) {
      for (const one of node) this.read(one, scopes, use, common);
      return;
    }
    if (node === null || typeof node !== "object") return;
    for (const [kind, value] of Object.entries(node)) {
      if (kind === "SelectStmt") this.#select(value as Node, scopes, common);
      else if (kind === "ColumnRef") this.#column(value as Node, scopes, use);
      else {
        if (kind === "FuncCall") this.#found.asked.add(names((value as Node)["funcname"]).at(-1) ?? "");
        // What a function in FROM makes of its arguments is what is selected.
        this.read(value, scopes, kind === "RangeFunction" ? "shown" : use, common);
      }
    }
  }

  #select(select: Node, outer: readonly Scope[], around: ReadonlySet<string>): void {
    const common = new Set(around);
    const { ctes = [] } = (select["withClause"] ?? {}) as { ctes?: Node[] };
    for (const { CommonTableExpr } of ctes as { CommonTableExpr: Node }[])
      common.add(String(CommonTableExpr["ctename"]));
    for (const { CommonTableExpr } of ctes as { CommonTableExpr: Node }[])
      this.read(CommonTableExpr["ctequery"], outer, "compared", common);
    // UNION: two queries, each with a scope of its own.
    for (const side of ["larg", "rarg"]) {
      if (select[side] !== undefined) this.#select(select[side] as Node, outer, common);
    }
    const scope = new Map<string, string | undefined>();
    this.#tables(select["fromClause"], scope, common);
    const scopes = [scope, ...outer];
    const { targetList, withClause: _with, larg: _left, rarg: _right, ...rest } = select;
    this.read(targetList, scopes, "shown", common);
    this.read(rest, scopes, "compared", common);
  }

  #tables(node: unknown, scope: Map<string, string | undefined>, common: ReadonlySet<string>): void {
    if (Array.isArray(node)) {
      for (const one of node) this.#tables(one, scope, common);
      return;
    }
    if (node === null || typeof node !== "object") return;
    for (const [kind, value] of Object.entries(node) as [string, Node][]) {
      const alias = (value["alias"] as Node | undefined)?.["aliasname"];
      if (kind === "JoinExpr") this.#tables([value["larg"], value["rarg"]], scope, common);
      else if (kind === "RangeVar") {
        const name = String(value["relname"]);
        const isCatalog = this.#catalogs.has(name) && !common.has(name);
        scope.set(String(alias ?? name), isCatalog ? name : undefined);
        if (!isCatalog) this.#found.asked.add(name);
      } else if (typeof alias === "string") scope.set(alias, undefined);
    }
  }

  #column(ref: Node, scopes: readonly Scope[], use: "shown" | "compared"): void {
    const fields = ref["fields"] as Node[];
    const path = names(fields);
    const star = fields.some((field) => "A_Star" in field);
    const [qualifier, column] = star || path.length === 2 ? path : [undefined, path[0]];
    if (path.length > 2) throw new Error(`${path.join(".")} has too many names`);
    if (qualifier === undefined && star)
      throw new Error("* selects whatever there is: it has to be qualified");
    const table =
      qualifier === undefined ? this.#owner(column ?? "", scopes) : this.#named(qualifier, scopes);
    if (table === undefined) return;
    const columns = this.#catalogs.get(table) ?? new Set();
    for (const name of column === undefined ? columns : [column]) this.#found[use].add(`${table}.${name}`);
  }

  #named(qualifier: string, scopes: readonly Scope[]): string | undefined {
    const scope = scopes.find((one) => one.has(qualifier));
    if (scope === undefined) throw new Error(`${qualifier}. stands for nothing`);
    return scope.get(qualifier);
  }

  /** Of a name by itself: a column of a catalog, else one of a subquery. */
  #owner(column: string, scopes: readonly Scope[]): string | undefined {
    for (const scope of scopes) {
      // A whole row, or the value of a function in FROM.
      if (scope.has(column)) return scope.get(column);
      for (const table of scope.values()) {
        if (table !== undefined && this.#catalogs.get(table)?.has(column)) return table;
      }
    }
    return undefined;
  }
}

function names(list: unknown): string[] {
  return (list as { String?: { sval: string } }[]).flatMap(({ String: name }) => (name ? [name.sval] : []));
}
