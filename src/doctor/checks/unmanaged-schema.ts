import { defineCheck } from "../check.ts";
import { count, judged, listNames } from "../cite.ts";
import { ownObjects } from "../history-fit.ts";

interface Facts {
  /** What the schema proves: every effect holds, and nothing in the file is without a trace. */
  proven: string[];
  /** Present, but with statements which leave no trace. */
  unproven: string[];
  notThere: string[];
  objects: number;
  table: string;
  commands: string[];
  exact: boolean;
  refuses: boolean;
}

export const unmanagedSchema = defineCheck<Facts>({
  id: "unmanaged-schema",
  summary: "The tables are there, and no history says how they came (P3005).",
  explain: `
# A schema without a history

The project's objects are in the database, but the history table is missing or empty. Prisma refuses such a database
with P3005.

**How it comes about.** The schema was made by \`db push\`, by a dump that left the history out, or by hand.

**What to do.** Record as applied exactly those migrations whose effects are proven to be there, and let the framework
run the rest.

**What not to do.** Do not mark all migrations as applied: what is missing will then never be made. Do not reset.
`,
  detect(evidence) {
    const { replay, history, entries, framework } = evidence;
    if (history.outcome === "locked" || replay.outcome === "cannot-replay") return [];
    if (entries.some(({ record }) => record !== undefined)) return [];
    const objects = ownObjects(evidence) ?? 0;
    if (objects === 0) return [];
    const all = judged(evidence);
    const there = all.filter(
      ({ verdict }) => verdict?.actual === "present" || verdict?.actual === "overwritten",
    );
    const firstMissing = all.findIndex(
      ({ verdict }) =>
        verdict !== undefined && !["present", "overwritten", "no-trace"].includes(verdict.actual),
    );
    const before = firstMissing < 0 ? all : all.slice(0, firstMissing);
    const proven = there
      .filter(({ verdict }) => verdict?.untraced.length === 0)
      .map(({ entry }) => entry.name);
    const unproven = [
      ...there.filter(({ verdict }) => verdict?.untraced.length !== 0),
      ...before.filter(({ verdict }) => verdict?.actual === "no-trace"),
    ].map(({ entry }) => entry.name);
    return [
      {
        proven,
        unproven,
        notThere: all
          .map(({ entry }) => entry.name)
          .filter((name) => !proven.includes(name) && !unproven.includes(name)),
        objects,
        table: history.table,
        commands: proven.map((name) => framework.commands.markApplied(name)),
        exact: replay.location.position?.exact === true,
        refuses: framework.features.refusesUnmanagedSchema,
      },
    ];
  },
  severity: () => "error",
  title: ({ proven, notThere, unproven }) =>
    `The schema has no history; it fits ${proven.length + unproven.length} of ${proven.length + unproven.length + notThere.length} migrations`,
  explanation: ({ refuses, proven, unproven, exact }) =>
    `The project's tables are here, but no row says which migrations made them${refuses ? ", so the framework refuses the database (P3005)" : ""}. ${
      proven.length > 0
        ? `What the schema proves may be recorded as applied: ${listNames(proven)}${exact ? "; it equals that point of the history exactly" : ""}.`
        : "The schema proves none of the migrations as a whole."
    }${unproven.length > 0 ? ` ${listNames(unproven)} also ${unproven.length === 1 ? "has" : "have"} statements that leave no trace in the schema (data changes, DO blocks): whether those ran is not known.` : ""}`,
  proof: ({ table, objects, notThere }) => [
    `${table} is missing or empty`,
    `${count(objects, "object")} of the migrations ${objects === 1 ? "is" : "are"} in the schema`,
    ...(notThere.length > 0 ? [`not there, or not wholly: ${listNames(notThere)}`] : []),
  ],
  remedies: ({ proven, commands, unproven }) =>
    proven.length === 0
      ? []
      : [
          {
            id: "baseline-proven",
            title: "Record what is proven as applied, then let the framework run the rest",
            recommended: true,
            hazards: [],
            steps: [
              ...proven.map((migration, i) => ({
                kind: "history" as const,
                change: "mark-applied" as const,
                migration,
                ...(commands[i] !== undefined && { command: commands[i] }),
              })),
              ...(unproven.length > 0
                ? [
                    {
                      kind: "person" as const,
                      action: `Decide for ${listNames(unproven)}: were its data changes made? \`godwit explain unmanaged-schema\` tells more.`,
                    },
                  ]
                : []),
            ],
          },
        ],
});
