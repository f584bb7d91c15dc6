import type { LookedAt } from "./look.ts";

/** It will be asked, and nothing before it changes rows. */
export function isCertain({
  conditional,
  perhapsMendedBy,
}: {
  readonly conditional: boolean;
  readonly perhapsMendedBy: readonly unknown[];
}): boolean {
  return !conditional && perhapsMendedBy.length === 0;
}

/** How many rows are in the way, and what they have in common. */
export function foundWords({ rows = 0, counted = "all", what }: Pick<LookedAt, "rows" | "counted" | "what">) {
  const told = `${rows.toLocaleString("en")} ${(what ?? ["row in the way", "rows in the way"])[rows === 1 ? 0 : 1]}`;
  if (counted === "estimate") return `about ${told} (estimated from a part of the table)`;
  return counted === "at-least" ? `more than ${told}` : told;
}

/**
 * Names what is asked of rows, for `--choose rows-in-the-way:<place>=...`.
 *
 * @param all of which each is to have another name
 */
export function placeOf(
  one: Pick<LookedAt, "migration" | "object" | "statement">,
  all: readonly Pick<LookedAt, "migration" | "object" | "statement">[],
): string {
  // Without its kind: no space is in it, at which a line may be broken.
  const nameOf = ({ migration, object }: Pick<LookedAt, "migration" | "object">) =>
    `${migration}:${object.slice(object.indexOf(" ") + 1)}`;
  const place = nameOf(one);
  const same = all.filter((other) => nameOf(other) === place);
  return same.length > 1 && one.statement !== undefined ? `${place}@${one.statement}` : place;
}
