import { invalid } from "../../timeline/facts.ts";
import type { ResidueObject } from "../../timeline/locate/residue.ts";
import { defineCheck } from "../check.ts";
import { count, listNames, nameObject } from "../cite.ts";

interface Facts {
  missing: ResidueObject[];
  different: ResidueObject[];
  extra: ResidueObject[];
  schema: string;
  /** Migrations in the history whose files are not here: the differences may be theirs. */
  strangers: string[];
}

export const drift = defineCheck<Facts>({
  id: "drift",
  summary: "Objects are not as the applied migrations made them.",
  explain: `
# Drift

The database differs from what its applied migrations make: something was changed, removed or added by hand, by another
tool, or by a migration that is not in this project.

**What to do.** Decide for each object: *undo* the change (make it as the migrations have it), *adopt* it (write a
migration that makes it so everywhere), or keep it and know of it. A later migration may fail on it.

Owners, grants, comments, the order of columns and versions of extensions are the environment: they do not count here.

**What not to do.** Do not reset the database to get rid of drift.
`,
  detect({ replay, schema, entries }) {
    if (replay.outcome === "cannot-replay") return [];
    const { missing, different, extra } = replay.location.residue;
    const valid = different.filter((one) => !isInvalid(one));
    if (missing.length + valid.length + extra.length === 0) return [];
    const strangers = entries.filter(({ state }) => state === "missing").map(({ name }) => name);
    return [{ missing: [...missing], different: valid, extra: [...extra], schema, strangers }];
  },
  severity: ({ missing, different, strangers }) =>
    missing.length + different.length > 0 && strangers.length === 0 ? "error" : "warning",
  title: ({ missing, different, extra }) =>
    `The schema differs from its migrations: ${listNames(
      [
        missing.length > 0 ? `${missing.length} missing` : "",
        different.length > 0 ? `${different.length} different` : "",
        extra.length > 0 ? `${extra.length} added` : "",
      ].filter(Boolean),
    )}`,
  explanation: ({ missing, different, extra, strangers }) =>
    `${count(missing.length + different.length + extra.length, "object")} ${missing.length + different.length + extra.length === 1 ? "is" : "are"} not as the applied migrations made ${missing.length + different.length + extra.length === 1 ? "it" : "them"}: ${strangers.length > 0 ? `probably the work of ${listNames(strangers, 3)}, whose files are not here.` : "changed by hand, by another tool, or by a migration which this project does not have."}`,
  proof: ({ missing, different, extra, schema }) =>
    atMost(
      [
        ...missing.map(
          ({ object, madeBy }) =>
            `missing    ${nameObject(object, schema)}${madeBy ? `   (made by ${madeBy})` : ""}`,
        ),
        ...different.map((one) => `different  ${nameObject(one.object, schema)}: ${differencesOf(one)}`),
        ...extra.map(({ object }) => `added      ${nameObject(object, schema)}`),
      ],
      12,
    ),
  remedies: () => [
    {
      id: "decide",
      title: "Decide for each object: undo the change, or adopt it in a new migration",
      recommended: true,
      hazards: [],
      steps: [
        {
          kind: "person",
          action:
            "Who changed it, and is it wanted? Undo it, or write a migration that makes it so everywhere.",
        },
      ],
    },
  ],
});

export function isInvalid({ differences }: ResidueObject): boolean {
  return differences.some(({ attribute, actual }) => attribute === "" && actual === invalid);
}

function differencesOf({ differences }: ResidueObject): string {
  const shown = differences.slice(0, 3).map(({ attribute, expected, actual }) => {
    const [from, to] = [short(expected), short(actual)];
    return attribute === "definition"
      ? `${to} instead of ${from}`
      : `${attribute || "state"} ${to} instead of ${from}`;
  });
  return shown.join("; ") + (differences.length > 3 ? ` and ${differences.length - 3} more` : "");
}

function short(value: string | undefined): string {
  if (value === undefined || value === "") return "none";
  // A function's text may hold a connection string.
  const line = value
    .replace(/(:\/\/[^\s:/@]*):[^\s@]+@/g, "$1:…@")
    .replace(/(password\s*=\s*)[^\s']+/gi, "$1…")
    .replace(/\s+/g, " ");
  return line.length > 90 ? `${line.slice(0, 89)}…` : line;
}

function atMost(lines: readonly string[], most: number): string[] {
  return lines.length > most ? [...lines.slice(0, most), `and ${lines.length - most} more`] : [...lines];
}
