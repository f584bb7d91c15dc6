import { shellWord } from "../../sql/shell.ts";
import type { Remedy } from "../check.ts";
import { defineCheck } from "../check.ts";
import { citeRecord, judged, nameObject, ranges } from "../cite.ts";
import { foreignHistory, maySign } from "../history-fit.ts";
import type { Edit, EditDifference } from "../origins/origins.ts";

interface Facts {
  migration: string;
  file: string;
  actual: string;
  row: string;
  untraced: number[];
  edit: Edit | undefined;
  /** A person may say that it means the same. */
  mayBeSigned: boolean;
  schema: string;
}

export const editedMigration = defineCheck<Facts>({
  id: "edited-migration",
  summary: "A migration's file is not the one that was applied.",
  explain: `
# A migration that was edited after it was applied

The recorded checksum is not that of the file. \`prisma migrate deploy\` passes over this in silence;
\`prisma migrate dev\` says that the migration was modified after it was applied, and wants to reset the database.

**How it comes about.** A comment or a format was changed; a released file was mended instead of adding a new one;
another branch is checked out. A change of line endings alone does not count.

**How it is told apart.** Where the project is in a git repository on this machine, the original is looked for by the
recorded checksum. If only comments or space differ, or if both do the same to an empty database and neither has
statements that change rows, the file means what was applied, and \`godwit repair\` gives the row the checksum of the file.
Otherwise it is said in what they differ; that is drift, and \`godwit repair --choose drift=undo\` makes the database what
the file makes. Without the original (an image without \`.git\`) only a person
can know.

**What to do.** Where the edit changed what the file does, restore the file as it was, and put the change into a new
migration. Where you know that it means the same: \`godwit repair --choose edited-migration:NAME=re-sign\`.

**What not to do.** Do not clear the checksums of all rows: they are the only witness of other edits. Do not reset.
`,
  detect(evidence) {
    const foreign = new Set(foreignHistory(evidence).map(({ entry }) => entry.name));
    return judged(evidence)
      .filter(({ entry }) => entry.edited && entry.record?.state === "applied" && !foreign.has(entry.name))
      .map(({ entry, verdict }) => {
        const edit = evidence.edits?.find(({ migration }) => migration === entry.name);
        return {
          migration: entry.name,
          file: entry.migration?.file ?? entry.name,
          actual: verdict?.actual ?? "unknown",
          row: entry.record ? citeRecord(evidence.history.table, entry.record) : "",
          untraced: [...(verdict?.untraced ?? [])],
          edit,
          mayBeSigned:
            entry.state === "edited" && entry.record?.asserted === false && maySign(edit, verdict, evidence),
          schema: evidence.schema,
        };
      });
  },
  severity: ({ edit }) => (isSame(edit) ? "info" : "warning"),
  title: ({ migration, edit }) =>
    edit?.kind === "layout"
      ? `${migration} was edited after it was applied: only in comments and space`
      : edit?.kind === "equivalent"
        ? `${migration} was edited after it was applied, and does the same as before`
        : edit?.kind === "changed"
          ? `${migration} was edited after it was applied, and does something else now`
          : `${migration} was edited after it was applied`,
  explanation: (facts) => explanationOf(facts),
  proof: ({ row, file, edit, schema }) => [
    row,
    `${file}: its checksum is another`,
    ...(edit?.object === undefined
      ? []
      : [`the original, by its checksum: git cat-file blob ${edit.object}`]),
    ...(edit?.changedIn === undefined
      ? []
      : [`changed in commit ${edit.changedIn.commit} of ${edit.changedIn.date}`]),
    ...differing(edit?.differences ?? [], schema),
  ],
  remedies: (facts) => remediesOf(facts),
});

function isSame(edit: Edit | undefined): boolean {
  return edit?.kind === "layout" || edit?.kind === "equivalent";
}

function explanationOf({ actual, untraced, edit, mayBeSigned }: Facts): string {
  if (edit?.kind === "layout")
    return "The original is in version control, and the two differ in comments and space alone. The framework's development command stumbles over it; nothing else does.";
  if (edit?.kind === "equivalent")
    return "The original is in version control. Both were executed on an empty database, and did the same to it; neither has statements that change rows.";
  if (edit?.kind === "changed")
    return `The original is in version control. Both were executed on an empty database, and did not do the same to it. ${
      mayBeSigned
        ? "Where the two differ, this database is by now what the file makes of it; what either does to rows is not known from the schema."
        : "This database was made by the original: where the two differ, it differs from what the files make (drift)."
    }`;
  const because = edit?.reason === undefined ? "" : ` What the edit changed cannot be told: ${edit.reason}.`;
  return `${bySchema(actual, untraced)}${because}`;
}

function bySchema(actual: string, untraced: readonly number[]): string {
  if (actual === "present" || actual === "overwritten")
    return untraced.length > 0
      ? `All that the file makes now is in the database; whether its edit matters in statement ${ranges(untraced)}, which leaves no trace, cannot be told.`
      : "The database has all that the file makes now. What the edit took out of it, if anything, shows as drift.";
  if (actual === "no-trace")
    return "The file has no effect in the schema, so whether the edit matters cannot be told from it.";
  return actual === "unknown"
    ? "Whether the database has what the file makes now cannot be told."
    : "The database does not have all that the file makes now: the edit changed what it does.";
}

/** At most so many differences are named. */
const named = 6;

function differing(differences: readonly EditDifference[], schema: string): string[] {
  // What is made or not made as a whole need not be told attribute by attribute.
  const whole = new Set(differences.flatMap(({ object, attribute }) => (attribute === "" ? [object] : [])));
  const told = differences.filter(({ object, attribute }) => attribute === "" || !whole.has(object));
  const lines = told.slice(0, named).map(({ object, attribute, applied, file }) => {
    const what = nameObject(object, schema);
    if (attribute === "")
      return `${what}: made by ${applied === undefined ? "the file, not by its original" : "the original, not by the file"}`;
    return `${what}: ${attribute} ${shown(file)} in the file, ${shown(applied)} in its original`;
  });
  const more = told.length - lines.length;
  return more > 0 ? [...lines, `and ${more} more`] : lines;
}

function shown(value: string | undefined): string {
  const line = (value ?? "").replace(/\s+/g, " ");
  return line === "" ? "none" : line.length > 60 ? `${line.slice(0, 59)}…` : line;
}

function remediesOf({ migration, file, actual, edit, mayBeSigned }: Facts): Remedy[] {
  const reSign = (recommended: boolean, title: string, command: string): Remedy => ({
    id: "re-sign",
    title,
    recommended,
    hazards: [],
    steps: [
      {
        kind: "person",
        action: `\`${command}\` gives the row the checksum which the file has now; nothing else changes.`,
      },
    ],
  });
  if (isSame(edit)) return [reSign(true, "Give its row the checksum of the file", "godwit repair")];
  const back =
    edit?.object === undefined
      ? `Bring back ${file} as it was when it was applied (git log -- ${file}).`
      : `Bring back the original: git cat-file blob ${edit.object} > ${shellWord(file)}`;
  const holds = actual === "present" || actual === "overwritten";
  return [
    ...(holds && (edit?.kind !== "changed" || mayBeSigned)
      ? []
      : [
          {
            id: "restore-file",
            title: "Restore the file, and put the change into a new migration",
            recommended: true,
            hazards: [],
            steps: [{ kind: "person" as const, action: back }],
          },
        ]),
    ...(mayBeSigned
      ? [
          reSign(
            false,
            "If you know that it means the same: give its row the checksum of the file",
            `godwit repair --choose ${shellWord(`edited-migration:${migration}=re-sign`)}`,
          ),
        ]
      : []),
  ];
}
