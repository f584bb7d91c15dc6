import type { Random } from "./random.ts";

const things = [
  "account",
  "session",
  "order",
  "product",
  "label",
  "team",
  "visit",
  "report",
  "invoice",
  "page",
];
const traits = ["title", "amount", "note", "owner", "place", "kind", "score", "origin", "weight", "reason"];

/** Gives names which nothing else has: snake_case, camelCase, words of SQL, and some with a space or an umlaut. */
export class Names {
  readonly #random: Random;
  readonly #taken = new Set<string>(["id", "status"]);

  constructor(random: Random) {
    this.#random = random;
  }

  thing(): string {
    return this.#fresh(things);
  }

  trait(): string {
    return this.#fresh(traits);
  }

  #fresh(words: readonly string[]): string {
    const random = this.#random;
    for (;;) {
      const [word, number] = [random.pick(words), random.integer(1, 999)];
      const name = random.pick([
        `${word}_${number}`,
        `${word}_${random.pick(words)}${number}`,
        `${word}Of${number}`,
        `${word.charAt(0).toUpperCase()}${word.slice(1)}${number}`,
        `${word} größe ${number}`,
      ]);
      if (this.#taken.has(name)) continue;
      this.#taken.add(name);
      return name;
    }
  }
}
