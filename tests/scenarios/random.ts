import { randomInt } from "node:crypto";

/** Another one in every run, but in those which decide (`npm test`); GODWIT_SEED repeats a run. */
export const seed = Number(process.env["GODWIT_SEED"] ?? randomInt(2 ** 31));

/** Draws numbers and members of lists: the same ones for the same name and seed. */
export class Random {
  #state: number;

  constructor(name: string) {
    this.#state = [...name].reduce(
      (sum, char) => (Math.imul(sum, 31) + (char.codePointAt(0) ?? 0)) | 0,
      seed | 0,
    );
  }

  /** Between 0 and 1, by mulberry32. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** Both bounds included. */
  integer(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(list: readonly T[]): T {
    const found = list[this.integer(0, list.length - 1)];
    if (found === undefined) throw new RangeError("nothing to pick from");
    return found;
  }

  shuffle<T>(list: readonly T[]): T[] {
    return list
      .map((item) => ({ item, key: this.next() }))
      .sort((a, b) => a.key - b.key)
      .map(({ item }) => item);
  }
}

/**
 * A part of a list, drawn by lot: in the long run (`npm run soak`) all of it. For what is many times the same under other names.
 *
 * @param share between 0 and 1
 */
export function drawnPart<T>(name: string, list: readonly T[], share: number): T[] {
  if (process.env["GODWIT_SOAK"] !== undefined) return [...list];
  return new Random(name).shuffle(list).slice(0, Math.ceil(list.length * share));
}
