import { ownersOf } from "../../sql/identifier.ts";
import { invalid } from "../../timeline/facts.ts";
import type { ResidueObject } from "../../timeline/locate/residue.ts";
import type { Evidence } from "../evidence.ts";

/** An object that is not as the migrations which ran have made it. */
export interface DriftObject extends ResidueObject {
  /** `index public.by_title`. */
  readonly key: string;
  readonly kind: "missing" | "different" | "extra";
  /** The key of the table, view or type of which it is a part, where that is drift itself. */
  readonly of?: string;
}

/** What a hand has changed. An index that the server could not finish is none of it: it has a finding of its own. */
export function driftOf({ replay }: Pick<Evidence, "replay">): DriftObject[] {
  if (replay.outcome === "cannot-replay") return [];
  const { missing, different, extra } = replay.location.residue;
  const valid = different.filter((one) => !isInvalid(one));
  const keys = new Set([...missing, ...valid, ...extra].map(({ object }) => object));
  const named = (kind: DriftObject["kind"]) => (one: ResidueObject) => {
    const of = wholeOf(one.object, keys);
    return { ...one, key: one.object, kind, ...(of !== undefined && { of }) };
  };
  return [...missing.map(named("missing")), ...valid.map(named("different")), ...extra.map(named("extra"))];
}

export function isInvalid({ differences }: ResidueObject): boolean {
  return differences.some(({ attribute, actual }) => attribute === "" && actual === invalid);
}

const parts = /^(?:column|constraint|trigger|rule|policy|enum-value) /;
const wholes = ["table", "view", "materialized-view", "enum", "domain"];

function wholeOf(key: string, keys: ReadonlySet<string>): string | undefined {
  if (!parts.test(key)) return undefined;
  const owner = ownersOf(key.slice(key.indexOf(" ") + 1))[1];
  return wholes.map((kind) => `${kind} ${owner}`).find((one) => keys.has(one));
}
