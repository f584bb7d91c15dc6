import { shellWord } from "../../sql/shell.ts";
import { defineCheck, type Remedy } from "../check.ts";
import { citeStatement, count, listNames } from "../cite.ts";
import type { LookedAt } from "../rows/look.ts";
import { foundWords, isCertain, placeOf } from "../rows/words.ts";

interface Way {
  object: string;
  what: readonly [one: string, several: string];
  code: string;
  rows: number;
  counted: NonNullable<LookedAt["counted"]>;
  sample: { key: string; value: string }[];
  list: string;
  /** The statement which will be refused, with its place. */
  cited: string;
  conditional: boolean;
  /** Names it, for `--choose`. */
  place: string;
  /** What can be chosen for these rows: `--choose rows-in-the-way:<place>=<choice>`. */
  options: { choice: string; title: string }[];
  /** One of the statements before it names the table: probably it is there to mend the rows. */
  probablyMended: boolean;
  /** Statements before it that may change the rows. */
  perhapsMendedBy: string[];
}

interface Facts {
  migration: string;
  failed: boolean;
  ways: Way[];
  migrate: string;
}

export const rowsInTheWay = defineCheck<Facts>({
  id: "rows-in-the-way",
  summary: "Rows keep a migration that is still to come from being executed.",
  explain: `
# Rows in the way of a migration

A migration that has not been executed asks something of the rows of a table (a value in every row, no value twice, a row
that a key points to, a range, no overlap, another type), and there are rows that do not meet it. The server will refuse the statement,
and the migration fails: 23502, 23503, 23505, 23514, 23P01, 22001, 22003 or 22P02. Nothing is wrong yet; \`godwit doctor\` looks at
the rows before the upgrade does.

**How it is known.** What the statement will make is known from the replay on an empty database. For each such demand the
real table is asked, reading only, for some seconds at most. What takes longer is estimated from a part of the table, and
told as an estimate. Where a statement that comes first may change the rows (an UPDATE, a DO block), the finding is a
warning: perhaps it mends them; and where that statement names the table, it is a note, for probably it is there to mend
them. Where no question is known (expressions that call somebody's functions, operators of an extension, other
casts than plain ones), nothing is said: that no row was found is no promise that there is none. Nor is anything said of
tables which the upgrade itself makes and fills. Only a key to one which is made empty, and to which no statement before could
have written, is certain: every value is in the way.

Rows that exclude each other (EXCLUDE) are compared by the constraint's own operators, over the rows of which it holds; counted
are all rows which exclude one another, and the keys of two are shown. Where that takes too long, some rows are compared with
all others, and the number is an estimate.

**What is shown.** How many rows, some of their keys, and values; values that look personal are shown by their first
character and their length.

**What to do.** Look at all of them with the query that is shown, and decide what they are to be. Godwit does it, if you say
so: \`godwit migrate\` (or \`godwit repair\`) with \`--choose rows-in-the-way:<migration>:<name>=...\`, exactly as the report
prints it:

- \`value:TEXT\`: each of these rows gets this value (\`value(column):TEXT\` where several columns come into question);
- \`expression:SQL\`: each gets what one SQL expression over its own columns gives, \`left(code, 10)\` or \`NULL\`;
- \`merge:greatest:<column>\`, \`merge:least:<column>\`: of rows that are equal, the one with the greatest (or least) value in
  that column is kept; what refers to the others refers to that one afterwards, and the others are set aside;
- \`quarantine\`: they are set aside. Rows to which others refer are not.

Of rows that exclude each other Godwit chooses none: which has to give way, and for how many others, only you can say. Mend
them yourself.

It becomes a step of the plan immediately before the statement that would be refused, in the same transaction: shown,
rehearsed on a copy, backed up, verified, and taken back by \`godwit undo\`. What is set aside lies in the schema
\`godwit_quarantine\` of the same database; \`godwit quarantine\` lists it, and \`godwit quarantine restore <id>\` puts it back as
soon as the table takes it. No row is ever deleted without being kept there.

Or do it in a migration of its own that comes first, so that every other copy of the database is mended too.

**What not to do.** Do not delete rows only because they are in the way, and do not fill a required column with an empty text
so that it is quiet: the application will read it.
`,
  detect(evidence) {
    const ways = new Map<string, Way[]>();
    for (const looked of evidence.rows ?? []) {
      if (looked.outcome !== "found") continue;
      const entry = evidence.entries.find(({ name }) => name === looked.migration);
      if (entry === undefined) continue;
      const way: Way = {
        object: looked.object,
        what: looked.what ?? ["row in the way", "rows in the way"],
        code: looked.code ?? "",
        rows: looked.rows ?? 0,
        counted: looked.counted ?? "all",
        sample: [...(looked.sample ?? [])],
        list: looked.list ?? "",
        cited:
          looked.statement === undefined
            ? (entry.migration?.file ?? entry.name)
            : citeStatement(evidence, entry, looked.statement),
        conditional: looked.conditional,
        place: placeOf(looked, evidence.rows ?? []),
        options: (looked.options ?? []).map(({ choice, title }) => ({ choice, title })),
        probablyMended: looked.perhapsMendedBy.some(({ namesTable }) => namesTable),
        perhapsMendedBy: looked.perhapsMendedBy.map(({ migration, statement }) => {
          const other = evidence.entries.find(({ name }) => name === migration);
          return other === undefined ? migration : citeStatement(evidence, other, statement);
        }),
      };
      ways.set(looked.migration, [...(ways.get(looked.migration) ?? []), way]);
    }
    return [...ways].map(([migration, all]) => ({
      migration,
      failed: evidence.entries.some(({ name, state }) => name === migration && state === "failed"),
      ways: all,
      migrate: evidence.framework.commands.migrate,
    }));
  },
  severity: ({ ways }) =>
    ways.some(isCertain) ? "error" : ways.every(({ probablyMended }) => probablyMended) ? "info" : "warning",
  title: ({ migration, ways }) => {
    const [first] = ways.toSorted((a, b) => Number(isCertain(b)) - Number(isCertain(a)));
    const verb = ways.some(isCertain) ? "will fail" : "may fail";
    return `${migration} ${verb} on rows that are there: ${first === undefined ? "" : tell(first)}${ways.length > 1 ? ` and ${count(ways.length - 1, "more demand")}` : ""}`;
  },
  explanation: ({ failed, ways }) => {
    const codes = listNames([...new Set(ways.map(({ code }) => code))]);
    const certain = ways.some(isCertain);
    return `${failed ? "It has to be executed again, and the" : "The"} server ${certain ? "will refuse" : "refuses"} the statement with ${codes}${certain ? "" : ", unless what is executed before it changes these rows, or it is passed over"}.`;
  },
  proof: ({ ways }) =>
    ways
      .slice(0, 6)
      .flatMap((way) => [
        `${tell(way)}`,
        `  asked by ${way.cited}`,
        ...way.sample.map(({ key, value }) => `  ${key}${value === "" ? "" : `: ${value}`}`),
        `  all of them: ${way.list}`,
        ...way.perhapsMendedBy.slice(0, 2).map((mender) => `  perhaps mended by ${mender}`),
      ]),
  remedies: ({ failed, ways, migrate }) => [
    ...choosing(ways, failed ? "godwit repair" : "godwit migrate"),
    {
      id: "mend-rows",
      title: "Mend the rows yourself, then run the migration",
      recommended: ways.every(({ options }) => options.length === 0),
      hazards: [],
      steps: [
        ...ways.slice(0, 3).map(({ list }) => ({
          kind: "person" as const,
          action: `Look at them, and decide what they are to be: ${list}`,
        })),
        {
          kind: "person",
          action: `Change them by a migration that comes first, or by hand; then ${migrate}.`,
        },
      ],
    },
  ],
});

/** Ways whose options are shown. */
const shownWays = 4;

/** What Godwit can do about the rows itself, when a person has said what they are to be. */
function choosing(ways: readonly Way[], command: string): Remedy[] {
  const open = ways.filter(({ options }) => options.length > 0).slice(0, shownWays);
  if (open.length === 0) return [];
  const line = ({ place }: Way, choice: string) =>
    `--choose ${shellWord(`rows-in-the-way:${place}=${choice}`)}`;
  const steps = open.flatMap((way) =>
    way.options.map(({ choice, title }) => ({
      kind: "person" as const,
      action: title,
      command: `${open.length === 1 ? `${command} ` : ""}${line(way, choice)}`,
    })),
  );
  const several = `Run ${command} with one --choose for each of the ${open.length}.`;
  return [
    {
      id: "choose",
      title: `Say what is to become of the rows: one of these ways${open.length > 1 ? " for each demand" : ""}, rehearsed and applied together with the migration`,
      recommended: true,
      hazards: [],
      steps: open.length === 1 ? steps : [...steps, { kind: "person", action: several }],
    },
  ];
}

const tell = foundWords;
