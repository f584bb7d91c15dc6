import { applyChanges, factParts } from "./facts.ts";
import type { Timeline } from "./timeline.ts";

/** A fact which two timelines set otherwise. Undefined: it is not there. */
export interface Diverging {
  readonly object: string;
  /** Empty: existence. */
  readonly attribute: string;
  readonly one?: string;
  readonly other?: string;
}

/**
 * In which facts two timelines of the same migrations part, by the migration after which they first do. Later ones, which
 * only keep what differs, are not named for it.
 *
 * @param one and `other` have the same migrations in the same order
 */
export function divergences(one: Timeline, other: Timeline): Map<string, Diverging[]> {
  const [left, right] = [new Map<string, string>(), new Map<string, string>()];
  const known = new Map<string, string>();
  const parting = new Map<string, Diverging[]>();
  for (const [index, { name, steps }] of one.migrations.entries()) {
    const others = other.migrations[index]?.steps ?? [];
    for (const { changes } of steps) applyChanges(changes, left);
    for (const { changes } of others) applyChanges(changes, right);
    const touched = new Set([...steps, ...others].flatMap(({ changes }) => changes.map(([key]) => key)));
    for (const key of touched) {
      const [a, b] = [left.get(key), right.get(key)];
      const state = JSON.stringify([a ?? null, b ?? null]);
      if (a === b || one.volatile.has(key) || other.volatile.has(key)) known.delete(key);
      else if (known.get(key) !== state) {
        known.set(key, state);
        const [object, attribute] = factParts(key);
        const fact = {
          object,
          attribute,
          ...(a !== undefined && { one: a }),
          ...(b !== undefined && { other: b }),
        };
        parting.set(name, [...(parting.get(name) ?? []), fact]);
      }
    }
  }
  return parting;
}
