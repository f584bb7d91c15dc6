import type { Snapshot } from "../../schema/snapshot.ts";
import type { ResidueObject } from "../../timeline/locate/residue.ts";
import { defineCheck } from "../check.ts";
import { count, listNames, nameObject } from "../cite.ts";
import { type DriftObject, driftOf } from "../drift/objects.ts";
import { driftRemedies } from "../drift/remedies.ts";
import type { DriftWay } from "../drift/way.ts";
import type { Edit } from "../origins/origins.ts";

interface Facts {
  /** What can become of each of them; undefined where that is not known. */
  ways: readonly DriftWay[] | undefined;
  missing: DriftObject[];
  different: DriftObject[];
  extra: DriftObject[];
  schema: string;
  /** Of what was added, indexes that the server could not finish: by their keys, what they were to take the place of. */
  unfinished: Record<string, string | null>;
  /** What somebody chose to keep as it is. */
  kept: KeptObject[];
  /** Migrations whose files were edited after they had been applied, and differ from what was applied in all of this. */
  edited: string[];
  /** Migrations in the history whose files are not here: the differences may be theirs. */
  strangers: string[];
}

interface KeptObject extends DriftObject {
  readonly keptAt: string;
}

export const drift = defineCheck<Facts>({
  id: "drift",
  summary: "Objects are not as the applied migrations made them.",
  explain: `
# Drift

The database differs from what its applied migrations make: something was changed, removed or added by hand, by another
tool, or by a migration that is not in this project.

**What to do.** Decide for each object. \`godwit repair\` carries it out, proven on a copy first:

- *undo*: the object is what the migrations make. What is missing is made by the migration's own statement where that does
  it alone; what was added is removed, with its rows, which are saved first (\`godwit undo\` brings them back).
- *adopt*: a new migration is written which makes it so everywhere, and recorded here as applied. It is tried on an
  empty database first, and offered only where it makes exactly what is here. Review it and commit it.
- *keep*: it stays, and you know of it. A later migration may fail on it. The choice is remembered in the state directory,
  and while the object stays as it was then, it is told as a note. \`--choose drift=undo\` leaves it alone: name it to
  decide otherwise.

\`--choose drift=undo\` is for all of them, \`--choose 'drift:index by_title=undo'\` for one. Without a choice everything
stays as it is.

An added index which is INVALID is often what an interrupted REINDEX CONCURRENTLY left (\`…_ccnew\`, \`…_ccold\`): it serves no
query and costs every write. Undo it, and begin the REINDEX again.

Owners, grants, comments, the order of columns and versions of extensions are the environment: they do not count here.

**What not to do.** Do not reset the database to get rid of drift.
`,
  detect({ replay, schema, entries, ways, kept, edits, snapshot }) {
    const drift = driftOf({ replay });
    if (drift.length === 0) return [];
    const of = (wanted: DriftObject["kind"]) =>
      drift.filter(({ kind, key }) => kind === wanted && kept?.has(key) !== true);
    const strangers = entries.filter(({ state }) => state === "missing").map(({ name }) => name);
    return [
      {
        ...{ missing: of("missing"), different: of("different"), extra: of("extra") },
        unfinished: Object.fromEntries(of("extra").flatMap(({ key }) => unfinished(key, snapshot))),
        kept: drift.flatMap((one) => {
          const keptAt = kept?.get(one.key);
          return keptAt === undefined ? [] : [{ ...one, keptAt }];
        }),
        edited: editsBehind(
          drift.filter(({ key }) => kept?.has(key) !== true),
          edits,
        ),
        ...{ schema, strangers, ways },
      },
    ];
  },
  severity: ({ missing, different, extra, strangers }) => {
    if (missing.length + different.length + extra.length === 0) return "info";
    return missing.length + different.length > 0 && strangers.length === 0 ? "error" : "warning";
  },
  title: ({ missing, different, extra, kept }) =>
    missing.length + different.length + extra.length === 0
      ? `${count(kept.length, "object")} ${kept.length === 1 ? "differs" : "differ"} from the migrations, by choice`
      : `The schema differs from its migrations: ${listNames(
          [
            missing.length > 0 ? `${wholes(missing).length} missing` : "",
            different.length > 0 ? `${different.length} different` : "",
            extra.length > 0 ? `${wholes(extra).length} added` : "",
          ].filter(Boolean),
        )}`,
  explanation: ({ missing, different, extra, kept, strangers, edited }) => {
    const open = wholes(missing).length + different.length + wholes(extra).length;
    if (open === 0)
      return `${kept.length === 1 ? "It was" : "They were"} changed by hand, and somebody chose to keep ${kept.length === 1 ? "it" : "them"}. A later migration may fail on ${kept.length === 1 ? "it" : "them"}.`;
    const why =
      strangers.length > 0
        ? `probably the work of ${listNames(strangers, 3)}, whose files are not here.`
        : edited.length > 0
          ? `${listNames(edited, 3)} ${edited.length === 1 ? "was" : "were"} edited after ${edited.length === 1 ? "it had" : "they had"} been applied, and this database was made by what was applied.`
          : "changed by hand, by another tool, or by a migration which this project does not have.";
    return `${count(open, "object")} ${open === 1 ? "is" : "are"} not as the files of the applied migrations make ${open === 1 ? "it" : "them"}: ${why}`;
  },
  proof: ({ missing, different, extra, kept, unfinished: invalid, schema }) =>
    atMost(
      [
        ...wholes(missing).map(
          (one) => `missing    ${nameObject(one.object, schema)}${withParts(one, missing)}${madeBy(one)}`,
        ),
        ...different.map(
          (one) => `different  ${nameObject(one.object, schema)}: ${differencesOf(one)}${madeBy(one)}`,
        ),
        ...wholes(extra).map(
          (one) =>
            `added      ${nameObject(one.object, schema)}${withParts(one, extra)}${aboutIndex(invalid[one.key])}`,
        ),
        ...kept.map(
          ({ object, keptAt }) =>
            `kept       ${nameObject(object, schema)}   (chosen on ${keptAt.slice(0, 10)})`,
        ),
      ],
      12,
    ),
  remedies({ missing, different, extra, ways, schema, strangers, edited }) {
    const open = [...missing, ...different, ...extra];
    return open.length === 0 ? [] : driftRemedies(open, { ways, schema, strangers, edited });
  },
});

/** Columns, keys and triggers of a table that is among them go without saying. */
function wholes(objects: readonly DriftObject[]): DriftObject[] {
  return objects.filter(({ of }) => !objects.some(({ key }) => key === of));
}

function withParts({ key }: DriftObject, all: readonly DriftObject[]): string {
  const parts = all.filter(({ of }) => of === key).length;
  return parts === 0 ? "" : `, with ${count(parts, "part")} of it`;
}

/** How the server names what it builds beside an index, and the old one that it could not remove. */
const besideAnother = /^(?<name>.+)_cc(?:new|old)\d*$/;

/**
 * An index that is INVALID, and what REINDEX CONCURRENTLY meant it for.
 * https://www.postgresql.org/docs/current/sql-reindex.html#SQL-REINDEX-CONCURRENTLY
 */
function unfinished(key: string, { objects }: Snapshot): [string, string | null][] {
  const index = objects.get(key);
  if (index?.kind !== "index" || index.attributes["valid"] !== false) return [];
  const name = besideAnother.exec(index.name)?.groups?.["name"];
  const other = [...objects.values()].find(
    (one) => one.name === name && one.schema === index.schema && one.relation === index.relation,
  );
  return [[key, other?.name ?? null]];
}

function aboutIndex(of: string | null | undefined): string {
  if (of === undefined) return "";
  return of === null
    ? ", INVALID: the server could not finish it, or is building it now"
    : `, INVALID: left by REINDEX CONCURRENTLY of ${of}, unless that is at work now`;
}

/** The edits which explain all of the drift; none where something else is among it. */
function editsBehind(drift: readonly DriftObject[], edits: readonly Edit[] = []): string[] {
  const differing = new Map(
    edits.flatMap(({ migration, differences }) => differences.map(({ object }) => [object, migration])),
  );
  const behind = drift.map(({ key, of }) => differing.get(key) ?? (of && differing.get(of)));
  return behind.every((one) => one !== undefined) ? [...new Set(behind)] : [];
}

function madeBy({ madeBy: migration }: ResidueObject): string {
  return migration === undefined ? "" : `   (made by ${migration})`;
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
