import type { RawRow } from "../rows.ts";
import { askedOf, own } from "./asked.ts";

/** Besides those which are asked: names that are printed everywhere, and what not everybody may read. */
const shared = ["pg_authid", "pg_tablespace", "pg_subscription", "pg_user_mapping"];

/** Which catalogs are counted, in the order of the answer. */
export function writtenCatalogs(major: number): string[] {
  return [...askedOf(major).keys(), ...shared];
}

/**
 * Prepares the question how many rows of each catalog the open transaction has written and deleted. The server counts them
 * for its statistics, in the session and at once: https://www.postgresql.org/docs/current/monitoring-stats.html
 */
export function writtenStatement(name: string, major: number): string {
  const catalogs = writtenCatalogs(major).map(
    (catalog) => `'pg_catalog.${catalog}'::pg_catalog.regclass::oid`,
  );
  return `PREPARE ${name} AS SELECT pg_catalog.current_setting('track_counts'), ${own}::text, extract(epoch FROM pg_catalog.transaction_timestamp())::text,
  (SELECT pg_catalog.string_agg(pg_catalog.pg_stat_get_xact_tuples_inserted(c.oid) + pg_catalog.pg_stat_get_xact_tuples_updated(c.oid) || '/' || pg_catalog.pg_stat_get_xact_tuples_deleted(c.oid), ' ' ORDER BY c.at)
     FROM pg_catalog.unnest(ARRAY[${catalogs.join(", ")}]) WITH ORDINALITY c(oid, at))`;
}

/** What a transaction had written at a moment. */
export class Written {
  /** When it began: no two transactions of a session begin at the same moment. */
  readonly transaction: string;
  readonly own: string;
  readonly #counts: readonly string[];

  private constructor(transaction: string, writer: string, counts: readonly string[]) {
    this.transaction = transaction;
    this.own = writer;
    this.#counts = counts;
  }

  /** @returns undefined where the server does not count */
  static of([counts, writer, began, written]: RawRow): Written | undefined {
    return counts === "on" ? new Written(began ?? "", writer ?? "0", (written ?? "").split(" ")) : undefined;
  }

  /**
   * The catalogs that were written since, and whether rows of them may be gone.
   *
   * @returns undefined where the earlier moment was in another transaction
   */
  since(
    earlier: Written | undefined,
    catalogs: readonly string[],
  ): Map<string, { readonly gone: boolean }> | undefined {
    if (earlier?.transaction !== this.transaction) return undefined;
    const changed = new Map<string, { readonly gone: boolean }>();
    for (const [i, catalog] of catalogs.entries()) {
      const [before = "", now = ""] = [earlier.#counts[i], this.#counts[i]];
      if (before !== now) changed.set(catalog, { gone: before.split("/")[1] !== now.split("/")[1] });
    }
    return changed;
  }
}
