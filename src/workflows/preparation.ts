import { createHash, randomUUID } from "node:crypto";
import type { Finding } from "../doctor/check.ts";
import type { Evidence } from "../doctor/evidence.ts";
import { type Gathered, gather } from "../doctor/gather.ts";
import { observe } from "../doctor/observe.ts";
import { diagnose as runChecks } from "../doctor/registry.ts";
import { withRows } from "../doctor/rows/evidence.ts";
import { conclude } from "../doctor/survey.ts";
import type { History, Migration } from "../migration/migration.ts";
import type { Plan, PlanFrom } from "../plan/plan.ts";
import { Choices } from "../planner/choices.ts";
import { planRepair } from "../planner/planner.ts";
import type { Planning } from "../planner/planning.ts";
import type { Project } from "../project/open.ts";
import { fingerprint, type Snapshot, snapshotOf } from "../schema/snapshot.ts";
import { factsOf } from "../timeline/facts.ts";
import { isPartOfTable } from "../timeline/locate/locate.ts";

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
  /** Never `look-closer`. */
  readonly planning: Exclude<Planning, { outcome: "look-closer" }>;
}

/** Diagnoses a database and plans. Reads only. The caller closes the session of what was gathered. */
export async function prepare(project: Project, options: PreparationOptions): Promise<Prepared> {
  const first = await gather(project);
  const gathered = (await options.clearTheWay?.(first)) ?? first;
  try {
    let refine: ReadonlySet<string> = new Set();
    for (;;) {
      const observed = await observe(gathered);
      const evidence = await conclude(observed, { ...options, refine });
      const findings = runChecks(evidence);
      const planning = plan(gathered, evidence, findings, options);
      if (planning.outcome !== "look-closer") {
        // No plan depends on them, and a person wants to know before the rehearsal.
        const whole = await withRows(evidence, observed, gathered.session);
        return { gathered, evidence: whole, findings: runChecks(whole), planning };
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
  }: Pick<PreparationOptions, "purpose" | "choices" | "runner"> & { readonly transactions?: "one" | "each" },
): Planning {
  const { framework } = project;
  const leaveOut = isPartOfTable(framework.historyTable(schema));
  return planRepair(
    {
      purpose,
      evidence,
      migrations,
      facts: factsOf(evidence.snapshot, leaveOut),
      from: {
        schema: schemaFingerprint(evidence.snapshot, leaveOut),
        history: historyHash(history),
        files: filesHash(migrations),
        serverVersion: server.version,
      },
      project: { framework: framework.name, engine: engine.name, database: server.database, schema },
      writing: framework.writing,
      split: engine.split,
      choices: new Choices(choices),
      transactions,
      ...(runner && { runner: { ...runner, command: framework.commands.migrate } }),
      newId: randomUUID,
    },
    findings,
  );
}

/** The fingerprint of a schema without the framework's history table, whose rows are compared instead. */
export function schemaFingerprint(
  snapshot: Snapshot,
  leaveOut: ReturnType<typeof isPartOfTable>,
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
