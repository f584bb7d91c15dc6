/** What is known of one catalog: which rows there are, and to which unit of reading each belongs. */
export class Ledger {
  readonly #rows = new Map<string, { readonly unit: string; readonly weight: number }>();
  #sum = 0;

  /** @param weight what the server adds up for the row */
  set(key: string, unit: string, weight: number): void {
    this.#sum += weight - (this.#rows.get(key)?.weight ?? 0);
    this.#rows.set(key, { unit, weight });
  }

  unit(key: string): string | undefined {
    return this.#rows.get(key)?.unit;
  }

  /** False when rows are gone (or there are some which nobody told of). */
  agrees(count: string | null, sum: string | null): boolean {
    return this.#rows.size === Number(count) && this.#sum === Number(sum);
  }

  /** Takes away what is no longer there. */
  keep(there: ReadonlySet<string>): { readonly key: string; readonly unit: string }[] {
    const gone: { key: string; unit: string }[] = [];
    for (const [key, { unit, weight }] of this.#rows) {
      if (there.has(key)) continue;
      gone.push({ key, unit });
      this.#sum -= weight;
      this.#rows.delete(key);
    }
    return gone;
  }
}
