import { resolve } from "node:path";
import type { Bundle } from "../doctor/bundle/bundle.ts";
import { type BundleDocument, bundleDocument } from "../doctor/bundle/document.ts";
import { bundleFrom, readBundle } from "../doctor/bundle/read.ts";
import { recall } from "../doctor/bundle/recall.ts";
import { record, withoutHome } from "../doctor/bundle/record.ts";
import { withWays } from "../doctor/drift/ways.ts";
import { conclude } from "../doctor/survey.ts";
import { ownPlaces, type ProjectFlags, type ProjectSurroundings } from "../project/open.ts";
import { type DiagnoseOptions, diagnosisOf, examine } from "./diagnose.ts";
import type { Diagnosis } from "./result.ts";

/** A diagnosis, and the bundle with all that it rests on. */
export interface Bundled {
  readonly diagnosis: Diagnosis;
  readonly bundle: Bundle;
  /** The bundle as JSON, to be written to a file. */
  readonly document: BundleDocument;
}

/**
 * Diagnoses a database as `diagnose` does, and records what the diagnosis rests on. Then the bundle is diagnosed by
 * itself, so that it can be told whether it is worth handing on.
 *
 * @param options.version Godwit's own, for those who read the bundle
 * @throws KnownError as `diagnose`
 */
export async function diagnoseIntoBundle(
  flags: ProjectFlags,
  surroundings: ProjectSurroundings,
  { version, ...options }: DiagnoseOptions & { readonly version: string },
): Promise<Bundled> {
  const { observed, evidence: whole, diagnosis } = await examine(flags, surroundings, options);
  // A bundle has nothing of any row and of nobody's rights, so its diagnosis is the one without them.
  const { rows: _, lacking: __, ...evidence } = whole;
  const original = diagnosisOf(observed, evidence);
  const { home } = surroundings;
  const masking = await observed.engine.masking();
  const { findings } = diagnosis;
  const recorded = record(observed, { evidence, findings, masking, madeAt: new Date(), version, home });
  // As it will be read, not as it is in memory.
  const read = await bundleFrom(JSON.stringify(bundleDocument({ ...recorded, proof: { outcome: "same" } })));
  if (typeof read === "string") throw new Error(`The bundle cannot be read back: ${read}`);
  options.onProgress?.("Diagnosing the bundle by itself, to see whether it tells the same.");
  const { shadow } = observed.project;
  const own = shadow === undefined || shadow === "same-server" ? {} : { shadow };
  const again = await diagnoseRead(read, own, surroundings, options);
  const bundle: Bundle = { ...recorded, proof: proofOf(original, again, { bundle: read, home }) };
  return { diagnosis, bundle, document: bundleDocument(bundle) };
}

/**
 * Diagnoses what a bundle records, without any database but a scratch one. The bundle may be a stranger's: its migrations
 * are executed only where they can do no harm.
 *
 * @param file absolute, or relative to the current directory of `surroundings`
 * @throws KnownError BUNDLE_UNREADABLE, FRAMEWORK_UNSUPPORTED, ENGINE_UNSUPPORTED, and those of a named shadow
 * @example
 * const { findings } = await diagnoseBundle("/tmp/report.json", {}, { cwd: "/", environment: {}, home: "/root" });
 */
export async function diagnoseBundle(
  file: string,
  flags: Pick<ProjectFlags, "shadow">,
  surroundings: ProjectSurroundings,
  options: DiagnoseOptions = {},
): Promise<Diagnosis> {
  return diagnoseRead(await readBundle(resolve(surroundings.cwd, file), file), flags, surroundings, options);
}

async function diagnoseRead(
  bundle: Bundle,
  flags: Pick<ProjectFlags, "shadow">,
  surroundings: ProjectSurroundings,
  options: DiagnoseOptions,
): Promise<Diagnosis> {
  const { observed, stranger } = await recall(bundle, ownPlaces(flags, surroundings));
  const { interrupted, kept, madeAt, madeBy, found } = bundle;
  const concluded = await conclude(observed, {
    ...options,
    environment: surroundings.environment,
    stranger,
    ...(interrupted && { interrupted }),
  });
  const known = kept === undefined ? concluded : { ...concluded, kept: new Map(kept) };
  const evidence = await withWays(known, observed.engine);
  return { ...diagnosisOf(observed, evidence), bundle: { madeAt, madeBy, found: found.findings } };
}

/** Words may differ where messages are masked; what was found, where, and what is to be done may not. */
function proofOf(
  original: Diagnosis,
  again: Diagnosis,
  { bundle, home }: { bundle: Bundle; home: string },
): Bundle["proof"] {
  const { outcome, reason } = again.replay;
  if (outcome === "cannot-replay" && original.replay.outcome !== "cannot-replay")
    return { outcome: "not-replayed", ...(reason !== undefined && { reason }) };
  const told = ({ findings, migrations, position }: Diagnosis) => {
    const shown =
      bundle.masked.messages === 0
        ? findings
        : findings.map(({ check, severity, title, remedies }) => ({ check, severity, title, remedies }));
    return withoutHome(JSON.stringify([shown, migrations, position]), home);
  };
  if (told(original) === told(again)) return { outcome: "same" };
  const found = again.findings.map(({ severity, check }) => `${severity} ${check}`);
  return { outcome: "different", reason: found.join(", ") || "nothing" };
}
