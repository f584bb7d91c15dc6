import type { Finding } from "../doctor/check.ts";
import type { Gathered } from "../doctor/gather.ts";
import { canEnd, describeHolder, describePrepared, endingOf, stateInWords } from "../doctor/lock-words.ts";
import { KnownError } from "../errors.ts";
import type { Failed } from "../executor/execution.ts";
import type { State } from "../executor/state.ts";
import type { Runner } from "../frameworks/framework.ts";
import type { Certificate } from "../plan/certificate.ts";
import type { Plan } from "../plan/plan.ts";
import type { Planned } from "../planner/planning.ts";
import { openProject, type Project, type ProjectSurroundings } from "../project/open.ts";
import { hidingSecrets } from "../sql/mask-secrets.ts";
import { type Application, apply, withFate } from "./application.ts";
import { findRunner } from "./behind-door.ts";
import { driftQuestions, hintOf, openFindings } from "./drift-answers.ts";
import { faultsOf } from "./faults.ts";
import { settleInterrupted, stateOf } from "./interruption.ts";
import { rememberKept } from "./kept-drift.ts";
import { type PreparationOptions, type Prepared, plan as planAgain, prepare } from "./preparation.ts";
import { otherForm, prove } from "./proof.ts";
import { refusalOfReadOnly } from "./read-only.ts";
import type { RepairOutcome, RepairResult } from "./repair-result.ts";
import type { RepairFlags, RepairTalk } from "./repair-wishes.ts";
import { refusalOfShared } from "./shared-session.ts";
import { projectFacts } from "./status.ts";
import { clearTheWay } from "./way-clear.ts";

const defaultPatience = 10;

/**
 * Plans what a diagnosis calls for, rehearses it on a copy, asks, applies it, and verifies. Nothing is changed that was
 * not shown, and nothing without a proof or an explicit choice.
 *
 * @throws KnownError when project, database or state directory cannot be used
 * @example
 * await repair({ purpose: "repair", rehearseOnly: true }, { cwd: "/srv/app", environment: process.env, home: "/root" }, {});
 */
export async function repair(
  flags: RepairFlags,
  surroundings: ProjectSurroundings,
  talk: RepairTalk,
): Promise<RepairResult> {
  const project = await openProject(flags, surroundings);
  const { environment } = surroundings;
  const { onProgress } = talk;
  const found = flags.native === true ? { reason: "--native" } : await findRunner(project);
  let runner: Runner | undefined = "reason" in found ? undefined : found;
  const common = { purpose: flags.purpose, environment, ...(onProgress && { onProgress }) };
  const choices = [...(flags.choose ?? [])];
  const patience = flags.wait ?? defaultPatience;
  const wishes = {
    ...common,
    choices,
    ...(runner && { runner }),
    clearTheWay: (first: Gathered) =>
      clearTheWay(first, { patience, choices, rehearseOnly: flags.rehearseOnly === true, talk }),
  };
  const prepared = await prepareAsking(project, wishes, talk);
  const { gathered } = prepared;
  try {
    const state = await stateOf(gathered);
    const warning = await state.mustBeWritable();
    if (warning !== undefined) onProgress?.(warning);
    const interrupted = await settleInterrupted(state, gathered.session);
    const result = resultWith({ prepared, state, ...(interrupted && { interrupted: interrupted.words }) });
    const answered = await answerQuestions(prepared, { ...flags, choices }, runner, talk);
    if (answered.outcome === "refused")
      return result("refused", {
        reasons: answered.reasons,
        findings: answered.findings,
        ...whatToDo(answered.findings),
        ...(answered.findings.length === 0 && hintOf(prepared)),
      });
    if (answered.outcome === "ask") return result("choose", { questions: answered.questions });
    if (answered.outcome === "nothing-to-do") {
      const open = openFindings(prepared);
      const reasons = [...open.map(({ title }) => title), ...(prepared.drift?.notes ?? [])];
      // What only a person can decide is not healthy because no plan is made for it.
      const isRefused = flags.purpose === "repair" && open.some(({ severity }) => severity === "error");
      if (flags.rehearseOnly !== true) await rememberKept(state, prepared);
      return result(isRefused ? "refused" : "nothing-to-do", { reasons, ...hintOf(prepared) });
    }
    const readOnly = await refusalOfReadOnly(gathered);
    if (readOnly !== undefined) return result("refused", { plan: answered.plan, ...readOnly });
    const shared = await refusalOfShared(gathered);
    if (shared !== undefined) return result("refused", { plan: answered.plan, ...shared });
    let planned: Planned = answered;
    // It would look for the new file, which is written when all is proven.
    if (planned.adoption !== undefined) runner = undefined;
    let planFiles: readonly string[] = [];
    let certificate: Certificate | undefined;
    if (flags.withoutRehearsal === true) {
      const native = () => otherForm(prepared, { purpose: flags.purpose, choices });
      planFiles = (await talk.onPlan?.(planned, prepared, native)) ?? [];
    } else {
      const proof = await prove({ prepared, planned, runner, choices, environment, talk, flags });
      ({ planned, planFiles, runner } = proof);
      const { rehearsal } = proof;
      const { plan } = planned;
      if (rehearsal.outcome === "no-clone") {
        const { reason, remedy } = rehearsal;
        return result("cannot-rehearse", { plan, planFiles, reasons: [reason], remedy });
      }
      if (rehearsal.outcome === "failed")
        return result("rehearsal-failed", {
          plan,
          planFiles,
          failure: rehearsal.failure,
          ...whoMay(rehearsal.failure, prepared.evidence),
        });
      certificate = rehearsal.certificate;
    }
    const told = { plan: planned.plan, planFiles, ...(certificate && { certificate }) };
    if (flags.rehearseOnly === true) {
      const record = await state.keep(state.directory, "certificate.json", certificate ?? {}, hidingSecrets);
      return result("rehearsed", { ...told, recordDirectory: record });
    }
    if ((await talk.confirm?.(planned.plan, certificate)) !== true) return result("declined", told);
    const runs = planned.plan.parts.some(({ kind }) => kind === "runner");
    const application = await apply({
      prepared,
      planned,
      certificate,
      state,
      environment,
      patience,
      ...(runs && runner && { runner }),
      ...faultsOf(environment, "apply"),
      ...(onProgress && { onProgress }),
    });
    if (application.outcome.outcome === "done") {
      // What was carried out is done, whatever can be written down of it: else it is told once more.
      await rememberKept(state, prepared).catch((error: Error) => onProgress?.(error.message));
    }
    return applied(application, planned.plan, (outcome, more) => result(outcome, { ...told, ...more }));
  } finally {
    await gathered.session.close();
  }
}

/** Asks first what is to become of what a hand has changed: what that takes is looked at before anything is planned. */
async function prepareAsking(
  project: Project,
  options: PreparationOptions & { choices: string[] },
  talk: RepairTalk,
): Promise<Prepared> {
  const prepared = await prepare(project, options);
  if (options.purpose !== "repair" || talk.choose === undefined) return prepared;
  const answers: string[] = [];
  for (const question of driftQuestions(prepared, options.choices)) {
    const answer = await talk.choose(question, prepared);
    if (answer !== undefined) answers.push(`${question.check}:${question.migration}=${answer}`);
  }
  if (answers.length === 0) return prepared;
  await prepared.gathered.session.close();
  options.choices.push(...answers);
  return prepare(project, options);
}

/** Locks are waited for, so it is said here how to wait longer, or to end that. */
function whatToDo(findings: readonly Finding[]): { remedy?: string } {
  const steps = findings
    .filter(({ check }) => check === "lock-held")
    .flatMap(({ remedies }) => remedies.flatMap((one) => one.steps));
  const actions = steps.flatMap((step) => (step.kind === "person" ? [step.action] : []));
  return actions.length === 0 ? {} : { remedy: actions.join("\n") };
}

/** A right that the role lacks was asked for beforehand: then it is known who can give it. */
function whoMay({ reason }: Failed, { lacking = [], server }: Prepared["evidence"]): { remedy?: string } {
  if (reason.kind !== "statement" || !["42501", "0A000"].includes(reason.code)) return {};
  const found = lacking.find(({ migration, line }) => migration === reason.migration && line === reason.line);
  if (found === undefined) return {};
  const { asWhom, statement, instead } = found;
  const first = `To be run in database "${server.database}", as ${asWhom}:`;
  return {
    remedy: [first, `  ${statement}`, ...(instead ? [instead] : []), "Then run this again."].join("\n"),
  };
}

/** Asks until there is a plan, a refusal, or no answer. */
async function answerQuestions(
  prepared: Prepared,
  flags: { purpose: Plan["purpose"]; choices: string[] },
  runner: Runner | undefined,
  talk: RepairTalk,
): Promise<Prepared["planning"]> {
  let planning: Prepared["planning"] = prepared.planning;
  while (planning.outcome === "ask" && talk.choose !== undefined) {
    for (const question of planning.questions) {
      const answer = await talk.choose(question, prepared);
      if (answer === undefined) return planning;
      flags.choices.push(`${question.check}:${question.migration}=${answer}`);
    }
    const { gathered, evidence, findings, means, drift } = prepared;
    const again = planAgain(gathered, evidence, findings, {
      ...flags,
      means,
      ...(drift && { drift }),
      ...(runner && { runner }),
    });
    if (again.outcome === "look-closer") throw new RangeError("all that a plan needs was looked at before");
    planning = again;
  }
  return planning;
}

type Result = (outcome: RepairOutcome, more: Partial<RepairResult>) => RepairResult;

function resultWith({
  prepared,
  state,
  interrupted,
}: {
  prepared: Prepared;
  state: State;
  interrupted?: string;
}): Result {
  const { gathered, findings } = prepared;
  return (outcome, more) => ({
    godwit: 1,
    outcome,
    project: projectFacts(gathered),
    findings,
    reasons: [],
    questions: [],
    planFiles: [],
    committed: 0,
    stateDirectory: state.directory,
    ...(interrupted !== undefined && { interrupted }),
    ...more,
  });
}

function applied(
  { outcome, record, fate }: Application,
  plan: Pick<Plan, "parts">,
  result: Result,
): RepairResult {
  const recordDirectory = record.directory;
  if (outcome.outcome === "done") {
    const { unrecorded } = outcome;
    return result("done", { recordDirectory, ...(unrecorded !== undefined && { unrecorded }) });
  }
  const failure = withFate(outcome, fate);
  const { committed } = failure;
  // The server says that the last part is there too, and what was verified before COMMIT holds.
  if (committed === plan.parts.length) return result("done", { recordDirectory });
  const remedy = aboutLocks(outcome);
  return result("failed", { recordDirectory, failure, committed, ...(remedy && { remedy }) });
}

/** Who held the lock that a plan could not have, and what to type. */
function aboutLocks({ waitedFor, reason }: Failed): string | undefined {
  const one = reason.kind === "locked" ? reason.holder : undefined;
  const holders = waitedFor?.holders ?? (one === undefined ? [] : [one]);
  const prepared = waitedFor?.prepared ?? [];
  if (holders.length + prepared.length === 0) return undefined;
  return [
    "It waited in vain for:",
    ...holders.flatMap((holder) => [describeHolder(holder), stateInWords(holder)]),
    ...prepared.map(describePrepared),
    "Run it again with --wait 600 to wait longer.",
    ...holders
      .filter(canEnd)
      .map(
        (holder) =>
          `If nobody needs session ${holder.pid}: --choose lock-held:${holder.pid}=${endingOf(holder)}; what it has not committed is undone.`,
      ),
  ].join("\n");
}

/** @throws KnownError USAGE for what is no number of seconds */
export function secondsOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const seconds = Number(text);
  if (Number.isFinite(seconds) && seconds >= 0 && seconds <= 86_400) return seconds;
  throw new KnownError("USAGE", { problem: `--wait ${text} is not a number of seconds from 0 to 86400.` });
}
