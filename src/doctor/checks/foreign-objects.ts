import type { Obstacle } from "../../timeline/locate/obstacles.ts";
import { defineCheck } from "../check.ts";
import { count, listNames, nameObjects } from "../cite.ts";
import { ownObjects } from "../history-fit.ts";

interface Facts {
  foreign: string[];
  obstacles: Obstacle[];
  otherHistories: string[];
  schema: string;
  /** Migrations in the history whose files are not here: what looks like another's may be theirs. */
  strangers: string[];
}

export const foreignObjects = defineCheck<Facts>({
  id: "foreign-objects",
  summary: "Objects of something else are in the database, perhaps under a name that is ours.",
  comesFirst: true,
  explain: `
# Objects of something else

There are tables (or views, functions, types) in the database which none of the project's migrations ever makes.
Another application shares the database, or somebody made them by hand. Godwit leaves them alone.

If one of them has *the name of a table that our migrations make*, it is in the way: a migration will fail on it
(42P07), or change a table which belongs to somebody else. Two tables count as different when they have less than half
of their columns in common, or keys of another type and less than four fifths.

**What to do.** Nothing, where nothing is in the way. Otherwise give this application a schema of its own
(\`?schema=myapp\`), or find out which application the table belongs to.

**What not to do.** Do not drop it, and do not let a migration "adopt" it with IF NOT EXISTS.
`,
  detect(evidence) {
    const { replay, schema, otherHistories, snapshot } = evidence;
    if (replay.outcome === "cannot-replay") return [];
    const { obstacles, residue } = replay.location;
    const foreign = residue.foreign.filter((key) => snapshot.objects.get(key)?.shared !== true);
    // Where nothing is ours, the database is the wrong one: that is another finding.
    const nothingOurs =
      ownObjects(evidence) === 0 && !evidence.entries.some(({ record, migration }) => record && migration);
    if (obstacles.length === 0 && (foreign.length === 0 || nothingOurs)) return [];
    const strangers = evidence.entries.filter(({ state }) => state === "missing").map(({ name }) => name);
    return [{ foreign, obstacles: [...obstacles], otherHistories: [...otherHistories], schema, strangers }];
  },
  severity: ({ obstacles }) => (obstacles.length > 0 ? "error" : "info"),
  title({ obstacles, foreign, strangers }) {
    const one = (obstacles.length || foreign.length) === 1;
    if (obstacles.length === 0)
      return `${count(foreign.length, "object")} here ${
        strangers.length > 0
          ? `${one ? "is" : "are"} made by no file of this project`
          : `${one ? "belongs" : "belong"} to something else`
      }`;
    const names = listNames(obstacles.map(({ kind, relation }) => `${kind} ${relation}`));
    if (strangers.length > 0)
      return `${names.charAt(0).toUpperCase()}${names.slice(1)} ${one ? "is" : "are"} not as any file here makes ${one ? "it" : "them"}`;
    return `Another application's ${names} ${one ? "has the name of one" : "have names"} of ours`;
  },
  explanation({ obstacles, strangers }) {
    const theirs = `the work of ${listNames(strangers, 3)}, whose files are not here`;
    if (obstacles.length === 0)
      return strangers.length > 0
        ? `They may be another application's, or ${theirs}. They are left alone.`
        : "No migration of this project makes them. They are left alone.";
    return strangers.length > 0
      ? `Whose that is cannot be told: another application's, or ${theirs}.`
      : "A migration that makes or changes a table of this name would fail on it, or change what is not ours.";
  },
  proof: ({ obstacles, foreign, otherHistories, schema, strangers }) => [
    ...obstacles
      .slice(0, 4)
      .map(({ kind, relation, common, onlyHere, onlyOurs }) =>
        kind === "table"
          ? `table ${relation}: has ${listNames(onlyHere, 5)}${common.length > 0 ? ` besides ${listNames(common, 3)}` : ""}; ours would have ${listNames(onlyOurs, 5)}`
          : `${kind} ${relation}: ours would be a table`,
      ),
    ...(foreign.length > 0
      ? [
          `${strangers.length > 0 ? "made by none of the files here" : "not ours"}: ${nameObjects(foreign, schema)}`,
        ]
      : []),
    ...(otherHistories.length > 0 ? [`histories of other applications: ${listNames(otherHistories)}`] : []),
  ],
  remedies: ({ obstacles, strangers }) =>
    // Where files are missing, another finding says to bring them first.
    obstacles.length === 0 || strangers.length > 0
      ? []
      : [
          {
            id: "own-schema",
            title: "Give this application a schema of its own",
            recommended: true,
            hazards: [],
            steps: [
              {
                kind: "person",
                action: "Add ?schema=<name> to the database URL, with a name that no other application uses.",
              },
            ],
          },
        ],
});
