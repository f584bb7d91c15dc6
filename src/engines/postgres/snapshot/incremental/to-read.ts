import type { Family } from "../family.ts";

/** Families of what belongs to a relation. */
export const ofRelations = [
  "relations",
  "columns",
  "constraints",
  "indexes",
  "triggers",
  "rules",
  "policies",
] as const;

/** What is to be read again: families as a whole, and units of others. */
export class ToRead {
  readonly #numbers: ReadonlyMap<string, number>;
  readonly whole = new Set<number>();
  readonly units = new Map<number, Set<string>>();
  readonly #roots = new Map<string, readonly [catalog: number, oid: string]>();

  constructor(families: readonly Family[]) {
    this.#numbers = new Map(families.map(({ name }, number) => [name, number]));
  }

  get isEmpty(): boolean {
    return this.whole.size === 0 && this.units.size === 0;
  }

  /** What others may print the name of. */
  get roots(): readonly (readonly [catalog: number, oid: string])[] {
    return [...this.#roots.values()];
  }

  root(catalog: number, oid: string | null): void {
    if (oid !== null && oid !== "0") this.#roots.set(`${catalog}/${oid}`, [catalog, oid]);
  }

  /** A family that this version does not have is none. */
  all(family: string): void {
    const number = this.#numbers.get(family);
    if (number === undefined) return;
    this.whole.add(number);
    this.units.delete(number);
  }

  of(unit: string | null, ...families: readonly string[]): void {
    if (unit === null || unit === "0") return;
    for (const family of families) {
      const number = this.#numbers.get(family);
      if (number === undefined || this.whole.has(number)) continue;
      const units = this.units.get(number);
      if (units === undefined) this.units.set(number, new Set([unit]));
      else units.add(unit);
    }
  }
}
