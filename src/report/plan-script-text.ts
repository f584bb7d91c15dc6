import type { PlanScript, ScriptPiece, ScriptSection, ScriptStep } from "../workflows/plan-script.ts";
import { hazardWords, historyWords } from "./plan-text.ts";
import { printable } from "./printable.ts";
import { wrap } from "./wrap.ts";

/** What the script cannot know of itself. */
export interface ScriptOrigin {
  /** Godwit's own. */
  readonly version: string;
  readonly moment: Date;
  /** How the file is called, for the command that runs it. */
  readonly file: string;
  readonly serverVersion: string;
}

const width = 110;
const rule = `-- ${"-".repeat(width - 3)}`;

/**
 * A script for the database's own client, with a comment on everything: for people who want to read what is executed
 * and to run it without Godwit. Nothing but what is said in comments comes from here.
 */
export function planScriptText(script: PlanScript, origin: ScriptOrigin): string {
  const { sections, locks } = script;
  let number = 0;
  const body = sections.map((section, i) => {
    const heading = sections.length > 1 ? [heavy(sectionHeading(section, i, sections.length))] : [];
    const steps = section.steps.map((step) => {
      number += 1;
      return stepText(step, number);
    });
    const before = [...section.before.map(pieceText)];
    const after = [...section.after.map(pieceText)];
    return [
      ...heading,
      ...(section.before.length > 0 ? [light("Before"), ...before] : []),
      ...steps,
      ...(section.after.length > 0 ? [light("Afterwards"), ...after] : []),
    ].join("\n\n");
  });
  const parts = [
    header(script, origin),
    script.opening,
    ...(locks
      ? [`${comment("Godwit and the framework's runner stay out until the end.")}\n${locks.take}`]
      : []),
    ...body,
    ...(locks ? [`${comment("Everything is done.")}\n${locks.release}`] : []),
  ];
  return `${parts.join("\n\n")}\n`;
}

/** The script records it; only the project can have the file. */
function adopted({ adopts }: PlanScript["plan"]): string[] {
  if (adopts === undefined) return [];
  return [
    comment(
      `FIRST write this new migration into the project, exactly so, as ${adopts.file}. The script records it as applied:`,
    ),
    "--",
    ...adopts.sql
      .trimEnd()
      .split(/\r\n|[\r\n]/)
      .map((text) => `--     ${oneLine(text)}`.trimEnd()),
    "--",
  ];
}

function header({ plan, sections, command }: PlanScript, origin: ScriptOrigin): string {
  const { makes, changes, removes, empties, hazards, notes } = plan;
  const alone = sections.some(({ kind }) => kind === "alone");
  const lines = [
    rule,
    comment(`Godwit ${origin.version} wrote this script on ${origin.moment.toISOString()}.`),
    "--",
    comment(
      `It ${plan.purpose === "repair" ? "repairs" : "migrates"} database "${plan.database}", schema "${plan.schema}" (server ${origin.serverVersion}), as it was found at that moment, and needs nothing but psql:`,
    ),
    "--",
    `--     ${oneLine(command(origin.file))}`,
    "--",
    ...(sections.length > 1 ? several(sections, alone) : single()),
    "--",
    comment(
      "Before the first step it asserts that the server's version, the history's rows, and the objects which it makes, changes or removes are as they were. It does not compare what these objects are made of, and knows nothing of the rest of the schema: `godwit repair` does.",
    ),
    "--",
    comment(
      "Every statement of a migration is exactly what its file has. Where psql would take a part of it for a command or a variable of its own, it stands in a string and is sent by \\gexec.",
    ),
    "--",
    ...adopted(plan),
    ...listed("It makes", makes),
    ...listed("It changes", changes),
    ...listed("It removes", removes),
    ...listed("It drops and makes again, without the rows that were in them", empties),
    ...(hazards.length > 0
      ? [comment(`It may cost: ${hazards.map((hazard) => hazardWords[hazard]).join("; ")}.`)]
      : []),
    ...notes.map((note) => comment(`Note: ${note}`)),
    comment("It may hold data of the migrations: keep it where the database's own dumps are kept."),
    rule,
  ];
  return lines.join("\n");
}

function single(): string[] {
  return [
    comment(
      "All of it is one transaction. Unless every assertion holds, before the steps and after them, it is rolled back and nothing is changed. Run twice, it refuses the second time.",
    ),
  ];
}

function several(sections: readonly ScriptSection[], alone: boolean): string[] {
  const why = alone
    ? "since the server refuses some of its statements within a transaction"
    : "since some of its statements need what an earlier one has committed";
  return [
    comment(
      `NOT ONE TRANSACTION: it has ${sections.length} sections, ${why}. Nothing is changed unless the assertions at the beginning hold. When a later section fails, the sections before it stay done: run \`godwit doctor\` then, and plan anew. This script refuses to run a second time.`,
    ),
  ];
}

function sectionHeading({ kind }: ScriptSection, index: number, count: number): string {
  const how =
    kind === "transaction"
      ? "one transaction, all of it or nothing"
      : "by itself, outside of any transaction";
  return `Section ${index + 1} of ${count}: ${how}`;
}

function stepText({ step, pieces }: ScriptStep, number: number): string {
  const title = (() => {
    switch (step.kind) {
      case "history":
        return historyWords(step);
      case "remove":
        return `Remove ${step.object}`;
      case "restore":
        return `Restore ${step.object}`;
      case "rows":
        return `Rows of ${step.table}`;
      case "mend":
        return `Rows in the way: ${step.rows}`;
      case "statements":
        return `${step.migration}: ${step.whole ? "the whole file" : `statement${step.statements.length === 1 ? "" : "s"} ${step.statements.map((one) => one.number).join(", ")} of ${step.file}`}`;
    }
  })();
  const costs =
    step.kind !== "history" && step.hazards.length > 0
      ? [comment(`May cost: ${step.hazards.map((hazard) => hazardWords[hazard]).join("; ")}.`)]
      : [];
  return [
    light(`Step ${number}. ${title}`),
    [comment(`Why: ${step.why}.`), ...costs].join("\n"),
    ...pieces.map(pieceText),
  ].join("\n");
}

function pieceText({ title, sql }: ScriptPiece): string {
  return title === "" ? sql : `${comment(title)}\n${sql}`;
}

function listed(label: string, objects: readonly string[]): string[] {
  return objects.length === 0 ? [] : [comment(`${label}: ${objects.join(", ")}.`)];
}

/** No name ends a comment: what ends a line is shown as an escape. */
function comment(text: string): string {
  return `-- ${wrap(oneLine(text), width, "-- ")}`;
}

function heavy(text: string): string {
  return `${rule}\n${comment(text)}\n${rule}`;
}

function light(text: string): string {
  return comment(`--- ${text}`);
}

function oneLine(text: string): string {
  return printable(text);
}
