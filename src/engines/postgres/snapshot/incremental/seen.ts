import type { RawRow } from "../rows.ts";
import type { Count } from "./state.ts";
import type { Moment } from "./young.ts";

/** The answer to the question what is new. */
export class Seen {
  /** Rows of what was written, by tag. */
  readonly young: { readonly tag: string; readonly values: RawRow }[] = [];
  readonly counts = new Map<string, Count>();
  /** How many rows of the smaller catalogs are new. */
  readonly newOf = new Map<string, number>();
  readonly rest = new Map<string, string | null>();
  /** Catalogs of the whole server, or of what not everybody may read, that were written. */
  readonly shared = new Set<string>();
  /** What became of the transaction of the last look; null when it was within none. */
  fate: string | null = null;
  #own: string | null;
  #horizon = "0";
  #command = -1;

  /** @param own the transaction that writes, where that is known and nothing else needs to be asked */
  constructor(own: string | null = null) {
    this.#own = own === "0" ? null : own;
  }

  take([tag, a = null, b = null, c = null, d = null, command = null]: RawRow): void {
    if (command !== null) this.#command = Math.max(this.#command, Number(command));
    switch (tag) {
      case "moment":
        [this.#own, this.#horizon, this.fate] = [a, b ?? "0", c];
        return;
      case "small":
        this.counts.set(a ?? "", { rows: b, sum: c });
        this.newOf.set(a ?? "", Number(d));
        return;
      case "count":
        this.counts.set(a ?? "", { rows: b, sum: c });
        return;
      case "rest":
        this.rest.set(a ?? "", b);
        return;
      default:
        this.young.push({ tag: tag ?? "", values: [a, b, c, d] });
    }
  }

  /** Whether what was seen at the last look was rolled back since. */
  isAfterRollback(last: Moment): boolean {
    return last.own !== "0" && last.own !== this.#own && this.fate !== "committed";
  }

  moment(last: Moment): Moment {
    const own = this.#own ?? "0";
    const command = own === last.own ? Math.max(last.command, this.#command) : this.#command;
    return { horizon: this.#own ?? this.#horizon, own, command };
  }
}
