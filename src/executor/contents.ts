import type { Contents as Condensed, TableColumns, Touched, Writer } from "../engines/writer.ts";
import type { Snapshot } from "../schema/snapshot.ts";
import { dotted, quoteIdentifier } from "../sql/identifier.ts";
import { renameOf } from "../sql/postgres-renames.ts";
import type { Execution } from "./execution.ts";
import { Stop } from "./execution.ts";

/**
 * Watches over rows: what a plan does not say that it changes must be afterwards what it was.
 *
 * Two witnesses. The server counts the rows that a transaction writes, table by table, whatever others do meanwhile.
 * And the rows themselves are condensed before and after: on a copy those of all tables, on the real database those of
 * the tables which the plan alters, while nobody can write to them.
 */
export class Contents {
  readonly #writer: Writer;
  readonly #protect: readonly TableColumns[];
  /** Tables that are the framework's own: their rows are the plan's to write. */
  readonly #leaveOut: ReadonlySet<string>;
  readonly #isCopy: boolean;
  #before: ReadonlyMap<string, Condensed> = new Map();
  #touched: ReadonlyMap<string, Touched> = new Map();
  #mayWrite = false;
  readonly #mayWriteTo = new Set<string>();
  readonly #schema: string;
  /** Names that tables have by now, by the names that they had when the part began. */
  readonly #renamed = new Map<string, Pick<TableColumns, "schema" | "name">>();
  readonly #unchanged = new Set<string>();
  readonly #written = new Set<string>();

  constructor({ writer, protect, leaveOut, measure, plan }: Execution) {
    this.#schema = plan.schema;
    this.#writer = writer;
    this.#protect = protect;
    this.#leaveOut = leaveOut;
    this.#isCopy = measure;
  }

  /** At the beginning of a part. */
  async before({ inTransaction }: { inTransaction: boolean }): Promise<void> {
    this.#mayWrite = false;
    this.#mayWriteTo.clear();
    this.#renamed.clear();
    if (inTransaction) this.#touched = await this.#writer.touched();
    this.#before = new Map();
    if (!this.#isCopy && !inTransaction) return;
    if (!this.#isCopy) await this.#keepWritersOut();
    this.#before = await this.#condense(this.#protect, inTransaction);
  }

  /**
   * A statement was executed which changes rows, or runs code that may.
   *
   * @param table the only one of which it changes rows, where that is known
   */
  mayWrite(table?: string): void {
    if (table === undefined) this.#mayWrite = true;
    else this.#mayWriteTo.add(table);
  }

  /** A statement was executed: where it gives a table another name, the rows are there from now on. */
  executed(sql: string): void {
    const rename = renameOf(sql);
    if (rename === undefined) return;
    const [name = "", schema = this.#schema] = rename.from.toReversed();
    const former = dotted(schema, name);
    const first = [...this.#renamed].find(([, now]) => nameOf(now) === former)?.[0];
    // One that was made since, under a name that was given up, had no rows when the part began.
    if (first === undefined && this.#renamed.has(former)) return;
    this.#renamed.set(first ?? former, { schema, name: rename.to });
  }

  /**
   * At the end of a part.
   *
   * @returns what is not as it should be
   */
  async after(snapshot: Snapshot, { inTransaction }: { inTransaction: boolean }): Promise<string[]> {
    const problems: string[] = [];
    const { written, emptied } = inTransaction ? await this.#rowsWritten() : nothing;
    const mayWrite = (table: string) => this.#mayWrite || this.#mayWriteTo.has(table);
    for (const table of written) {
      if (!mayWrite(table))
        problems.push(`rows of ${table} were changed, and no statement of the plan says so`);
    }
    const there = columnsIn(snapshot);
    const taken = new Set([...this.#renamed.values()].map(nameOf));
    const comparable = this.#protect.filter((table) => {
      // It is gone, and another has its name now.
      if (taken.has(nameOf(table)) && !this.#renamed.has(nameOf(table))) return false;
      const columns = there.get(nameOf(this.#now(table)));
      return (
        this.#before.has(nameOf(table)) &&
        columns !== undefined &&
        table.columns.every((one) => columns.has(one))
      );
    });
    const condensed = await this.#condense(
      comparable.map((table) => this.#now(table)),
      inTransaction,
    );
    for (const one of comparable) {
      const table = nameOf(one);
      const [then, now] = [this.#before.get(table), condensed.get(nameOf(this.#now(one)))];
      if (now === undefined) throw new RangeError(`${table} was to be compared, and was not`);
      if (then?.rows === now.rows && then.hash === now.hash) this.#unchanged.add(table);
      else if (mayWrite(table) && (written.has(table) || emptied.has(table) || !inTransaction))
        this.#written.add(table);
      else
        problems.push(`the rows of ${table} are not what they were: ${then?.rows} before, ${now.rows} now`);
    }
    for (const table of written) if (mayWrite(table)) this.#written.add(table);
    return problems;
  }

  result(): { unchanged: string[]; written: string[] } {
    const written = [...this.#written].sort();
    return { unchanged: [...this.#unchanged].filter((table) => !this.#written.has(table)).sort(), written };
  }

  #now(table: TableColumns): TableColumns {
    return { ...table, ...this.#renamed.get(nameOf(table)) };
  }

  /** TRUNCATE gives a table another file, and is counted nowhere. */
  async #rowsWritten(): Promise<{ written: ReadonlySet<string>; emptied: ReadonlySet<string> }> {
    const now = await this.#writer.touched();
    const rows = (one: Touched | undefined) => (one ? one.inserted + one.updated + one.deleted : 0);
    const old = [...now].filter(([table]) => this.#touched.has(table) && !this.#leaveOut.has(table));
    const those = (differs: (table: string, one: Touched) => boolean) =>
      new Set(old.flatMap(([table, one]) => (differs(table, one) ? [table] : [])));
    return {
      written: those((table, one) => rows(one) !== rows(this.#touched.get(table))),
      emptied: those((table, one) => one.file !== this.#touched.get(table)?.file),
    };
  }

  async #condense(tables: readonly TableColumns[], inTransaction: boolean): Promise<Map<string, Condensed>> {
    const contents = await this.#writer.contents(tables, { inTransaction });
    return new Map(tables.map((table, i) => [nameOf(table), contents[i] ?? { rows: -1, hash: "" }]));
  }

  async #keepWritersOut(): Promise<void> {
    for (const { schema, name } of this.#protect) {
      const refusal = await this.#writer.script(
        `LOCK TABLE ONLY ${quoteIdentifier(schema)}.${quoteIdentifier(name)} IN SHARE ROW EXCLUSIVE MODE`,
      );
      if (refusal === undefined) continue;
      const { code, message } = refusal;
      throw new Stop({
        kind: "statement",
        migration: "",
        file: "",
        line: 0,
        sql: "LOCK TABLE",
        code,
        message,
      });
    }
  }
}

const nothing = { written: new Set<string>(), emptied: new Set<string>() };

function nameOf({ schema, name }: Pick<TableColumns, "schema" | "name">): string {
  return dotted(schema, name);
}

function columnsIn(snapshot: Snapshot): Map<string, Set<string>> {
  const columns = new Map<string, Set<string>>();
  for (const { kind, schema, relation, name } of snapshot.objects.values()) {
    if (kind !== "column" || relation === undefined) continue;
    const table = dotted(schema, relation);
    columns.set(table, (columns.get(table) ?? new Set()).add(name));
  }
  return columns;
}
