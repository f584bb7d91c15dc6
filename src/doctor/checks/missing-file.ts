import { countsAsApplied } from "../../migration/compare.ts";
import { defineCheck } from "../check.ts";
import { citeRecord, count, listNames } from "../cite.ts";
import { knowsOurNames } from "../history-fit.ts";
import { fittingRelease, fittingWords } from "../origins/fitting-words.ts";
import type { Fitting } from "../origins/origins.ts";

interface Facts {
  migrations: string[];
  rows: string[];
  /** All of them began after the newest file was applied: older code on a newer database. */
  ahead: boolean;
  extra: number;
  fitting: readonly Fitting[] | undefined;
}

export const missingFile = defineCheck<Facts>({
  id: "missing-file",
  summary: "The history has migrations whose files are not in the project.",
  comesFirst: true,
  explain: `
# A row without a file

The history records migrations that the project does not have.

**How it comes about.** An older image or an older commit runs on a newer database (a downgrade); a branch with other
migrations was deployed to it; the file was deleted or renamed; two applications share one history table.

**What to do.** Run the release which has these files: where the project is in a git repository with its tags, \`godwit
doctor\` names it, by names and checksums. If the file was lost, restore it from version control. (A file that was only
renamed is recognised by its content, and is another finding.)

**What not to do.** Do not delete the rows, and do not add empty files with these names: what the migrations did is in
the database, and only their files say what that is.
`,
  detect(evidence) {
    const { entries, history } = evidence;
    const missing = entries.filter(({ state }) => state === "missing");
    if (missing.length === 0 || !knowsOurNames(evidence)) return [];
    const newest = Math.max(
      0,
      ...entries
        .filter(({ state }) => state !== "missing" && countsAsApplied(state))
        .map(({ record }) => record?.startedAt?.getTime() ?? 0),
    );
    return [
      {
        migrations: missing.map(({ name }) => name),
        rows: missing.flatMap(({ record }) => (record ? [citeRecord(history.table, record)] : [])),
        ahead: missing.every(({ record }) => (record?.startedAt?.getTime() ?? 0) >= newest),
        fitting: evidence.fitting,
        extra:
          evidence.replay.outcome === "cannot-replay" ? 0 : evidence.replay.location.residue.extra.length,
      },
    ];
  },
  severity: () => "error",
  title: ({ migrations }) =>
    `${listNames(migrations, 3)} ${migrations.length === 1 ? "is" : "are"} in the history, and the project has no such ${migrations.length === 1 ? "file" : "files"}`,
  explanation: ({ ahead, extra }) =>
    `${ahead ? "They ran after the newest file that is here: a newer release, or another branch, has migrated this database, and this code is older; or another application uses the same history table." : "The files were removed or renamed after they had been applied, or another branch or application uses this database."} The framework says nothing about this. What these migrations changed cannot be judged without their files${extra > 0 ? `; ${count(extra, "object")} in the schema may be theirs` : ""}.`,
  proof: ({ rows, fitting }) => [...rows.slice(0, 4), ...fittingWords(fitting)],
  remedies: ({ migrations, fitting }) => [
    {
      id: "matching-release",
      title: "Use the release that has these files",
      recommended: true,
      hazards: [],
      steps: [
        {
          kind: "person",
          action:
            fittingRelease(fitting) === undefined
              ? `Find the release (or commit) that contains ${listNames(migrations, 3)}, and run that one on this database.`
              : `Run ${fittingRelease(fitting)} on this database: it has all that was applied, with the recorded content.`,
        },
      ],
    },
  ],
});
