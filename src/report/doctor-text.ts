import type { Finding, Remedy } from "../doctor/check.ts";
import type { Step } from "../plan/plan.ts";
import type { Diagnosis, MigrationDiagnosis } from "../workflows/result.ts";
import { printable } from "./printable.ts";
import { type Style, styleOf } from "./style.ts";
import { wrap } from "./wrap.ts";

export interface TextOptions {
  readonly colour: boolean;
  /** Columns of the terminal. */
  readonly width: number;
}

/** How many migrations that are in order are named before they are only counted. */
const namedInOrder = 6;

/** A diagnosis for a tired person: what is wrong, why, how it is known, and what to type next. */
export function doctorText(diagnosis: Diagnosis, options: TextOptions): string {
  const style = styleOf(options.colour);
  const width = Math.max(60, Math.min(options.width, 110));
  const parts = [
    head(diagnosis, style),
    verdict(diagnosis, style),
    ...diagnosis.findings.map((finding, i) => findingText(finding, i + 1, style, width)),
    migrations(diagnosis, style),
    foot(diagnosis, style),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

function head({ project, bundle }: Diagnosis, style: Style): string {
  const { software, database, schema, address, databaseSource } = project;
  const made =
    bundle && `made ${bundle.madeAt.slice(0, 16).replace("T", " ")} UTC by Godwit ${bundle.madeBy}`;
  return [
    style.bold(`Godwit doctor  ${printable(software)}`),
    ...(made === undefined
      ? []
      : [style.yellow(style.bold(printable(`From a bundle, ${made}; no database was asked.`)))]),
    style.dim(
      printable(`database "${database}", schema "${schema}", at ${address}   (URL from ${databaseSource})`),
    ),
  ].join("\n");
}

function verdict({ findings, empty, migrations: all, project }: Diagnosis, style: Style): string {
  const problems = findings.filter(({ severity }) => severity !== "info").length;
  if (problems > 0) {
    const found = problems === 1 ? "1 problem was found." : `${problems} problems were found, causes first.`;
    return `${style.red(style.bold(found))} Nothing was changed: doctor only reads.`;
  }
  if (empty) {
    return `${style.green(style.bold(printable(`Nothing is wrong: schema "${project.schema}" is empty.`)))} \`godwit migrate\` builds it (${all.length} migrations).`;
  }
  return `${style.green(style.bold("Healthy."))} The database is what its history and the migrations say.`;
}

const marks = { error: "✗", warning: "!", info: "i" } as const;

function findingText(finding: Finding, number: number, style: Style, width: number): string {
  const paint = { error: style.red, warning: style.yellow, info: style.cyan }[finding.severity];
  const lines = [
    `${paint(`${marks[finding.severity]} ${number}.`)} ${style.bold(printable(finding.title))}  ${style.dim(`[${finding.check}]`)}`,
    block("Why", printable(finding.explanation), style, width),
  ];
  for (const [i, line] of finding.evidence.entries())
    lines.push(block(i === 0 ? "Evidence" : "", printable(line), style, width));
  for (const remedy of finding.remedies) lines.push(remedyText(remedy, style, width));
  return lines.join("\n");
}

const labelWidth = 12;

function block(label: string, text: string, style: Style, width: number): string {
  const indent = " ".repeat(labelWidth);
  return `   ${style.dim(label.padEnd(labelWidth - 3))}${wrap(text, width, indent)}`;
}

function remedyText({ title, recommended, steps, hazards }: Remedy, style: Style, width: number): string {
  const label = recommended ? "To do" : "Or";
  const heading = block(
    label,
    printable(`${title}${hazards.length > 0 ? `  (${hazards.join(", ")})` : ""}`),
    style,
    width,
  );
  const numbered = steps.map((step, i) => {
    const indent = " ".repeat(labelWidth + 3);
    const text = printable(stepText(step));
    // A command stays on its line, whatever its length: it is to be copied.
    const command =
      step.kind === "person" && step.command !== undefined ? `\n${indent}${printable(step.command)}` : "";
    return `${" ".repeat(labelWidth)}${i + 1}. ${step.kind === "person" ? wrap(text, width, indent) : text}${command}`;
  });
  return [heading, ...numbered].join("\n");
}

function stepText(step: Step): string {
  switch (step.kind) {
    case "statements":
      return step.byHand;
    case "history":
      return step.command ?? `Record ${step.migration}: ${step.change}`;
    case "repair":
    case "framework":
      return step.command;
    case "person":
      return step.action;
  }
}

const quiet = new Set(["present", "overwritten", "no-trace"]);

function migrations({ migrations: all, replay }: Diagnosis, style: Style): string {
  if (all.length === 0) return "";
  const inOrder = (one: MigrationDiagnosis) =>
    ["applied", "asserted"].includes(one.state) && quiet.has(one.actual);
  const rows = all.length > namedInOrder ? all.filter((one) => !inOrder(one)) : all;
  const shown = rows.slice(0, 20);
  const width = Math.max(9, ...shown.map(({ name }) => printable(name).length));
  const lines = shown.map((one) => {
    const actual = replay.outcome === "cannot-replay" ? "not judged" : actualText(one);
    const row = `${printable(one.name).padEnd(width)}  ${one.state.padEnd(13)} ${actual}`;
    return `   ${inOrder(one) ? style.dim(row) : row}`;
  });
  const title = `   ${style.dim(`${"Migration".padEnd(width)}  ${"recorded".padEnd(13)} in the schema`)}`;
  const ordinary = all.length - rows.length;
  return [
    ...(lines.length > 0 ? [title, ...lines] : []),
    ...(rows.length > shown.length ? [`   and ${rows.length - shown.length} more`] : []),
    ...(ordinary > 0
      ? [
          style.dim(
            ordinary === 1
              ? `   1 ${lines.length > 0 ? "other" : "migration"} is applied, and so it is in the schema.`
              : `   ${ordinary} ${lines.length > 0 ? "others" : "migrations"} are applied, and so they are in the schema.`,
          ),
        ]
      : []),
  ].join("\n");
}

function actualText({ actual, statements, statementsPresent, untraced }: MigrationDiagnosis): string {
  const words: Record<typeof actual, string> = {
    present: "present",
    overwritten: "overwritten by later ones",
    partial:
      statementsPresent.length > 0
        ? `partial: ${statementsPresent.length} of ${statements} statements`
        : "partial",
    absent: "absent",
    "no-trace": "no trace in the schema",
    different: "different",
    unknown: "unknown",
  };
  const data =
    untraced.length > 0 && actual === "present"
      ? ` (${untraced.length} of ${statements} leave no trace)`
      : "";
  return words[actual] + data;
}

function foot({ position, replay, findings, bundle }: Diagnosis, style: Style): string {
  const lines: string[] = [];
  if (position !== null) {
    const where =
      position.migration === null
        ? "before the first migration"
        : `after ${printable(position.migration)}${position.statement === null ? "" : `, statement ${position.statement}`}`;
    const how = position.exact
      ? "exactly"
      : position.distance === 0
        ? "with nothing that differs, but not all of it is known"
        : `with ${position.distance} differing`;
    lines.push(style.dim(`   The schema is ${where}, ${how}.`));
  }
  if (replay.ground !== undefined)
    lines.push(
      style.dim(
        `   The migrations were replayed on what is here of ${printable(replay.ground.join(", "))}, which none of them makes.`,
      ),
    );
  if (replay.outcome === "cached")
    lines.push(style.dim("   What the migrations make was known from an earlier replay."));
  const first = findings.find(({ severity }) => severity !== "info");
  if (first !== undefined) {
    const where = bundle === undefined ? "" : ", where the database is";
    lines.push(
      `   To repair it${where}, proven on a copy first: godwit repair   (--rehearse-only changes nothing)`,
    );
    lines.push(
      "   By hand: make a backup before you change anything, pg_dump -Fc <your database> > before.dump",
    );
    lines.push(`   More about the first finding: godwit explain ${first.check}`);
  }
  return lines.join("\n");
}
