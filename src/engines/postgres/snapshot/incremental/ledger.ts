/** What is known of one catalog: which rows there are, by identifier, and to which unit of reading each belongs. */
export class Ledger {
  readonly #units = new Map<string, string>();
  #sum = 0;

  get size(): number {
    return this.#units.size;
  }

  set(oid: string, unit: string): void {
    if (!this.#units.has(oid)) this.#sum += Number(oid);
    this.#units.set(oid, unit);
  }

  unit(oid: string): string | undefined {
    return this.#units.get(oid);
  }

  /** False when rows are gone (or there are some which nobody told of). */
  agrees(count: string | null, sum: string | null): boolean {
    return this.#units.size === Number(count) && this.#sum === Number(sum);
  }

  /** Takes away what is no longer there. @returns identifiers and units */
  keep(there: ReadonlySet<string>): [oid: string, unit: string][] {
    const gone = [...this.#units].filter(([oid]) => !there.has(oid));
    for (const [oid] of gone) {
      this.#units.delete(oid);
      this.#sum -= Number(oid);
    }
    return gone;
  }
}
