import { createHash, randomUUID } from "node:crypto";
import type { Finding } from "../doctor/check.ts";
import type { Evidence } from "../doctor/evidence.ts";
import { type Gathered, gather } from "../doctor/gather.ts";
import { observe } from "../doctor/observe.ts";
import { diagnose as runChecks } from "../doctor/registry.ts";
import { conclude } from "../doctor/survey.ts";
import type { History, Migration } from "../migration/migration.ts";
import type { Plan, PlanFrom } from "../plan/plan.ts";
import { Choices } from "../planner/choices.ts";
import type { DriftMending } from "../planner/drift/drift-mending.ts";
import { planRepair } from "../planner/planner.ts";
import type { Planning, PlanWishes } from "../planner/planning.ts";
import type { Project } from "../project/open.ts";
import { fingerprint, type Snapshot, snapshotOf } from "../schema/snapshot.ts";
import { factsOf } from "../timeline/facts.ts";
import { isBookkeeping } from "../timeline/locate/locate.ts";
import { looked } from "./diagnose.ts";
import { driftMendingFor } from "./drift-mending.ts";
import { stateOf } from "./interruption.ts";
import { withKept } from "./kept-drift.ts";

/** What an engine puts statements together with. */
export type PlanMeans = Pick<PlanWishes, "mending" | "objectSql">;

/** What a plan is made for. */
export interface PreparationOptions {
  readonly purpose: Plan["purpose"];
  readonly choices: readonly string[];
  /** The framework's own runner, where it may be used. */
  readonly runner?: { readonly description: string };
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly onProgress?: (text: string) => void;
  /** What is done about locks that stand before any plan; nothing, unless given. */
  clearTheWay?(gathered: Gathered): Promise<Gathered>;
}

/** A diagnosis and what follows from it. */
export interface Prepared {
  readonly gathered: Gathered;
  readonly evidence: Evidence;
  readonly findings: readonly Finding[];
  readonly means: PlanMeans;
  /** Never `look-closer`. */
  readonly planning: Exclude<Planning, { outcome: "look-closer" }>;
  /** What becomes of what a hand has changed. */
  readonly drift?: DriftMending;
}

/** Diagnoses a database and plans. Reads only. The caller closes the session of what was gathered. */
export async function prepare(project: Project, options: PreparationOptions): Promise<Prepared> {
  const first = await gather(project);
  const gathered = (await options.clearTheWay?.(first)) ?? first;
  try {
    let refine: ReadonlySet<string> = new Set();
    const { engine } = gathered;
    const state = await stateOf(gathered);
    const means = { mending: await engine.rowMending(), objectSql: await engine.objectSql() };
    for (;;) {
      const observed = await observe(gathered, options);
      const evidence = await withKept(await conclude(observed, { ...options, refine }), state);
      const findings = runChecks(evidence);
      const { planning, drift } = await planDrift(gathered, evidence, findings, { ...options, means });
      if (planning.outcome !== "look-closer") {
        // What becomes of rows that are in the way, a person says before the rehearsal.
        const whole = await looked(evidence, observed, gathered);
        const found = runChecks(whole);
        const prepared = { gathered, evidence: whole, findings: found, means, ...(drift && { drift }) };
        if (planning.outcome !== "planned") return { ...prepared, planning };
        const again = plan(gathered, whole, found, { ...options, means, ...(drift && { drift }) });
        if (again.outcome === "look-closer") throw new RangeError("all that a plan needs was looked at");
        return { ...prepared, planning: again };
      }
      if ([...planning.refine].every((name) => refine.has(name))) {
        throw new RangeError(`${[...planning.refine].join(", ")} was to be taken apart, and is not`);
      }
      refine = new Set([...refine, ...planning.refine]);
    }
  } catch (error) {
    await gathered.session.close();
    throw error;
  }
}

/** What was chosen for what a hand has changed comes into a plan that can be made but for that. */
async function planDrift(
  gathered: Gathered,
  evidence: Evidence,
  findings: readonly Finding[],
  options: PreparationOptions & { readonly means: PlanMeans },
): Promise<{ planning: Planning; drift?: DriftMending }> {
  const planning = plan(gathered, evidence, findings, options);
  const isBlocked = planning.outcome === "refused" && planning.findings.length > 0;
  if (planning.outcome === "look-closer" || isBlocked || options.purpose !== "repair") return { planning };
  const drift = await driftMendingFor({ gathered, evidence, ...options });
  if (drift === undefined) return { planning };
  if ("reasons" in drift) return { planning: { outcome: "refused", ...drift, findings: [] } };
  return { planning: plan(gathered, evidence, findings, { ...options, drift }), drift };
}

/** Plans once more, from what was gathered: with other choices, or without the framework's runner. */
export function plan(
  { project, engine, migrations, history, server, schema }: Gathered,
  evidence: Evidence,
  findings: readonly Finding[],
  {
    purpose,
    choices,
    runner,
    transactions = "one",
    means,
    drift,
  }: Pick<PreparationOptions, "purpose" | "choices" | "runner"> & {
    readonly transactions?: "one" | "each";
    readonly means: PlanMeans;
    readonly drift?: DriftMending;
  },
): Planning {
  const { framework } = project;
  const leaveOut = isBookkeeping(framework.historyTable(schema));
  return planRepair(
    {
      purpose,
      evidence,
      migrations,
      facts: factsOf(evidence.snapshot, leaveOut),
      from: {
        schema: schemaFingerprint(evidence.snapshot, leaveOut),
        history: historyHash(history),
        files: filesHash(drift?.adoption ? [...migrations, drift.adoption.migration] : migrations),
        serverVersion: server.version,
      },
      project: { framework: framework.name, engine: engine.name, database: server.database, schema },
      writing: framework.writing,
      split: engine.split,
      choices: new Choices(choices),
      ...means,
      role: server.user,
      transactions,
      ...(drift && { drift }),
      ...(runner &&
        drift?.adoption === undefined && { runner: { ...runner, command: framework.commands.migrate } }),
      newId: randomUUID,
    },
    findings,
  );
}

/** The fingerprint of a schema without the framework's history table, whose rows are compared instead. */
export function schemaFingerprint(
  snapshot: Snapshot,
  leaveOut: ReturnType<typeof isBookkeeping>,
): PlanFrom["schema"] {
  return fingerprint(snapshotOf([...snapshot.objects.values()].filter((object) => !leaveOut(object))));
}

/** The hash of what a history records. */
export function historyHash({ exists, records }: Pick<History, "exists" | "records">): PlanFrom["history"] {
  return createHash("sha256")
    .update(JSON.stringify([exists, records]))
    .digest("hex");
}

/** The hash of a project's migrations: names, order, content. */
export function filesHash(migrations: readonly Migration[]): PlanFrom["files"] {
  const hash = createHash("sha256");
  for (const { name, sql } of migrations) hash.update(JSON.stringify([name, sql ?? null]));
  return hash.digest("hex");
}
