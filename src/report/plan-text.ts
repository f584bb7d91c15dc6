import type { Certificate } from "../plan/certificate.ts";
import type { Hazard, Plan, PlannedStatement, PlanPart, PlanStep } from "../plan/plan.ts";
import { costLines } from "./costs-text.ts";
import type { TextOptions } from "./doctor-text.ts";
import { printable } from "./printable.ts";
import { type Style, styleOf } from "./style.ts";
import { wrap } from "./wrap.ts";

/** How many statements of a step are shown. All of them are in the files that --plan-out writes. */
const shownStatements = 12;
const labelWidth = 12;

export const hazardWords: Readonly<Record<Hazard, string>> = {
  "deletes-data": "deletes data",
  "rewrites-table": "rewrites a table",
  "blocks-writes": "keeps others from writing while it runs",
  long: "takes long: others wait for more than five seconds",
  "not-reversible": "cannot be taken back from the database alone",
};

/** A plan, for a person who decides on it: what will be executed, in which order, why, and what it may cost. */
export function planText(plan: Plan, options: TextOptions): string {
  const style = styleOf(options.colour);
  const width = Math.max(60, Math.min(options.width, 110));
  let number = 0;
  const parts = plan.parts.map((part) => {
    const { text, steps } = partText(part, number, style, width);
    number += steps;
    return text;
  });
  const about = [
    line("Makes", plan.makes, style, width),
    line("Changes", plan.changes, style, width),
    line("Removes", plan.removes, style, width),
    line("Empties", plan.empties, style, width),
    plan.hazards.length > 0
      ? block("May cost", plan.hazards.map((hazard) => hazardWords[hazard]).join("; "), style, width)
      : "",
    ...plan.notes.map((note) => block("Note", printable(note), style, width)),
  ].filter(Boolean);
  const adopts = adoptedText(plan, style, width);
  return `${[style.bold("The plan"), ...adopts, ...parts, about.join("\n")].filter(Boolean).join("\n\n")}\n`;
}

/** The migration that is to be written, in full: it will run elsewhere. */
function adoptedText({ adopts }: Plan, style: Style, width: number): string[] {
  if (adopts === undefined) return [];
  const { file, sql, hazardsElsewhere } = adopts;
  const costs = hazardsElsewhere.map((hazard) => hazardWords[hazard]).join("; ");
  return [
    [
      style.bold("Before all else a new migration is written, which is recorded here and runs elsewhere:"),
      `   ${printable(file)}`,
      ...sql
        .trimEnd()
        .split("\n")
        .map((text) => `        ${style.cyan(printable(text))}`),
      ...(costs === "" ? [] : [block("Elsewhere", `it ${costs}`, style, width)]),
    ].join("\n"),
  ];
}

/** What was proven, and how. */
export function certificateText(certificate: Certificate, options: TextOptions): string {
  const style = styleOf(options.colour);
  const width = Math.max(60, Math.min(options.width, 110));
  const { clone, seconds, proven, hazards } = certificate;
  return `${[
    `${style.green(style.bold("Rehearsed"))} in ${seconds.toFixed(1)} s on ${printable(clone)}. There, afterwards:`,
    ...proven.map((sentence) => `   ${style.green("✓")} ${wrap(printable(sentence), width, "     ")}`),
    ...costLines(certificate).map(([label, text]) => block(label, text, style, width)),
    ...hazards.map((hazard) => block("May cost", style.yellow(hazardWords[hazard]), style, width)),
  ].join("\n")}\n`;
}

function partText(
  part: PlanPart,
  before: number,
  style: Style,
  width: number,
): { text: string; steps: number } {
  if (part.kind === "runner") {
    const names = part.migrations.map(printable);
    const lines = [
      style.bold(`By ${printable(part.runner)}:`),
      `   ${before + 1}. ${part.command}  (${names.length === 1 ? names[0] : `${names.length} migrations: ${few(names, 4)}`})`,
      ...statementLines(part.statements, style, width),
    ];
    return { text: lines.join("\n"), steps: 1 };
  }
  const heading =
    part.kind === "transaction"
      ? "In one transaction (all of it, or nothing):"
      : "By itself (the server refuses it within a transaction):";
  const shown = part.steps.filter((step) => !goesWithoutSaying(step, part.steps));
  const steps = shown.map((step, i) => stepText(step, before + i + 1, style, width));
  return { text: [style.bold(heading), ...steps].join("\n"), steps: shown.length };
}

/** The row of a migration which is executed whole: it is told with its statements. */
function goesWithoutSaying(step: PlanStep, steps: readonly PlanStep[]): boolean {
  return (
    step.kind === "history" &&
    (step.change === "begin" || step.change === "finish") &&
    steps.some((other) => other.kind === "statements" && other.whole && other.migration === step.migration)
  );
}

function stepText(step: PlanStep, number: number, style: Style, width: number): string {
  const label = `   ${number}. `;
  const indent = " ".repeat(6);
  switch (step.kind) {
    case "statements": {
      const count = step.statements.length;
      const which = step.whole
        ? `${count === 1 ? "the statement" : `all ${count} statements`}`
        : `${count === 1 ? "statement" : "statements"} ${step.statements.map((one) => one.number).join(", ")}`;
      return [
        `${label}${printable(step.migration)}: ${which} of ${printable(step.file)}${step.whole ? ", and its row in the history" : ""}`,
        `${indent}${style.dim(wrap(printable(step.why), width, indent))}`,
        ...statementLines(step.statements, style, width),
      ].join("\n");
    }
    case "remove":
      return `${label}${printable(step.sql)}\n${indent}${style.dim(wrap(printable(step.why), width, indent))}`;
    case "restore":
      return [
        ...step.statements.map((sql, i) => `${i === 0 ? label : indent}${oneLine(sql, width)}`),
        `${indent}${style.dim(wrap(printable(step.why), width, indent))}`,
      ].join("\n");
    case "rows":
      return [
        `${label}Rows of ${printable(step.table)}, from ${step.loads.map(({ file, rows }) => `${printable(file)} (${rows})`).join(" and ")}`,
        `${indent}${style.dim(wrap(printable(step.why), width, indent))}`,
      ].join("\n");
    case "mend":
      return [
        `${label}${wrap(`Rows in the way: ${printable(step.rows)}`, width, indent)}`,
        `${indent}${style.dim(wrap(printable(step.why), width, indent))}`,
        `${indent}${style.dim(wrap(`as you chose: ${printable(step.choice)}`, width, indent))}`,
        ...step.statements.map(
          (sql) => `        ${style.cyan(wrap(printable(sql), width - 8, " ".repeat(10)))}`,
        ),
        ...step.triggers.map(
          (name) => `${indent}${style.yellow(`trigger ${printable(name)} answers to it`)}`,
        ),
      ].join("\n");
    case "history":
      return `${label}${historyWords(step)}`;
  }
}

/** What becomes of a migration in the history, in words. */
export function historyWords({ change, migration }: PlanStep & { kind: "history" }): string {
  const name = printable(migration);
  const words: Record<typeof change, string> = {
    "create-table": "History: make the history table",
    "mark-rolled-back": `History: the present row of ${name} no longer counts (rolled back)`,
    begin: `History: ${name} begins`,
    finish: `History: ${name} is applied`,
    "mark-applied": `History: ${name} is recorded as applied`,
    rename: `History: the row gets the name which its file has now, ${name}`,
    "re-sign": `History: the row of ${name} gets the checksum of its file`,
    restore: "History: its rows are what they were",
  };
  return words[change];
}

function oneLine(sql: string, width: number): string {
  const text = printable(sql.replace(/\s+/g, " ").trim());
  return text.length > width - 8 ? `${text.slice(0, width - 9)}…` : text;
}

function statementLines(statements: readonly PlannedStatement[], style: Style, width: number): string[] {
  const lines = statements.slice(0, shownStatements).map(({ sql, untraced }) => {
    const text = printable(sql.replace(/\s+/g, " ").trim());
    const room = width - 12;
    return `        ${style.cyan(text.length > room ? `${text.slice(0, room - 1)}…` : text)}${untraced ? style.yellow("  ← data") : ""}`;
  });
  const more = statements.length - lines.length;
  return more > 0 ? [...lines, style.dim(`        and ${more} more`)] : lines;
}

function line(label: string, objects: readonly string[], style: Style, width: number): string {
  if (objects.length === 0) return "";
  const named = objects.filter((key) => !partOf(key, objects)).map(printable);
  return block(label, few(named, 8), style, width);
}

/** A column of a table that is named itself goes without saying. */
function partOf(key: string, objects: readonly string[]): boolean {
  const identity = key.slice(key.indexOf(" ") + 1);
  const at = identity.lastIndexOf(".");
  const owner = identity.slice(0, at);
  return /^(column|constraint|enum-value|trigger|rule|policy) /.test(key)
    ? objects.some((other) => other === `table ${owner}` || other === `enum ${owner}`)
    : false;
}

function few(names: readonly string[], most: number): string {
  return names.length > most
    ? `${names.slice(0, most).join(", ")} and ${names.length - most} more`
    : names.join(", ");
}

function block(label: string, text: string, style: Style, width: number): string {
  const indent = " ".repeat(labelWidth);
  return `   ${style.dim(label.padEnd(labelWidth - 3))}${wrap(text, width, indent)}`;
}
