import { quote } from "../scenarios/database.ts";
import type { Random } from "../scenarios/random.ts";

const words = [
  "order",
  "user",
  "item",
  "note",
  "tag",
  "invoice",
  "member",
  "team",
  "event",
  "price",
  "status",
  "amount",
];
const odd = ["Camel Case", "select", "größe", "a.b", 'say "hi"', "50% off; --", "日本"];

/** Draws names: most are plain, some are what nobody expects, and some were in use before. */
export class HistoryNames {
  readonly #random: Random;
  readonly #used: string[] = [];
  #count = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /** A name, quoted. One that was given before may be free again by now: then something is made anew under it. */
  draw(): string {
    const random = this.#random;
    if (this.#used.length > 0 && random.chance(0.12)) return random.pick(this.#used);
    this.#count += 1;
    const word = random.chance(0.15) ? random.pick(odd) : random.pick(words);
    const long = random.chance(0.03)
      ? "_".padEnd(64 - Buffer.byteLength(`${word}${this.#count}`), "x").slice(0, -1)
      : "";
    const name = quote(`${word}${this.#count}${long}`);
    this.#used.push(name);
    return name;
  }
}
