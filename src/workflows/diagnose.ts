import type { Evidence } from "../doctor/evidence.ts";
import { type Gathered, gather } from "../doctor/gather.ts";
import { isEmpty } from "../doctor/history-fit.ts";
import { diagnose as runChecks } from "../doctor/registry.ts";
import { type SurveyOptions, survey } from "../doctor/survey.ts";
import { openProject, type ProjectFlags, type ProjectSurroundings } from "../project/open.ts";
import { lookForInterrupted, stateOf } from "./interruption.ts";
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
  options: Pick<SurveyOptions, "onProgress"> = {},
): Promise<Diagnosis> {
  const project = await openProject(flags, surroundings);
  const gathered = await gather(project);
  try {
    const interrupted = await lookForInterrupted(await stateOf(gathered), gathered.session);
    const evidence = await survey(gathered, {
      ...options,
      environment: surroundings.environment,
      ...(interrupted && { interrupted }),
    });
    return diagnosisOf(gathered, evidence);
  } finally {
    await gathered.session.close();
  }
}

function diagnosisOf(gathered: Gathered, evidence: Evidence): Diagnosis {
  const { replay } = evidence;
  const findings = runChecks(evidence);
  return {
    godwit: 1,
    outcome: findings.some(({ severity }) => severity !== "info") ? "findings" : "healthy",
    project: projectFacts(gathered),
    migrations: migrationsOf(evidence, gathered),
    position: replay.outcome === "cannot-replay" ? null : replay.location.position,
    replay: { outcome: replay.outcome, ...(replay.outcome === "cannot-replay" && { reason: replay.reason }) },
    findings,
    empty: isEmpty(evidence),
  };
}

function migrationsOf({ entries, replay }: Evidence, { engine }: Gathered): MigrationDiagnosis[] {
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
