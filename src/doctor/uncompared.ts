import type { Evidence } from "./evidence.ts";
import { namesIn, namesMissing } from "./missing-names.ts";

/**
 * Statements of a migration that comment, grant or set owners behind the last of its objects, or speak of what is not there,
 * one-based: none of it is compared, so nobody knows whether they ran. They repeat harmlessly.
 */
export function uncompared(evidence: Pick<Evidence, "replay" | "snapshot">, name: string): number[] {
  const { replay } = evidence;
  if (replay.outcome === "cannot-replay") return [];
  const missing = namesMissing(evidence);
  const statements = replay.timeline.migrations.find((one) => one.name === name)?.statements ?? [];
  const last = statements.findLastIndex(({ kind }) => kind === "schema");
  const isUnsure = (text: string, number: number) =>
    number > last || [...namesIn(text)].some((one) => missing.has(one));
  return statements.flatMap(({ kind, text }, number) =>
    kind === "environment" && isUnsure(text, number) ? [number + 1] : [],
  );
}
