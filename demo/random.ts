/** The same seed gives the same sequence, on every machine. */
export class Random {
  #state: number;

  /** @param seed a whole number from 0 to 2^32 - 1 */
  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number {
    return least + Math.floor(this.#next() * (most - least + 1));
  }

  one<Items extends readonly [unknown, ...unknown[]]>(items: Items): Items[number] {
    return items[this.between(0, items.length - 1)] ?? items[0];
  }

  /** Some of them, in their order. */
  some<Item>(items: readonly Item[], count: number): Item[] {
    const left = items.map((item, place) => ({ item, place }));
    const taken = Array.from({ length: Math.min(count, items.length) }, () =>
      left.splice(this.between(0, left.length - 1), 1),
    ).flat();
    return taken.sort((a, b) => a.place - b.place).map(({ item }) => item);
  }

  /** Mulberry32, from 0 up to, but without, 1. */
  #next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
}
