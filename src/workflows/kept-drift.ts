import { type KeptDrift, keepable, stillKept } from "../doctor/drift/kept.ts";
import type { Evidence } from "../doctor/evidence.ts";
import type { State } from "../executor/state.ts";
import type { DriftMending } from "../planner/drift/drift-mending.ts";

const file = "kept.json";

/** Adds to the evidence what somebody chose to keep as a hand had made it, as far as it is as it was then. */
export async function withKept(evidence: Evidence, state: State): Promise<Evidence> {
  const kept = stillKept(evidence, await keptBefore(state));
  return kept.size === 0 ? evidence : { ...evidence, kept };
}

/** Writes down that something is to stay as a hand has made it. What is no longer chosen so is forgotten. */
export async function rememberKept(
  state: State,
  { drift, evidence }: { readonly drift?: DriftMending; readonly evidence: Evidence },
): Promise<void> {
  if (drift === undefined) return;
  const before = await keptBefore(state);
  const now = keepable(evidence, drift.byChoice, new Date().toISOString());
  // The moment of the first choice tells more than that of the last look.
  const objects = now.map(
    (one) => before.find(({ key, shape }) => key === one.key && shape === one.shape) ?? one,
  );
  if (objects.length + before.length > 0) await state.keep(state.directory, file, { objects });
}

/** What cannot be read was not chosen: then it is told once more. */
async function keptBefore(state: State): Promise<KeptDrift[]> {
  const found = await state.read<{ objects?: unknown }>(state.directory, file);
  return found !== "damaged" && Array.isArray(found?.objects) ? found.objects.filter(isKept) : [];
}

function isKept(one: unknown): one is KeptDrift {
  if (typeof one !== "object" || one === null) return false;
  const { key, at, shape } = one as Partial<Record<keyof KeptDrift, unknown>>;
  return [key, at, shape].every((value) => typeof value === "string");
}
