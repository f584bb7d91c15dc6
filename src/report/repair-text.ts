import type { Failed } from "../executor/execution.ts";
import type { Plan } from "../plan/plan.ts";
import type { Question } from "../planner/choices.ts";
import { shellWord } from "../sql/shell.ts";
import type { RepairResult } from "../workflows/repair-result.ts";
import type { TextOptions } from "./doctor-text.ts";
import { printable } from "./printable.ts";
import { type Style, styleOf } from "./style.ts";
import { deeper, wrap } from "./wrap.ts";

/** How a repair ended, and what to type next. */
export function repairText(result: RepairResult, options: TextOptions): string {
  const style = styleOf(options.colour);
  const width = Math.max(60, Math.min(options.width, 110));
  const lines = [
    ...(result.interrupted ? [printable(result.interrupted), ""] : []),
    ...ending(result, style, width),
  ];
  return `${lines.map((text) => (text.includes("\n") ? text : wrap(text, width, deeper))).join("\n")}\n`;
}

/** What only a person can know, with the words to type. */
export function questionText(question: Question, options: TextOptions): string {
  const style = styleOf(options.colour);
  const width = Math.max(60, Math.min(options.width, 110));
  const { check, migration, title, cited, options: answers } = question;
  return `${[
    `${style.yellow("?")} ${style.bold(wrap(printable(title), width, "  "))}  ${style.dim(`[${check}]`)}`,
    ...cited.map((text) => `     ${printable(text)}`),
    ...answers.map(
      ({ id, title: words, caution }) =>
        `   --choose ${shellWord(`${check}:${migration}=${id}`)}\n       ${wrap(printable(`${words}${caution ? ` (${caution})` : ""}`), width, "       ")}`,
    ),
  ].join("\n")}\n`;
}

function ending(result: RepairResult, style: Style, width: number): string[] {
  const { outcome, reasons, remedy, questions, recordDirectory } = result;
  const untouched = "The database was not touched.";
  switch (outcome) {
    case "nothing-to-do":
      return reasons.length === 0
        ? [
            style.green(
              "There is nothing to do: the database is where its migrations say it should be, as far as that can be known.",
            ),
          ]
        : [
            `${style.green("No plan is needed.")} The doctor still warns:`,
            ...reasons.map((reason) => `  ${printable(reason)}`),
            ...(remedy ? [printable(remedy)] : []),
          ];
    case "refused":
      return [
        `${style.red("No repair:")} ${reasons.map(printable).join("; ")}.`,
        ...(remedy ? remedy.split("\n").map(printable) : []),
        `${untouched} \`godwit doctor\` tells what is known and what to do.`,
      ];
    case "choose":
      return [
        `${style.yellow("Only you can know this.")} ${untouched} Say it with --choose, and run this again:`,
        "",
        ...questions.map((question) => questionText(question, { colour: false, width })),
      ];
    case "cannot-rehearse":
      return [
        `${style.red("The plan cannot be rehearsed:")} ${reasons.map(printable).join("; ")}.`,
        ...(remedy ? [printable(remedy)] : []),
        `${untouched} Without a proof, it is applied only with --without-rehearsal.`,
      ];
    case "rehearsal-failed":
      return [
        `${style.red("The rehearsal failed, so the plan is not applied.")} ${untouched}`,
        ...failureLines(result.failure),
        ...(remedy ? remedy.split("\n").map(printable) : []),
      ];
    case "rehearsed":
      return [
        `${untouched} The certificate is ${printable(recordDirectory ?? "")}.`,
        "To apply the plan: godwit repair",
      ];
    case "declined":
      return [
        `${style.yellow("Not applied: nobody said yes.")} ${untouched} With --yes it is applied without asking.`,
      ];
    case "done":
      return [
        `${style.green(style.bold("Done."))} ${
          result.plan?.notes.length
            ? "The plan was carried out, and verified as it was rehearsed. Not all is as the migrations make it:"
            : "The schema is what the migrations make, the history says so, and what was to stay was compared and is unchanged."
        }`,
        ...(result.plan?.notes ?? []).map((note) => `  ${printable(note)}`),
        ...(result.plan?.adopts
          ? [`The new migration is ${printable(result.plan.adopts.file)}: read it, and commit it.`]
          : []),
        ...(result.plan === undefined ? [] : setAside(result.plan)),
        ...(result.unrecorded === undefined
          ? [
              `Journal, certificate and backup: ${printable(recordDirectory ?? "")}`,
              "To take it back: godwit undo",
            ]
          : [
              `${style.yellow("That it is done could not be written down:")} ${printable(result.unrecorded)} Whether godwit undo can take it back is not certain.`,
            ]),
      ];
    case "failed":
      return failedLines(result, style);
  }
}

/** Rows may have been set aside: how they are seen, and put back. */
function setAside({ parts }: Plan): string[] {
  const steps = parts.flatMap((part) => (part.kind === "runner" ? [] : part.steps));
  const batches = steps.flatMap((step) =>
    step.kind === "mend" && step.batch !== undefined ? [step.batch] : [],
  );
  if (batches.length === 0) return [];
  return [
    "Rows were set aside: `godwit quarantine` lists them. To put them back:",
    ...batches.map((id) => `  godwit quarantine restore ${id}`),
  ];
}

function failedLines({ failure, committed, recordDirectory, remedy }: RepairResult, style: Style): string[] {
  const before = committed === 1 ? "one part" : `${committed} parts`;
  const left = {
    nothing:
      committed === 0
        ? "Nothing was changed: it was undone."
        : `${capital(before)} of the plan ${committed === 1 ? "stays" : "stay"}; the one that failed was undone.`,
    some: `What this part had done by then stays${committed === 0 ? "" : `, and ${before} before it`}.`,
    all: `${capital(before)} of the plan ${committed === 1 ? "stays" : "stay"}: the server has committed ${committed === 1 ? "it" : "them"}.`,
    unknown: `What became of it is not known yet${committed === 0 ? "" : `; ${before} before it ${committed === 1 ? "stays" : "stay"}`}.`,
  }[failure?.left ?? "unknown"];
  return [
    `${style.red("It did not go as rehearsed.")} ${left}`,
    ...failureLines(failure),
    ...(remedy ? remedy.split("\n").map(printable) : []),
    `Journal and backup: ${printable(recordDirectory ?? "")}`,
    "Run `godwit repair` again: it begins with what is there now.",
  ];
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Why it stopped. */
export function failureLines(failure: Failed | undefined): string[] {
  const reason = failure?.reason;
  switch (reason?.kind) {
    case undefined:
      return [];
    case "locked":
      return [
        `Somebody holds ${printable(reason.what)}${reason.holder ? `: session ${reason.holder.pid}${reason.holder.application ? ` (${printable(reason.holder.application)})` : ""}` : ""}. Wait until it is released; --wait SECONDS waits longer.`,
      ];
    case "changed":
      return [
        `Since the plan was made, ${printable(reason.what.join(" and "))} changed. Run it again: the plan is made anew.`,
      ];
    case "journal":
      return [`What is done could no longer be written down: ${printable(reason.problem)}`];
    case "backup":
      return [`The backup could not be written: ${printable(reason.problem)}.`];
    case "file":
      return [`${printable(reason.file)} could not be written: ${printable(reason.problem)}.`];
    case "statement":
      return [
        // A statement of a choice's stands in no file.
        `${reason.line === 0 ? "" : `${printable(reason.file)}:${reason.line}  `}${printable(reason.sql.replace(/\s+/g, " ")).slice(0, 200)}`,
        `${reason.code}: ${printable(reason.message)}`,
      ];
    case "history":
      return [
        `The history could not be written${reason.migration ? ` for ${printable(reason.migration)}` : ""}: ${reason.code}: ${printable(reason.message)}`,
      ];
    case "rows":
      return [
        `What was chosen for rows of ${printable(reason.migration)} cannot be done (${printable(reason.choice)}):`,
        ...reason.problems.map((problem) => `  ${printable(problem)}`),
      ];
    case "verification":
      return [
        "Afterwards it was not as it should be:",
        ...reason.problems.map((problem) => `  ${printable(problem)}`),
      ];
    case "runner":
      return [
        reason.outcome.outcome === "cannot-run"
          ? `The framework's runner could not run: ${printable(reason.outcome.reason)}`
          : `The framework's runner refused:\n${reason.outcome.output.trim().split("\n").map(printable).join("\n")}`,
      ];
    case "lost":
      return [printable(reason.problem)];
  }
}
