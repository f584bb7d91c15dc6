import { gather } from "../doctor/gather.ts";
import type { Certificate } from "../plan/certificate.ts";
import type { Plan } from "../plan/plan.ts";
import type { Question } from "../planner/choices.ts";
import type { Remembered } from "../planner/undo/remembered.ts";
import type { PlannedUndo } from "../planner/undo/undo.ts";
import { openProject, type ProjectSurroundings } from "../project/open.ts";
import { lookForInterrupted, settleInterrupted, stateOf } from "./interruption.ts";
import { refusalOfReadOnly } from "./read-only.ts";
import { lastRepair } from "./remember.ts";
import type { RepairFlags } from "./repair-wishes.ts";
import { refusalOfShared } from "./shared-session.ts";
import { projectFacts } from "./status.ts";
import { applyUndo, rehearseUndo, type UndoApplication } from "./undo-application.ts";
import { newRowsQuestion, planFrom, readBasis, withNewRows } from "./undo-preparation.ts";
import type { UndoOutcome, UndoResult } from "./undo-result.ts";

export type UndoFlags = Omit<RepairFlags, "purpose" | "native">;

/** How an undo talks with whoever asked for it. */
export interface UndoTalk {
  readonly onProgress?: (text: string) => void;
  /** Answers a question with the id of one of its options; undefined: no answer. */
  choose?(question: Question): Promise<string | undefined>;
  /** Called with the plan, before it is rehearsed. */
  onPlan?(planned: PlannedUndo, remembered: Remembered): Promise<void>;
  /** Called with the certificate, before anything is changed. */
  confirm?(plan: Plan, certificate: Certificate | undefined): Promise<boolean>;
}

const defaultPatience = 10;

/**
 * Takes back the last repair (or `migrate`) of a database, as far as that is possible, and says how far: planned from
 * what was remembered, rehearsed on a copy, in one transaction, verified.
 *
 * @throws KnownError when project, database or state directory cannot be used; NOTHING_TO_UNDO
 * @example
 * await undo({ rehearseOnly: true }, { cwd: "/srv/app", environment: process.env, home: "/root" }, {});
 */
export async function undo(
  flags: UndoFlags,
  surroundings: ProjectSurroundings,
  talk: UndoTalk,
): Promise<UndoResult> {
  const project = await openProject(flags, surroundings);
  const { environment } = surroundings;
  const { onProgress } = talk;
  const gathered = await gather(project);
  try {
    const state = await stateOf(gathered);
    const warning = await state.mustBeWritable();
    if (warning !== undefined) onProgress?.(warning);
    const found = await lookForInterrupted(state, gathered.session);
    const interrupted = await settleInterrupted(state, gathered.session);
    let told: Partial<UndoResult> = interrupted === undefined ? {} : { interrupted };
    const result = (outcome: UndoOutcome, more: Partial<UndoResult> = {}): UndoResult => ({
      godwit: 1,
      outcome,
      project: projectFacts(gathered),
      reasons: [],
      questions: [],
      back: [],
      notBack: [],
      committed: 0,
      stateDirectory: state.directory,
      ...told,
      ...more,
    });
    if (found?.isRunning || found?.transaction?.fate === "in-progress")
      return result("refused", { reasons: [found.words] });
    const last = await lastRepair(state);
    if (last.outcome === "undone")
      return result("nothing-to-do", {
        reasons: [`the last repair was taken back already (${last.record.id})`],
      });
    if (last.outcome === "unreadable")
      return result("refused", {
        reasons: [
          `${last.record.directory}/${last.what} is not as it was written, or not there: what was before cannot be known from it`,
        ],
      });
    const { remembered } = last;
    const { id, startedAt, directory, plan: repaired } = remembered;
    told = { ...told, repair: { id, purpose: repaired.purpose, startedAt, directory } };
    const basis = await readBasis(gathered, remembered);
    const { obstacles } = basis.difference;
    if (gathered.historyOutcome === "locked")
      return result("refused", { reasons: ["the history is behind another session's lock"] });
    if (basis.now.unreadable.length > 0)
      return result("refused", {
        reasons: [`${basis.now.unreadable.join(", ")} is behind another session's lock`],
      });
    if (obstacles.length > 0)
      return result("refused", { reasons: obstacles.map((text) => `${text}, which the repair made`) });
    const readOnly = await refusalOfReadOnly(gathered);
    if (readOnly !== undefined) return result("refused", { reasons: [...readOnly.reasons, readOnly.remedy] });
    const shared = await refusalOfShared(gathered);
    if (shared !== undefined) return result("refused", { reasons: [...shared.reasons, shared.remedy] });
    const question = newRowsQuestion(basis);
    const choices = [...(flags.choose ?? [])];
    let chosen = withNewRows(question, choices);
    if (question !== undefined && !chosen) {
      const answer = await talk.choose?.(question);
      if (answer !== "with-new-rows") return result("choose", { questions: [question] });
      chosen = true;
    }
    const planned = planFrom(basis, chosen);
    if (planned === undefined)
      return result("nothing-to-do", { reasons: ["nothing of what the last repair did is there any more"] });
    const { plan, back, notBack } = planned;
    told = { ...told, plan, back, notBack };
    await talk.onPlan?.(planned, remembered);
    const common = { basis, planned, environment, ...(onProgress && { onProgress }) };
    let certificate: Certificate | undefined;
    if (flags.withoutRehearsal !== true) {
      const rehearsal = await rehearseUndo({
        ...common,
        level: flags.level ?? "auto",
        ...(flags.clone !== undefined && { clone: flags.clone }),
      });
      if (rehearsal.outcome === "no-clone")
        return result("cannot-rehearse", { reasons: [rehearsal.reason], remedy: rehearsal.remedy });
      if (rehearsal.outcome === "failed") return result("rehearsal-failed", { failure: rehearsal.failure });
      certificate = rehearsal.certificate;
      told = { ...told, certificate };
    }
    if (flags.rehearseOnly === true) return result("rehearsed");
    if ((await talk.confirm?.(plan, certificate)) !== true) return result("declined");
    const application = await applyUndo({
      ...common,
      certificate,
      state,
      patience: flags.wait ?? defaultPatience,
    });
    return applied(application, result);
  } finally {
    await gathered.session.close();
  }
}

function applied(
  { outcome, record, fate }: UndoApplication,
  result: (outcome: UndoOutcome, more: Partial<UndoResult>) => UndoResult,
): UndoResult {
  const recordDirectory = record.directory;
  if (outcome.outcome === "done") return result("done", { recordDirectory, committed: 1 });
  // The server says that it is done, and what was verified before COMMIT holds.
  if (fate === "committed") return result("done", { recordDirectory, committed: 1 });
  return result("failed", { recordDirectory, failure: outcome, committed: outcome.committed });
}
