import type { Runner } from "../frameworks/framework.ts";
import type { Planned } from "../planner/planning.ts";
import { faultsOf } from "./faults.ts";
import { type Prepared, plan } from "./preparation.ts";
import { type Rehearsal, rehearse } from "./rehearsal.ts";
import type { RepairFlags, RepairTalk } from "./repair-wishes.ts";

interface ProofWishes {
  readonly prepared: Prepared;
  readonly planned: Planned;
  readonly runner: Runner | undefined;
  readonly choices: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly flags: RepairFlags;
  readonly talk: RepairTalk;
}

export interface Proof {
  /** The form of the plan that was rehearsed last. */
  readonly planned: Planned;
  readonly planFiles: readonly string[];
  readonly runner: Runner | undefined;
  readonly rehearsal: Exclude<Rehearsal, { outcome: "no-runner" }>;
}

/**
 * What the server refuses in one transaction, and not in several: a new value of an enum is used, a table has pending
 * trigger events, or more locks are wanted than there is room for.
 *
 * https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const wantsSeveralTransactions: ReadonlySet<string> = new Set(["55P04", "55006", "53200"]);

/**
 * Rehearses a plan; and where it fails for a reason that another form of the same plan does not have, that form: without
 * the framework's runner where it cannot run here, with a transaction for each migration where one for all is refused.
 */
export async function prove(wishes: ProofWishes): Promise<Proof> {
  const { prepared, environment, flags, talk, choices } = wishes;
  const { onProgress } = talk;
  let { planned, runner } = wishes;
  let transactions: "one" | "each" = "one";
  const form = () => ({ purpose: flags.purpose, choices, transactions });
  const native = () => otherForm(prepared, form());
  for (;;) {
    const planFiles = (await talk.onPlan?.(planned, prepared, native)) ?? [];
    const rehearsal = await rehearse({
      prepared,
      planned,
      environment,
      level: flags.level ?? "auto",
      ...(runner && { runner }),
      ...(flags.clone !== undefined && { clone: flags.clone }),
      ...faultsOf(environment, "rehearsal"),
      ...(onProgress && { onProgress }),
    });
    const reason = rehearsal.outcome === "failed" ? rehearsal.failure.reason : undefined;
    if (rehearsal.outcome === "no-runner") {
      if (runner === undefined) throw new RangeError("a plan without a runner was refused for want of one");
      onProgress?.(
        `The framework's own runner cannot run here (${rehearsal.reason}): Godwit runs the migrations itself.`,
      );
      runner = undefined;
    } else if (
      reason?.kind === "statement" &&
      wantsSeveralTransactions.has(reason.code) &&
      transactions === "one"
    ) {
      onProgress?.(`In one transaction the server refuses it (${reason.code}): each migration gets its own.`);
      transactions = "each";
    } else return { planned, planFiles, runner, rehearsal };
    planned = otherForm(prepared, { ...form(), ...(runner && { runner }) });
  }
}

/** The same plan in another form: with or without the framework's runner, in one transaction or several. */
export function otherForm(
  { gathered, evidence, findings, means, drift }: Prepared,
  options: Omit<Parameters<typeof plan>[3], "means" | "drift">,
): Planned {
  const again = plan(gathered, evidence, findings, { ...options, means, ...(drift && { drift }) });
  if (again.outcome !== "planned") throw new RangeError(`the other form of the plan is ${again.outcome}`);
  return again;
}
