import type { Finding, Remedy, RunnableCheck, Severity } from "./check.ts";
import { alreadyPresent } from "./checks/already-present.ts";
import { assertedNeverExecuted } from "./checks/asserted-never-executed.ts";
import { cannotReplay } from "./checks/cannot-replay.ts";
import { drift } from "./checks/drift.ts";
import { editedMigration } from "./checks/edited-migration.ts";
import { failedMigration } from "./checks/failed-migration.ts";
import { foreignHistoryCheck } from "./checks/foreign-history.ts";
import { foreignObjects } from "./checks/foreign-objects.ts";
import { historyWithoutObjects } from "./checks/history-without-objects.ts";
import { interruptedRepair } from "./checks/interrupted-repair.ts";
import { invalidIndex } from "./checks/invalid-index.ts";
import { lacksPrivilege } from "./checks/lacks-privilege.ts";
import { lockHeld } from "./checks/lock-held.ts";
import { missingFile } from "./checks/missing-file.ts";
import { pending } from "./checks/pending.ts";
import { readOnlyServer } from "./checks/read-only-server.ts";
import { refusedAsOne } from "./checks/refused-as-one.ts";
import { renamedMigration } from "./checks/renamed-migration.ts";
import { rowsInTheWay } from "./checks/rows-in-the-way.ts";
import { sharedSession } from "./checks/shared-session.ts";
import { unmanagedSchema } from "./checks/unmanaged-schema.ts";
import { wrongDatabase } from "./checks/wrong-database.ts";
import type { Evidence } from "./evidence.ts";

/** Adding a check: one file in `checks/`, one line here. Causes come before what they cause. */
export const checks: readonly RunnableCheck[] = [
  readOnlyServer,
  sharedSession,
  interruptedRepair,
  lockHeld,
  wrongDatabase,
  foreignHistoryCheck,
  unmanagedSchema,
  assertedNeverExecuted,
  historyWithoutObjects,
  failedMigration,
  lacksPrivilege,
  rowsInTheWay,
  refusedAsOne,
  renamedMigration,
  missingFile,
  alreadyPresent,
  invalidIndex,
  drift,
  foreignObjects,
  cannotReplay,
  editedMigration,
  pending,
];

const ranks: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

/**
 * Runs every check: how the database is reached, then the worst findings first, and among equals the causes before what they cause.
 *
 * @example
 * diagnose(evidence).filter(({ severity }) => severity !== "info").length === 0; // healthy
 */
export function diagnose(evidence: Evidence): Finding[] {
  const findings = checks.flatMap((check) => check.run(evidence));
  const first = new Set(checks.filter(({ comesFirst }) => comesFirst).map(({ id }) => id));
  const harmful = findings.some(({ check, severity }) => first.has(check) && severity === "error");
  const offered = findings.map((finding) =>
    harmful ? { ...finding, remedies: finding.remedies.filter(leavesMigrationsAlone) } : finding,
  );
  const access = new Set(checks.filter(({ aboutAccess }) => aboutAccess).map(({ id }) => id));
  const rank = ({ check, severity }: Finding) => (access.has(check) ? -1 : ranks[severity]);
  return offered.toSorted((a, b) => rank(a) - rank(b));
}

function leavesMigrationsAlone({ steps }: Remedy): boolean {
  return steps.every(({ kind }) => kind === "person");
}
