import type { Family, Names } from "../family.ts";
import { Objects, type ReadObject } from "../objects.ts";
import type { RawRow } from "../rows.ts";
import { Ledger } from "./ledger.ts";
import type { Moment } from "./young.ts";

/** What is counted of a catalog. */
export interface Count {
  readonly rows: string | null;
  readonly sum: string | null;
}

/** What was there at the last look. */
export class State {
  readonly objects: Objects;
  /** By the tags of `keyLists`. */
  readonly ledgers = new Map<string, Ledger>();
  /** Names of columns by relation and number: a column that is renamed is printed by others. */
  readonly columns = new Map<string, Map<string, string>>();
  readonly #families: readonly Family[];
  moment: Moment = { horizon: "0", own: "0", command: -1 };
  readonly counts = new Map<string, Count>();
  readonly rest = new Map<string, string | null>();

  constructor(families: readonly Family[], onTouch: (key: string, before: ReadObject | undefined) => void) {
    this.#families = families;
    this.objects = new Objects(families, { onTouch });
  }

  get names(): Names {
    return this.objects.names;
  }

  ledger(tag: string): Ledger {
    let ledger = this.ledgers.get(tag);
    if (ledger === undefined) {
      ledger = new Ledger();
      this.ledgers.set(tag, ledger);
    }
    return ledger;
  }

  /** A row of a catalog that has identifiers. */
  keep(tag: string, oid: string, unit: string): void {
    this.ledger(tag).set(oid, unit, Number(oid));
  }

  take(number: number, row: RawRow): void {
    const own = this.objects.take(number, row);
    if (this.#families[number]?.name !== "columns") return;
    const relation = own["relation"] ?? "";
    const names = this.columns.get(relation) ?? new Map<string, string>();
    this.columns.set(relation, names.set(own["column"] ?? "", own["name"] ?? ""));
  }

  forget(number: number, unit?: string): void {
    this.objects.forget(number, unit);
    if (this.#families[number]?.name !== "columns") return;
    if (unit === undefined) this.columns.clear();
    else this.columns.delete(unit);
  }
}
