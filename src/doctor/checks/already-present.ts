import { defineCheck } from "../check.ts";
import { citeRecord, judged, nameObjects, ranges } from "../cite.ts";

interface Facts {
  migration: string;
  actual: "present" | "partial" | "different";
  state: string;
  statements: number;
  statementsPresent: number[];
  untraced: number[];
  /** Objects which it makes or changes, and those which it removes: they are as it leaves them. */
  held: string[];
  removed: string[];
  row: string;
  schema: string;
  command: string;
  /** A row without a file whose migration may be this one under its former name. */
  perhapsRenamedFrom: string[];
}

export const alreadyPresent = defineCheck<Facts>({
  id: "already-present",
  summary: "A migration is not recorded as applied, but its effects are in the database.",
  explain: `
# Not recorded, but there

The history does not say that the migration was applied (or says that it was rolled back), and what it makes is in the
database. The framework will run it again and fail with "already exists" (42P07, 42701, 42710).

**How it comes about.** Its row was deleted; its file was renamed after it had been applied; it was run by hand or by
\`db push\`; it was marked as rolled back although parts of it had stayed.

**What to do.** If all of it is there and nothing in it is without a trace, record it as applied. If a part is there,
execute the rest first.

**What not to do.** Do not write IF NOT EXISTS into the file: what is there may be something else.
`,
  detect(evidence) {
    const { history, schema, framework, entries, snapshot } = evidence;
    const isThere = (key: string) => snapshot.objects.has(key);
    if (!entries.some(({ record }) => record !== undefined)) return [];
    const strangers = entries.filter(({ state }) => state === "missing").map(({ name }) => name);
    return judged(evidence).flatMap(({ entry, verdict }): Facts[] => {
      if (!["pending", "out-of-order", "rolled-back"].includes(entry.state) || entry.migration === undefined)
        return [];
      const actual = verdict?.actual;
      if (actual !== "present" && actual !== "partial" && actual !== "different") return [];
      return [
        {
          migration: entry.name,
          actual,
          state: entry.state,
          statements: verdict?.statements ?? 0,
          statementsPresent: [...(verdict?.statementsPresent ?? [])],
          untraced: [...(verdict?.untraced ?? [])],
          held: (verdict?.held ?? []).filter(isThere),
          removed: (verdict?.held ?? []).filter((key) => !isThere(key)),
          row: entry.record
            ? citeRecord(history.table, entry.record)
            : `${history.table}: no row for ${entry.name}`,
          schema,
          command: framework.commands.markApplied(entry.name),
          perhapsRenamedFrom: strangers,
        },
      ];
    });
  },
  severity: () => "error",
  title: ({ migration, actual, state, held }) =>
    `${migration} is ${state === "rolled-back" ? "recorded as rolled back" : "not recorded as applied"}, but ${actual === "present" ? "" : "a part of "}${held.length > 0 ? "what it makes is there" : "what it removes is gone"}`,
  explanation: ({ actual, held, perhapsRenamedFrom, statementsPresent, statements, untraced }) =>
    `${
      held.length > 0
        ? "The framework will run it and fail on what exists already."
        : "The framework will run it, and fail on what is not there, unless the statement says IF EXISTS."
    }${
      actual === "present"
        ? ""
        : ` Of its ${statements} statements, ${statementsPresent.length > 0 ? ranges(statementsPresent) : "none wholly"} hold.`
    }${
      perhapsRenamedFrom.length > 0
        ? ` The history has ${perhapsRenamedFrom.length === 1 ? "a row" : "rows"} without a file (${perhapsRenamedFrom.slice(0, 3).join(", ")}): perhaps it was renamed after it had been applied.`
        : ""
    }${untraced.length > 0 ? ` Its statement ${ranges(untraced)} leaves no trace: whether that ran is not known.` : ""}`,
  proof: ({ row, held, removed, schema }) => [
    row,
    ...(held.length > 0 ? [`there: ${nameObjects(held, schema)}`] : []),
    ...(removed.length > 0 ? [`gone: ${nameObjects(removed, schema)}`] : []),
  ],
  remedies: ({ actual, untraced, migration, command }) =>
    actual !== "present"
      ? []
      : [
          {
            id: "mark-applied",
            title: "Record it as applied",
            recommended: untraced.length === 0,
            hazards: [],
            steps: [
              ...(untraced.length > 0
                ? [
                    {
                      kind: "person" as const,
                      action: `Find out whether statement ${ranges(untraced)} took effect.`,
                    },
                  ]
                : []),
              { kind: "history", change: "mark-applied", migration, command },
            ],
          },
        ],
});
