import { namePattern, spelledPlainly } from "../sql/identifier.ts";
import { factParts } from "../timeline/facts.ts";
import type { Evidence } from "./evidence.ts";

/**
 * Names of whole objects (tables, types, functions) that the migrations make at some time and that are not there: a statement
 * which speaks of one of them may have failed. Without their schemas, as definitions spell them.
 */
export function namesMissing({
  replay,
  snapshot,
}: Pick<Evidence, "replay" | "snapshot">): ReadonlySet<string> {
  if (replay.outcome === "cannot-replay") return new Set();
  const made = replay.timeline.migrations
    .flatMap(({ steps }) => steps.flatMap(({ changes }) => changes))
    .flatMap(([key, value]) => (key.endsWith("\n") && value !== undefined ? [factParts(key)[0]] : []));
  return new Set(
    made
      .filter((key) => !snapshot.objects.has(key) && !parts.test(key))
      .map((key) => lastPart(identityOf(key))),
  );
}

const parts = /^(?:column|constraint|index|trigger|rule|policy|enum-value) /;

/** All words of a text that may be names, each as a definition spells it. */
export function namesIn(text: string): ReadonlySet<string> {
  return new Set((text.match(new RegExp(namePattern, "gu")) ?? []).map(spelledPlainly));
}

/** `table public.item`: `public.item`. */
export const identityOf = (object: string) => object.slice(object.indexOf(" ") + 1);

/** `public."a.b"`: `"a.b"`; of a function without its parameters. */
export const lastPart = (identity: string) =>
  /(?:"(?:[^"]|"")*"|[^."(]+)(?=\(|$)/.exec(identity)?.[0] ?? identity;
