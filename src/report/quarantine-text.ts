import type { QuarantineResult } from "../workflows/quarantine.ts";
import type { TextOptions } from "./doctor-text.ts";
import { printable } from "./printable.ts";
import { type Style, styleOf } from "./style.ts";
import { deeper, wrap } from "./wrap.ts";

/** Refused rows that are named. */
const shown = 20;

/** What lies in the quarantine, or how putting it back ended. */
export function quarantineText(result: QuarantineResult, options: TextOptions): string {
  const style = styleOf(options.colour);
  const width = Math.max(60, Math.min(options.width, 110));
  const lines = result.outcome === "listed" ? list(result, style) : ending(result, style);
  return `${lines.map((text) => (text.startsWith("  ") ? text : wrap(text, width, deeper))).join("\n")}\n`;
}

function list({ batches }: QuarantineResult, style: Style): string[] {
  if (batches.length === 0) return ["No rows were ever set aside in this database."];
  return batches.flatMap(({ id, keptAt, table, why, rows, left, state, choice, show }) => {
    const whole = `${printable(table.schema)}.${printable(table.name)}`;
    const states = {
      kept: left === rows ? "kept" : `${left} of them kept, the others put back`,
      restored: "put back",
      undone: "put back by godwit undo",
    };
    return [
      `${style.bold(id)}  ${rowsOf(rows)} of ${whole}, ${keptAt.replace("T", " ").replace("Z", " UTC")}: ${states[state]}`,
      `  ${printable(why)}`,
      `  ${style.dim(`--choose ${printable(choice)}`)}`,
      ...(state === "kept"
        ? [`  to see them: ${printable(show)}`, `  to put them back: godwit quarantine restore ${id}`]
        : []),
      "",
    ];
  });
}

function ending(result: QuarantineResult, style: Style): string[] {
  const { outcome, batches, restored, refused, without, reasons } = result;
  const [batch] = batches;
  const table = batch === undefined ? "" : `${printable(batch.table.schema)}.${printable(batch.table.name)}`;
  const rows = [
    ...refused
      .slice(0, shown)
      .map(({ number, code, message }) => `  row ${number}: ${code}: ${printable(message)}`),
    ...(refused.length > shown ? [`  and ${refused.length - shown} more`] : []),
  ];
  if (outcome === "restored")
    return [
      `${style.green(style.bold("Done."))} ${rowsOf(restored)} went back into ${table}, as the server counted.`,
      ...(without.length > 0
        ? [
            `${table} has no ${without.map(printable).join(", ")} any more: those values stay in the quarantine.`,
          ]
        : []),
      ...(refused.length > 0 ? [`${rowsOf(refused.length)} stayed in the quarantine:`, ...rows] : []),
    ];
  if (outcome === "unknown")
    return [
      `${style.yellow("It is not known whether the rows were put back:")} ${reasons.map(printable).join("; ")}. \`godwit quarantine\` tells it; in one place they are, and nothing is lost.`,
    ];
  return [
    `${style.red(outcome === "failed" ? "Not put back:" : "Nothing was put back:")} ${reasons.map(printable).join("; ")}. Nothing was changed, and nothing is lost.`,
    ...rows,
    ...(refused.length > 0
      ? [
          `Change what is in the way in ${table}, or the rows themselves, and run this again; with --partly, the other rows are put back now.`,
        ]
      : []),
    ...(batch === undefined ? [] : [`To see the rows: ${printable(batch.show)}`]),
  ];
}

function rowsOf(count: number): string {
  return `${count.toLocaleString("en")} ${count === 1 ? "row" : "rows"}`;
}
