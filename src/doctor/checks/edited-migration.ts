import { defineCheck } from "../check.ts";
import { citeRecord, judged, ranges } from "../cite.ts";
import { foreignHistory } from "../history-fit.ts";

interface Facts {
  migration: string;
  file: string;
  actual: string;
  row: string;
  untraced: number[];
}

export const editedMigration = defineCheck<Facts>({
  id: "edited-migration",
  summary: "A migration's file is not the one that was applied.",
  explain: `
# A migration that was edited after it was applied

The recorded checksum is not that of the file. \`prisma migrate deploy\` passes over this in silence;
\`prisma migrate dev\` wants to reset the database.

**How it comes about.** A comment or a format was changed; a released file was mended instead of adding a new one;
another branch is checked out. A change of line endings alone does not count.

**What to do.** If all that the file makes now is in the database, nothing that can be seen is missing; what the edit
took out of the file shows as drift, and an edit of a data change cannot be seen at all. If something is missing, restore the file as it was (version control has it), and put the change into a new migration.

**What not to do.** Do not clear the checksums of all rows: they are the only witness of other edits.
`,
  detect(evidence) {
    const foreign = new Set(foreignHistory(evidence).map(({ entry }) => entry.name));
    return judged(evidence)
      .filter(({ entry }) => entry.edited && entry.record?.state === "applied" && !foreign.has(entry.name))
      .map(({ entry, verdict }) => ({
        migration: entry.name,
        file: entry.migration?.file ?? entry.name,
        actual: verdict?.actual ?? "unknown",
        row: entry.record ? citeRecord(evidence.history.table, entry.record) : "",
        untraced: [...(verdict?.untraced ?? [])],
      }));
  },
  severity: () => "warning",
  title: ({ migration }) => `${migration} was edited after it was applied`,
  explanation: ({ actual, untraced }) =>
    actual === "present" || actual === "overwritten"
      ? untraced.length > 0
        ? `All that the file makes now is in the database; whether its edit matters in statement ${ranges(untraced)}, which leaves no trace, cannot be told.`
        : "The database has all that the file makes now. What the edit took out of it, if anything, shows as drift."
      : actual === "no-trace"
        ? "The file has no effect in the schema, so whether the edit matters cannot be told from it."
        : actual === "unknown"
          ? "Whether the database has what the file makes now cannot be told."
          : "The database does not have all that the file makes now: the edit changed what it does.",
  proof: ({ row, file }) => [row, `${file}: its checksum is another`],
  remedies: ({ actual, file }) =>
    actual === "present" || actual === "overwritten"
      ? []
      : [
          {
            id: "restore-file",
            title: "Restore the file, and put the change into a new migration",
            recommended: true,
            hazards: [],
            steps: [
              {
                kind: "person",
                action: `Bring back ${file} as it was when it was applied (git log -- ${file}).`,
              },
            ],
          },
        ],
});
