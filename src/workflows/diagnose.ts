import { withWays } from "../doctor/drift/ways.ts";
import type { Evidence } from "../doctor/evidence.ts";
import { type Gathered, gather } from "../doctor/gather.ts";
import { isEmpty } from "../doctor/history-fit.ts";
import { type Observed, observe } from "../doctor/observe.ts";
import { withPrivileges } from "../doctor/privileges/evidence.ts";
import { diagnose as runChecks } from "../doctor/registry.ts";
import { withRows } from "../doctor/rows/evidence.ts";
import { conclude, type SurveyOptions } from "../doctor/survey.ts";
import { openProject, type ProjectFlags, type ProjectSurroundings } from "../project/open.ts";
import { lookForInterrupted, stateOf } from "./interruption.ts";
import { withKept } from "./kept-drift.ts";
import type { Diagnosis, MigrationDiagnosis } from "./result.ts";
import { projectFacts } from "./status.ts";

/**
 * The full diagnosis: what is recorded, what is really there, why, and what to do. Reads only.
 *
 * @throws KnownError when the project or the database cannot be read
 * @example
 * const { findings } = await diagnose({ project: "." }, { cwd: "/srv/app", environment: {}, home: "/root" });
 */
export async function diagnose(
  flags: ProjectFlags,
  surroundings: ProjectSurroundings,
  options: DiagnoseOptions = {},
): Promise<Diagnosis> {
  return (await examine(flags, surroundings, options)).diagnosis;
}

/** What a diagnosis may use of the machine. */
export type DiagnoseOptions = Pick<SurveyOptions, "onProgress">;

/** A diagnosis with all that it rests on. */
export interface Examined {
  readonly observed: Observed;
  readonly evidence: Evidence;
  readonly diagnosis: Diagnosis;
}

/**
 * As {@link diagnose}, with all that the diagnosis rests on.
 *
 * @throws KnownError as {@link diagnose}
 */
export async function examine(
  flags: ProjectFlags,
  surroundings: ProjectSurroundings,
  options: DiagnoseOptions,
): Promise<Examined> {
  const project = await openProject(flags, surroundings);
  const gathered = await gather(project);
  try {
    const state = await stateOf(gathered);
    const interrupted = await lookForInterrupted(state, gathered.session);
    const { environment } = surroundings;
    const observed = await observe(gathered, { ...options, environment });
    const concluded = await conclude(observed, {
      ...options,
      environment,
      ...(interrupted && { interrupted }),
    });
    const evidence = await looked(await withKept(concluded, state), observed, gathered);
    return { observed, evidence, diagnosis: diagnosisOf(observed, evidence) };
  } finally {
    await gathered.session.close();
  }
}

/** What is only worth knowing once it is known what is still to come. */
export async function looked(
  concluded: Evidence,
  observed: Observed,
  { session, engine }: Gathered,
): Promise<Evidence> {
  const withoutRows = await withPrivileges(concluded, observed, session);
  return withWays(await withRows(withoutRows, observed, session), engine);
}

/** The answer, from what was observed and what follows from it. */
export function diagnosisOf(observed: Observed, evidence: Evidence): Diagnosis {
  const { replay } = evidence;
  const findings = runChecks(evidence);
  return {
    godwit: 1,
    outcome: findings.some(({ severity }) => severity !== "info") ? "findings" : "healthy",
    project: projectFacts(observed),
    migrations: migrationsOf(evidence, observed),
    position: replay.outcome === "cannot-replay" ? null : replay.location.position,
    replay:
      replay.outcome === "cannot-replay"
        ? { outcome: replay.outcome, reason: replay.reason }
        : { outcome: replay.outcome, ...(replay.ground && { ground: replay.ground.names }) },
    findings,
    empty: isEmpty(evidence),
  };
}

function migrationsOf({ entries, replay }: Evidence, { engine }: Observed): MigrationDiagnosis[] {
  const verdicts = new Map(
    replay.outcome === "cannot-replay"
      ? []
      : replay.location.verdicts.map((verdict) => [verdict.migration, verdict]),
  );
  return entries.map(({ name, state, migration }) => {
    const verdict = verdicts.get(name);
    return {
      name,
      state,
      actual: verdict?.actual ?? "unknown",
      statements:
        verdict?.statements ?? (migration?.sql === undefined ? 0 : engine.split(migration.sql).length),
      statementsPresent: verdict?.statementsPresent ?? [],
      untraced: verdict?.untraced ?? [],
    };
  });
}
