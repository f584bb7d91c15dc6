/**
 * The library: what the command line does, as functions. Nothing here prints or reads the environment, and
 * only `repair` changes a database, when its `confirm` says yes, and `quarantine`, which puts rows back. What `godwit diff` compares, `diff` does; `takeSnapshot`
 * and `saveSnapshot` are `godwit snapshot --out`.
 *
 * @example
 * import { diagnose, isKnownError } from "godwit";
 * try {
 *   const { findings } = await diagnose({ project: "." }, { cwd: "/srv/app", environment: process.env, home: "/root" });
 * } catch (error) {
 *   if (!isKnownError(error, "SERVER_UNREACHABLE")) throw error;
 * }
 * @module
 */

export type { Finding, Remedy, Severity } from "./doctor/check.ts";
export type { Code } from "./errors.ts";
export { isKnownError, KnownError } from "./errors.ts";
export type { MigrationState } from "./migration/compare.ts";
export type { Certificate } from "./plan/certificate.ts";
export type { Hazard, Plan, PlanPart, PlanStep, Step } from "./plan/plan.ts";
export type { Question } from "./planner/choices.ts";
export type { ProjectFlags, ProjectSurroundings } from "./project/open.ts";
export type { AttributeDifference, OnlyObject, Rename } from "./schema/compare.ts";
export type { ObjectKind, SchemaObject } from "./schema/object.ts";
export type { Snapshot } from "./schema/snapshot.ts";
export type { SnapshotFile } from "./schema/snapshot-file.ts";
export type { Position } from "./timeline/locate/locate.ts";
export type { Actual } from "./timeline/locate/verdict.ts";
export type { Bundled } from "./workflows/bundle.ts";
export { diagnoseBundle, diagnoseIntoBundle } from "./workflows/bundle.ts";
export { diagnose } from "./workflows/diagnose.ts";
export type { DiffResult, ObjectDifference } from "./workflows/diff.ts";
export { diff } from "./workflows/diff.ts";
export type { ExplainedFailure, ExplainResult } from "./workflows/explain.ts";
export { explainLog } from "./workflows/explain.ts";
export type { Proposal } from "./workflows/proposal.ts";
export type { QuarantineResult, RestoreWishes } from "./workflows/quarantine.ts";
export { quarantine } from "./workflows/quarantine.ts";
export { repair } from "./workflows/repair.ts";
export type { RepairOutcome, RepairResult } from "./workflows/repair-result.ts";
export type { RepairFlags, RepairTalk } from "./workflows/repair-wishes.ts";
export type {
  BundleFacts,
  Diagnosis,
  MigrationDiagnosis,
  MigrationStatus,
  ProjectFacts,
  StatusResult,
} from "./workflows/result.ts";
export type { SideFacts } from "./workflows/side.ts";
export type { SnapshotResult } from "./workflows/snapshot.ts";
export { saveSnapshot, takeSnapshot } from "./workflows/snapshot.ts";
export { status } from "./workflows/status.ts";
