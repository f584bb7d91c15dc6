import { defineCheck } from "../check.ts";
import { citeRecord, count, listNames, nameObjects } from "../cite.ts";
import { foreignHistory } from "../history-fit.ts";
import { fittingRelease, fittingWords } from "../origins/fitting-words.ts";
import type { Fitting } from "../origins/origins.ts";

interface Facts {
  migrations: string[];
  held: string[];
  notHeld: string[];
  rows: string[];
  schema: string;
  fitting: readonly Fitting[] | undefined;
}

export const foreignHistoryCheck = defineCheck<Facts>({
  id: "foreign-history",
  summary: "The history has the project's names, but it is the history of another release.",
  comesFirst: true,
  explain: `
# Another history under the same names

The history records migrations under names which this project has too, but with other content (other checksums), and
what the database holds is not what the project's files make.

**How it comes about.** A release replaced its first migration and kept the name; the database was made by an older
release (or a fork), and the newer files were then pointed at it.

**What to do.** Upgrade through the release which wrote these files: run that release's migrations first, then its
documented way to the new history. Where no such way exists, move the data into a database made by the new history.

**What not to do.** Do not mark anything as applied, and do not clear checksums: the tables are different tables.
`,
  detect(evidence) {
    const found = foreignHistory(evidence);
    if (found.length === 0) return [];
    return [
      {
        migrations: found.map(({ entry }) => entry.name),
        held: [...new Set(found.flatMap(({ verdict }) => verdict?.held ?? []))],
        notHeld: [...new Set(found.flatMap(({ verdict }) => verdict?.notHeld ?? []))].filter(
          (key) => !evidence.snapshot.objects.has(key),
        ),
        rows: found.flatMap(({ entry }) =>
          entry.record ? [citeRecord(evidence.history.table, entry.record)] : [],
        ),
        schema: evidence.schema,
        fitting: evidence.fitting,
      },
    ];
  },
  severity: () => "error",
  title: ({ migrations }) =>
    `The history is not this project's: ${listNames(migrations)} ${migrations.length === 1 ? "was" : "were"} applied with other content`,
  explanation: ({ migrations, held, notHeld }) =>
    `${migrations.length === 1 ? "The recorded checksum is" : "The recorded checksums are"} not that of the file in this project, and the database does not hold what the file makes: ${count(held.length, "object")} of ${held.length + notHeld.length}. An older (or another) release of the application made this database; its migrations have the same names and other content.`,
  proof: ({ rows, held, notHeld, schema, fitting }) => [
    ...rows.slice(0, 3),
    ...fittingWords(fitting),
    ...(notHeld.length > 0 ? [`not here: ${nameObjects(notHeld, schema, 4)}`] : []),
    ...(held.length > 0 ? [`here: ${nameObjects(held, schema, 4)}`] : []),
  ],
  remedies: ({ fitting }) => [
    {
      id: "through-the-release",
      title: "Go through the release that this database belongs to",
      recommended: true,
      hazards: [],
      steps: [
        {
          kind: "person",
          action:
            fittingRelease(fitting) === undefined
              ? "Find the release whose migration files have the recorded checksums, point `godwit doctor --migrations DIR` at its files until the history fits, and follow that release's way to the new history. Mark nothing as applied."
              : `The history is that of ${fittingRelease(fitting)}: run that release on this database, and follow its documented way to the new history. Mark nothing as applied.`,
        },
      ],
    },
  ],
});
