import type { Evidence } from "./evidence.ts";

/**
 * Statements of a migration that comment, grant or set owners behind the last of its objects, one-based: none of it is
 * compared, so nobody knows whether they ran. They repeat harmlessly.
 */
export function uncompared({ replay }: Evidence, name: string): number[] {
  if (replay.outcome === "cannot-replay") return [];
  const statements = replay.timeline.migrations.find((one) => one.name === name)?.statements ?? [];
  const last = statements.findLastIndex(({ kind }) => kind === "schema");
  return statements.flatMap(({ kind }, number) =>
    kind === "environment" && number > last ? [number + 1] : [],
  );
}
