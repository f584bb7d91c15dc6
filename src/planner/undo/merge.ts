import type { PlanStep } from "../../plan/plan.ts";
import { objectKey } from "../../schema/object.ts";
import { dotted, quoteIdentifier } from "../../sql/identifier.ts";
import { load, quoted } from "./load.ts";
import type { Saved } from "./remembered.ts";
import type { Columns, RowCheck, RowsBack, RowsWishes } from "./rows-back.ts";

interface MergeWishes {
  readonly saved: Saved;
  readonly table: string;
  readonly number: number;
  readonly keys: readonly string[];
  readonly isWritten: boolean;
  readonly columns: Columns;
  readonly wishes: RowsWishes;
}

/**
 * Puts values back row by row, by primary key. What somebody changed after the repair is left: a value is put back only
 * where it is still the one that the repair left.
 */
export class Merge {
  readonly #wishes: MergeWishes;
  readonly #before: string;
  readonly #after: string;
  readonly #same: string;
  readonly #rowsAfter: Saved | undefined;

  constructor(wishes: MergeWishes) {
    this.#wishes = wishes;
    const temporary = (name: string) => `pg_temp.${quoteIdentifier(`godwit_${name}_${wishes.number}`)}`;
    this.#before = temporary("before");
    this.#after = temporary("after");
    this.#same = temporary("same");
    const { remembered } = wishes.wishes;
    this.#rowsAfter = remembered.rowsAfter.get(wishes.table);
  }

  steps(): RowsBack {
    const { table, saved, columns, isWritten, wishes } = this.#wishes;
    const added = columns.added.map(({ name }) => name);
    const whole = [...columns.retyped, ...(isWritten ? columns.others : [])]
      .map(({ name }) => name)
      .filter((name) => !this.#wishes.keys.includes(name) && !this.#isAlways(name));
    const deletes = isWritten && wishes.withNewRows && this.#rowsAfter !== undefined && whole.length > 0;
    const statements = [
      ...this.#switch("DISABLE"),
      ...this.#update(added, whole),
      ...(isWritten ? [this.#insert()] : []),
      ...(deletes ? [this.#delete()] : []),
      "SET CONSTRAINTS ALL IMMEDIATE",
      ...this.#switch("ENABLE"),
      ...columns.added.flatMap((column) => wishes.sql.afterRows(column)),
    ];
    return {
      table,
      first: this.#mark([...whole]),
      later: [
        {
          kind: "rows",
          table,
          loads: [load(saved, [this.#makeBefore()], { ...this.#place("before"), columns: saved.columns })],
          statements,
          writes: true,
          why:
            this.#rowsAfter === undefined && whole.length > 0
              ? "values are put back by primary key, whatever was written since; rows that came since stay"
              : "values are put back by primary key where they are as the repair left them; rows that came since stay",
          hazards: deletes ? ["deletes-data"] : [],
        },
      ],
      checks: this.#checks(added, whole),
      back: [this.#words(added, whole)],
      notBack: [],
    };
  }

  #words(added: readonly string[], whole: readonly string[]): string {
    const { table, saved, isWritten } = this.#wishes;
    if (isWritten) return `the rows of ${table} that the repair changed (of ${saved.rows} saved)`;
    return `the values of ${[...added, ...whole].join(", ")} in ${saved.rows} rows of ${table}`;
  }

  #place(which: string) {
    return { schema: "pg_temp", name: `godwit_${which}_${this.#wishes.number}` };
  }

  #makeBefore(): string {
    const { saved, wishes } = this.#wishes;
    const columns = saved.columns.map((name) => {
      const key = `column ${dotted(saved.schema, saved.name, name)}`;
      return `${quoteIdentifier(name)} ${wishes.remembered.before.objects.get(key)?.attributes["type"] ?? "text"}`;
    });
    return `CREATE TEMPORARY TABLE ${quoteIdentifier(this.#place("before").name)} (${columns.join(", ")}) ON COMMIT DROP`;
  }

  /** Which values are still what the repair left; with the names that columns have now. */
  #mark(whole: readonly string[]): PlanStep[] {
    const rows = this.#rowsAfter;
    if (rows === undefined || whole.length === 0) return [];
    const { table, keys, saved } = this.#wishes;
    const compared = whole.filter((name) => rows.columns.includes(this.#nameNow(name)));
    const marks = compared.map((name) => {
      const now = quoteIdentifier(this.#nameNow(name));
      return `t.${now}::text IS NOT DISTINCT FROM a.${now}::text AS ${quoteIdentifier(name)}`;
    });
    const join = keys.map((name) => `t.${this.#now(name)} = a.${this.#now(name)}`).join(" AND ");
    const picked = keys.map((name) => `t.${this.#now(name)} AS ${quoteIdentifier(`key ${name}`)}`);
    return [
      {
        kind: "rows",
        table,
        loads: [
          load(
            rows,
            [
              `CREATE TEMPORARY TABLE ${quoteIdentifier(this.#place("after").name)} ON COMMIT DROP AS SELECT ${rows.columns.map(quoteIdentifier).join(", ")} FROM ONLY ${quoted(saved)} WITH NO DATA`,
            ],
            { ...this.#place("after"), columns: rows.columns },
          ),
        ],
        statements: [
          `CREATE TEMPORARY TABLE ${quoteIdentifier(this.#place("same").name)} ON COMMIT DROP AS SELECT ${[...picked, ...marks].join(", ")} FROM ONLY ${quoted(saved)} t JOIN ${this.#after} a ON ${join}`,
        ],
        writes: false,
        why: "finds what is still as the repair left it",
        hazards: [],
      },
    ];
  }

  #update(added: readonly string[], whole: readonly string[]): string[] {
    const { saved } = this.#wishes;
    const sets = [
      ...added.map((name) => `${quoteIdentifier(name)} = b.${quoteIdentifier(name)}`),
      ...whole.map((name) => {
        const column = quoteIdentifier(name);
        return this.#isMarked(name)
          ? `${column} = CASE WHEN s.${column} THEN b.${column} ELSE t.${column} END`
          : `${column} = b.${column}`;
      }),
    ];
    if (sets.length === 0) return [];
    return [
      `UPDATE ONLY ${quoted(saved)} t SET ${sets.join(", ")} FROM ${this.#sources(whole)} WHERE ${this.#match("t", "b")} AND (${this.#wrong(added, whole)})`,
    ];
  }

  #sources(whole: readonly string[]): string {
    const { keys } = this.#wishes;
    if (!whole.some((name) => this.#isMarked(name))) return `${this.#before} b`;
    const on = keys.map((name) => `s.${quoteIdentifier(`key ${name}`)} = b.${quoteIdentifier(name)}`);
    return `${this.#before} b LEFT JOIN ${this.#same} s ON ${on.join(" AND ")}`;
  }

  /** A value that should have been put back. */
  #wrong(added: readonly string[], whole: readonly string[]): string {
    return [...added, ...whole]
      .map((name) => {
        const column = quoteIdentifier(name);
        const differs = `t.${column}::text IS DISTINCT FROM b.${column}::text`;
        return whole.includes(name) && this.#isMarked(name) ? `(s.${column} AND ${differs})` : differs;
      })
      .join(" OR ");
  }

  #insert(): string {
    const { saved } = this.#wishes;
    const columns = saved.columns.map(quoteIdentifier).join(", ");
    const picked = saved.columns.map((name) => `b.${quoteIdentifier(name)}`).join(", ");
    // What the repair had left, and is gone now, somebody has deleted since.
    const deletedSince =
      this.#rowsAfter === undefined || this.#mark([...this.#others()]).length === 0
        ? ""
        : ` AND NOT EXISTS (SELECT FROM ${this.#after} a WHERE ${this.#match("a", "b", (name) => this.#nameNow(name))})`;
    return `INSERT INTO ${quoted(saved)} (${columns}) OVERRIDING SYSTEM VALUE SELECT ${picked} FROM ${this.#before} b WHERE NOT EXISTS (SELECT FROM ONLY ${quoted(saved)} t WHERE ${this.#match("t", "b")})${deletedSince}`;
  }

  #delete(): string {
    const { saved, keys } = this.#wishes;
    const same = keys.map((name) => `s.${quoteIdentifier(`key ${name}`)} = t.${quoteIdentifier(name)}`);
    const untouched = this.#others().filter((name) => this.#isMarked(name));
    const all = untouched.map((name) => `s.${quoteIdentifier(name)}`);
    return `DELETE FROM ONLY ${quoted(saved)} t USING ${this.#same} s WHERE ${[...same, ...all].join(" AND ")} AND NOT EXISTS (SELECT FROM ${this.#before} b WHERE ${this.#match("t", "b")})`;
  }

  #checks(added: readonly string[], whole: readonly string[]): RowCheck[] {
    const { saved, table } = this.#wishes;
    if (added.length + whole.length === 0) return [];
    return [
      {
        sql: `SELECT count(*) AS wrong FROM ONLY ${quoted(saved)} t, ${this.#sources(whole)} WHERE ${this.#match("t", "b")} AND (${this.#wrong(added, whole)})`,
        problem: `rows of ${table} do not have their former values`,
      },
    ];
  }

  #others(): string[] {
    const { columns, keys } = this.#wishes;
    return [...columns.retyped, ...columns.others]
      .map(({ name }) => name)
      .filter((name) => !keys.includes(name) && !this.#isAlways(name));
  }

  /** Triggers of the application must not answer to values that were there before. */
  #switch(how: "DISABLE" | "ENABLE"): string[] {
    const { saved, wishes } = this.#wishes;
    const { now, drop, remake } = wishes.difference;
    const away = new Set([...drop, ...remake.map(({ from }) => from)].map(objectKey));
    return [...now].flatMap(([key, { kind, schema, relation, name, attributes }]) => {
      const isOurs = kind === "trigger" && schema === saved.schema && relation === saved.name;
      const enabled = attributes["enabled"];
      if (!isOurs || away.has(key) || (enabled !== "enabled" && enabled !== "always")) return [];
      const always = how === "ENABLE" && enabled === "always" ? " ALWAYS" : "";
      return [`ALTER TABLE ${quoted(saved)} ${how}${always} TRIGGER ${quoteIdentifier(name)}`];
    });
  }

  #match(one: string, other: string, ofOne = (name: string) => name): string {
    return this.#wishes.keys
      .map((name) => `${one}.${quoteIdentifier(ofOne(name))} = ${other}.${quoteIdentifier(name)}`)
      .join(" AND ");
  }

  #isMarked(name: string): boolean {
    return this.#rowsAfter?.columns.includes(this.#nameNow(name)) ?? false;
  }

  /** Nobody but the server gives values to such a column. */
  #isAlways(name: string): boolean {
    const { saved, wishes } = this.#wishes;
    const key = `column ${dotted(saved.schema, saved.name, name)}`;
    return wishes.remembered.before.objects.get(key)?.attributes["identity"] === "always";
  }

  #nameNow(name: string): string {
    const { saved, wishes } = this.#wishes;
    const key = `column ${dotted(saved.schema, saved.name, name)}`;
    return wishes.difference.renamed.find(({ to }) => objectKey(to) === key)?.from.name ?? name;
  }

  #now(name: string): string {
    return quoteIdentifier(this.#nameNow(name));
  }
}
