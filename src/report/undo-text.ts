import type { UndoResult } from "../workflows/undo-result.ts";
import type { TextOptions } from "./doctor-text.ts";
import { printable } from "./printable.ts";
import { failureLines, questionText } from "./repair-text.ts";
import { type Style, styleOf } from "./style.ts";
import { deeper, wrap } from "./wrap.ts";

/** What will be taken back, and what cannot be. */
export function undoPlanText(
  planned: Pick<UndoResult, "back" | "notBack">,
  repair: { readonly id: string; readonly startedAt: string; readonly purpose: string },
  options: TextOptions,
): string {
  const style = styleOf(options.colour);
  const when = repair.startedAt.slice(0, 19).replace("T", " ");
  const head = `${style.bold(`Taking back the ${repair.purpose} of ${when} UTC`)} (${printable(repair.id)})`;
  return `${[head, ...lists(planned, "Will be taken back", "Cannot be taken back", style, widthOf(options))].join("\n")}\n`;
}

/** How far an undo went, and what to type next. */
export function undoText(result: UndoResult, options: TextOptions): string {
  const style = styleOf(options.colour);
  const width = widthOf(options);
  const lines = [
    ...(result.interrupted ? [printable(result.interrupted), ""] : []),
    ...ending(result, style, width),
  ];
  return `${lines.map((text) => wrap(text, width, deeper)).join("\n")}\n`;
}

function ending(result: UndoResult, style: Style, width: number): string[] {
  const { outcome, reasons, remedy, questions, recordDirectory } = result;
  const untouched = "The database was not touched.";
  const why = reasons.map(printable).join("; ");
  switch (outcome) {
    case "nothing-to-do":
      return [`There is nothing to take back: ${why}.`];
    case "refused":
      return [`${style.red("It cannot be taken back:")} ${why}.`, untouched];
    case "choose":
      return [
        `${style.yellow("Only you can know this.")} ${untouched} Say it with --choose, and run this again:`,
        "",
        ...questions.map((question) => questionText(question, { colour: false, width })),
      ];
    case "cannot-rehearse":
      return [
        `${style.red("The plan cannot be rehearsed:")} ${why}.`,
        ...(remedy ? [printable(remedy)] : []),
        `${untouched} Without a proof, it is applied only with --without-rehearsal.`,
      ];
    case "rehearsal-failed":
      return [
        `${style.red("The rehearsal failed, so nothing is taken back.")} ${untouched}`,
        ...failureLines(result.failure),
      ];
    case "rehearsed":
      return [untouched, "To take it back: godwit undo"];
    case "declined":
      return [
        `${style.yellow("Not taken back: nobody said yes.")} ${untouched} With --yes it is done without asking.`,
      ];
    case "done":
      return [
        `${style.green(style.bold(result.notBack.length === 0 ? "The repair is taken back." : "The repair is taken back in part."))} It was verified before COMMIT.`,
        ...lists(result, "Taken back", "Not taken back", style, width),
        result.unrecorded === undefined
          ? `Journal and backup of this: ${printable(recordDirectory ?? "")}`
          : `${style.yellow("That it is done could not be written down:")} ${printable(result.unrecorded)}`,
        ...(result.repair ? [`Backup of the repair: ${printable(result.repair.directory)}`] : []),
      ];
    case "failed":
      return [
        `${style.red("It did not go as rehearsed.")} ${result.failure?.left === "nothing" ? "Nothing was changed: it was undone." : "What became of it is not known yet."}`,
        ...failureLines(result.failure),
        `Journal and backup: ${printable(recordDirectory ?? "")}`,
      ];
  }
}

/** How many are named. */
const most = 20;

function lists(
  { back, notBack }: Pick<UndoResult, "back" | "notBack">,
  good: string,
  bad: string,
  style: Style,
  width: number,
): string[] {
  const list = (heading: string, entries: readonly string[]) =>
    entries.length === 0
      ? []
      : [
          style.bold(`${heading}:`),
          ...entries.slice(0, most).map((text) => `   ${wrap(printable(text), width, "     ")}`),
          ...(entries.length > most ? [`   and ${entries.length - most} more`] : []),
        ];
  return [...list(good, back), ...list(bad, notBack)];
}

function widthOf({ width }: TextOptions): number {
  return Math.max(60, Math.min(width, 110));
}
