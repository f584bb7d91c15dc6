import { defineCheck } from "../check.ts";
import { citeRecord, judged, listNames, nameObjects } from "../cite.ts";
import { foreignHistory } from "../history-fit.ts";

interface Facts {
  migrations: string[];
  all: boolean;
  notHeld: string[];
  rows: string[];
  schema: string;
  database: string;
}

export const historyWithoutObjects = defineCheck<Facts>({
  id: "history-without-objects",
  summary: "The history says applied; what the migrations made is gone.",
  comesFirst: true,
  explain: `
# A history without its objects

The history records migrations as executed, but what they make is not in the database.

**How it comes about.** Tables were dropped and the history table was kept; a dump was restored without its tables; the
history table was copied from another database; the URL names another schema than the one the tables are in.

**What to do.** If the tables should be elsewhere (another schema, another database, a backup), go there first: their
rows cannot be made again by a migration. Only if there is nothing to be saved, begin a new history.

**What not to do.** Do not create the tables empty and go on without telling anybody: the data is gone.
`,
  detect(evidence) {
    const { history, schema, server } = evidence;
    const foreign = new Set(foreignHistory(evidence).map(({ entry }) => entry.name));
    const applied = judged(evidence).filter(
      ({ entry }) =>
        entry.record?.state === "applied" &&
        !entry.record.asserted &&
        entry.migration !== undefined &&
        !foreign.has(entry.name),
    );
    const gone = applied.filter(({ verdict }) => verdict?.actual === "absent");
    if (gone.length === 0) return [];
    return [
      {
        migrations: gone.map(({ entry }) => entry.name),
        all: applied.every(({ verdict }) => verdict?.actual === "absent" || verdict?.actual === "no-trace"),
        notHeld: [...new Set(gone.flatMap(({ verdict }) => verdict?.notHeld ?? []))],
        rows: gone.flatMap(({ entry }) => (entry.record ? [citeRecord(history.table, entry.record)] : [])),
        schema,
        database: server.database,
      },
    ];
  },
  severity: () => "error",
  title: ({ migrations, all }) =>
    all
      ? "The history says that the migrations ran, but everything they made is gone"
      : `${listNames(migrations, 3)} ${migrations.length === 1 ? "is" : "are"} recorded as executed, but nothing of ${migrations.length === 1 ? "it" : "them"} is there`,
  explanation: ({ all, schema }) =>
    `${all ? "The tables were dropped and the history was kept, or the tables are somewhere else" : "Something removed these objects after the migrations ran"}. A migration can make the tables again, but not their rows: look for them in other schemas than "${schema}", in other databases and in backups first.`,
  proof: ({ rows, notHeld, schema }) => [
    ...rows.slice(0, 2),
    ...(rows.length > 2 ? [`and ${rows.length - 2} more rows`] : []),
    `not in the database: ${nameObjects(notHeld, schema)}`,
  ],
  remedies: ({ database }) => [
    {
      id: "find-the-data",
      title: "Find the tables, or a backup, before anything else",
      recommended: true,
      hazards: [],
      steps: [
        {
          kind: "person",
          action: `Is "${database}" the right database, and its schema the right one? If the tables were dropped, restore a backup.`,
        },
      ],
    },
  ],
});
