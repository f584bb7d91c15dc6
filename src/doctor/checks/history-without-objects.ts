import { factParts } from "../../timeline/facts.ts";
import { defineCheck } from "../check.ts";
import { citeRecord, type Judged, judged, listNames, nameObject, nameObjects } from "../cite.ts";
import type { Evidence } from "../evidence.ts";
import { foreignHistory } from "../history-fit.ts";

interface Facts {
  migrations: string[];
  all: boolean;
  /** Tables among them, which had rows. */
  tables: string[];
  lost: string[];
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
rows cannot be made again by a migration. Only if there is nothing to be saved, make them again, empty:
\`godwit repair --choose history-without-objects=make-again\`.

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
    const absent = applied.filter(
      ({ verdict }) =>
        verdict?.actual === "absent" &&
        verdict.takenAlong !== true &&
        verdict.notHeld.some((key) => !evidence.snapshot.objects.has(key)),
    );
    if (absent.length === 0) return [];
    const lost = lostObjects(evidence, absent);
    return [
      {
        migrations: absent.map(({ entry }) => entry.name),
        all: applied.every((one) => absent.includes(one) || one.verdict?.actual === "no-trace"),
        tables: lost.filter((key) => key.startsWith("table ")).map((key) => nameObject(key, schema)),
        lost,
        rows: absent.flatMap(({ entry }) => (entry.record ? [citeRecord(history.table, entry.record)] : [])),
        schema,
        database: server.database,
      },
    ];
  },
  severity: () => "error",
  title: ({ migrations, all, tables, lost, schema }) =>
    all
      ? "The history says that the migrations ran, but everything they made is gone"
      : tables.length > 0
        ? `${capital(listNames(tables, 3))} ${tables.length === 1 ? "is" : "are"} gone, although the history says that ${listNames(migrations, 2)} ran`
        : `${capital(nameObjects(lost, schema, 3))} ${lost.length === 1 ? "is" : "are"} not there, although the history says that ${listNames(migrations, 2)} ran`,
  explanation: ({ all, tables, schema }) =>
    all || tables.length > 0
      ? `${all ? "The tables were dropped and the history was kept, or the tables are somewhere else" : "Something dropped them after the migrations ran"}. A migration can make a table again, but not its rows: look for them in other schemas than "${schema}", in other databases and in backups first.`
      : "Something removed this after the migrations ran: by hand, by another tool, or by a migration which this project does not have.",
  proof: ({ rows, lost, schema }) => [
    ...rows.slice(0, 2),
    ...(rows.length > 2 ? [`and ${rows.length - 2} more rows`] : []),
    `not in the database: ${nameObjects(lost, schema)}`,
  ],
  remedies: ({ database, all, tables, migrations }) => {
    if (!all && tables.length === 0) {
      return [
        {
          id: "make-again",
          title: "Make it again, with the statements of its migration",
          recommended: true,
          hazards: [],
          steps: [
            {
              kind: "person",
              action: `Who removed it, and why? If it is wanted: the framework will not run ${listNames(migrations, 3)} again.`,
            },
            makeAgain,
          ],
        },
      ];
    }
    return [
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
      {
        id: "make-again",
        title: "If there is nothing to be found: make them again, empty",
        recommended: false,
        hazards: [],
        steps: [makeAgain],
      },
    ];
  },
});

const makeAgain = {
  kind: "repair",
  command: "godwit repair --choose history-without-objects=make-again",
} as const;

/** Objects that the applied migrations leave in the end, and that are not there. */
function lostObjects({ replay, snapshot }: Evidence, absent: readonly Judged[]): string[] {
  if (replay.outcome === "cannot-replay") return [];
  const final = new Set<string>();
  for (const [key, value] of replay.timeline.migrations.flatMap(({ steps }) =>
    steps.flatMap(({ changes }) => changes),
  )) {
    const [object, attribute] = factParts(key);
    if (attribute !== "") continue;
    if (value === undefined) final.delete(object);
    else final.add(object);
  }
  const claimed = new Set(absent.flatMap(({ verdict }) => verdict?.notHeld ?? []));
  const lost = [...claimed].filter((key) => final.has(key) && !snapshot.objects.has(key));
  return lost.length > 0 ? lost : [...claimed].filter((key) => !snapshot.objects.has(key));
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
