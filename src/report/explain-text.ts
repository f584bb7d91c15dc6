import type { ExplainedFailure, ExplainResult, FailurePage } from "../workflows/explain.ts";
import type { TextOptions } from "./doctor-text.ts";
import { printable } from "./printable.ts";
import { type Style, styleOf } from "./style.ts";
import { wrap } from "./wrap.ts";

const labelWidth = 14;

/** What a log shows, for the person who has nothing but the log. */
export function explainText(
  { outcome, failures, lines, framework, engine }: ExplainResult,
  options: TextOptions,
): string {
  const style = styleOf(options.colour);
  const width = Math.max(60, Math.min(options.width, 110));
  const origin = [framework, engine].filter(Boolean).join(" on ");
  if (outcome === "nothing-recognised") {
    return `No known failure in ${lines} ${lines === 1 ? "line" : "lines"}. That does not mean that nothing is wrong: is the part of the log with the error in it?\n`;
  }
  const found = failures.length === 1 ? "1 known failure" : `${failures.length} known failures, causes first`;
  const head = `${style.red(style.bold(found))} in ${lines} lines${origin ? ` (${origin})` : ""}`;
  return `${[head, ...failures.map((failure, i) => one(failure, i + 1, style, width))].join("\n\n")}\n`;
}

function one(failure: ExplainedFailure, number: number | undefined, style: Style, width: number): string {
  const { id, title, summary, evidence, times, firstLine, lastLine, causes, tellApart, cure, popularCure } =
    failure;
  const block = (label: string, text: string) => {
    const indent = " ".repeat(labelWidth);
    return `   ${style.dim(label.padEnd(labelWidth - 3))}${wrap(printable(text), width, indent)}`;
  };
  return [
    `${number === undefined ? "" : `${style.red(`✗ ${number}.`)} `}${style.bold(printable(title))}  ${style.dim(`[${id}]`)}`,
    block("What", summary),
    ...evidence
      .slice(0, 3)
      .map(({ line, text }, i) => block(i === 0 ? "In the log" : "", `line ${line}: ${text}`)),
    ...(times > 1 ? [block("", `seen ${times} times, lines ${firstLine} to ${lastLine}`)] : []),
    ...causes.map((cause, i) => block(i === 0 ? "Causes" : "", `${i + 1}. ${cause}`)),
    // Not broken into lines: it is to be copied.
    `   ${style.dim("Tell apart".padEnd(labelWidth - 3))}${printable(tellApart.command)}`,
    block("", tellApart.shows),
    block("Cure", cure),
    block("Not", `${popularCure.what} ${popularCure.why}`),
  ].join("\n");
}

/** The page of one failure, where there is no log. */
export function failureText(failure: FailurePage, options: TextOptions): string {
  const nowhere = { facts: {}, evidence: [], times: 0, firstLine: 0, lastLine: 0 };
  const width = Math.max(60, Math.min(options.width, 110));
  return `${one({ ...failure, ...nowhere }, undefined, styleOf(options.colour), width)}\n`;
}
