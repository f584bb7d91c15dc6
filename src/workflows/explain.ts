import type { EngineName, Facts, Failure, FrameworkName } from "../doctor/failures/failure.ts";
import { recognise, recogniseStream } from "../doctor/failures/recognise.ts";
import { adviceFor } from "../doctor/failures/recogniser.ts";
import { failureNamed } from "../doctor/failures/registry.ts";
import type { Evidence } from "../doctor/failures/sighting.ts";

/** One failure that a log shows, with what to do about it. */
export interface ExplainedFailure {
  /** Stable; the word of the doctor's check where there is one. */
  readonly id: string;
  readonly title: string;
  readonly facts: Facts;
  /** Lines of the log, without control characters and secrets. */
  readonly evidence: readonly Evidence[];
  /** How often it happened. */
  readonly times: number;
  readonly firstLine: number;
  readonly lastLine: number;
  /** The id of the failure in this log which this one is the cause of. */
  readonly detailOf?: string;
  readonly summary: string;
  /** The likeliest first. */
  readonly causes: readonly string[];
  /** The one command which tells the causes apart, and how to read its answer. It changes nothing. */
  readonly tellApart: { readonly command: string; readonly shows: string };
  readonly cure: string;
  /** What people usually try, and why it may hurt. */
  readonly popularCure: { readonly what: string; readonly why: string };
}

/** What a log shows. */
export interface ExplainResult {
  readonly godwit: 1;
  readonly outcome: "recognised" | "nothing-recognised";
  /** Where the log tells it. */
  readonly framework?: FrameworkName;
  /** Where the log tells it. MariaDB is `mysql`. */
  readonly engine?: EngineName;
  /** How many lines were read. */
  readonly lines: number;
  /** Root causes first. */
  readonly failures: readonly ExplainedFailure[];
}

/**
 * Says which known failures a log shows. Needs no project and no database, and memory that does not grow with the log.
 *
 * @param log the text, or its chunks as they come (standard input); bytes are read as UTF-8, invalid ones replaced
 * @throws what reading the chunks throws; never because of what they contain
 * @example
 * const { failures } = await explainLog(process.stdin);
 */
export async function explainLog(log: string | AsyncIterable<string | Uint8Array>): Promise<ExplainResult> {
  const { framework, engine, lines, failures } =
    typeof log === "string" ? recognise(log) : await recogniseStream(log);
  const origin = { ...(framework && { framework }), ...(engine && { engine }) };
  return {
    godwit: 1,
    outcome: failures.length > 0 ? "recognised" : "nothing-recognised",
    ...origin,
    lines,
    failures: failures.map(({ failure, title, facts, evidence, times, firstLine, lastLine, detailOf }) => ({
      ...pageOf(failure, origin),
      title,
      facts,
      evidence,
      times,
      firstLine,
      lastLine,
      ...(detailOf !== undefined && { detailOf }),
    })),
  };
}

/** What is known of a failure wherever it occurs. */
export type FailurePage = Pick<
  ExplainedFailure,
  "id" | "title" | "summary" | "causes" | "tellApart" | "cure" | "popularCure"
>;

/**
 * The page of a failure by its name; undefined where there is none of that name.
 *
 * @example
 * explainFailure("boot-loop")?.cure;
 */
export function explainFailure(id: string): FailurePage | undefined {
  const failure = failureNamed(id);
  return failure && pageOf(failure, {});
}

function pageOf(failure: Failure, origin: Pick<ExplainResult, "framework" | "engine">): FailurePage {
  const { id, summary, causes, popularCure } = failure;
  const { command, shows, cure } = adviceFor(failure, origin);
  return { id, title: failure.title({}), summary, causes, tellApart: { command, shows }, cure, popularCure };
}
