import type { Obstacle } from "../../timeline/locate/obstacles.ts";
import { defineCheck } from "../check.ts";
import { count, listNames, nameObjects } from "../cite.ts";
import { ownObjects } from "../history-fit.ts";

interface Facts {
  foreign: string[];
  obstacles: Obstacle[];
  otherHistories: string[];
  schema: string;
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
    return [{ foreign, obstacles: [...obstacles], otherHistories: [...otherHistories], schema }];
  },
  severity: ({ obstacles }) => (obstacles.length > 0 ? "error" : "info"),
  title: ({ obstacles, foreign }) =>
    obstacles.length > 0
      ? `Another application's ${listNames(obstacles.map(({ kind, relation }) => `${kind} ${relation}`))} ${obstacles.length === 1 ? "has the name of one" : "have names"} of ours`
      : `${count(foreign.length, "object")} here ${foreign.length === 1 ? "belongs" : "belong"} to something else`,
  explanation: ({ obstacles }) =>
    obstacles.length > 0
      ? "A migration that makes or changes a table of this name would fail on it, or change what is not ours."
      : "No migration of this project makes them. They are left alone.",
  proof: ({ obstacles, foreign, otherHistories, schema }) => [
    ...obstacles
      .slice(0, 4)
      .map(({ kind, relation, common, onlyHere, onlyOurs }) =>
        kind === "table"
          ? `table ${relation}: has ${listNames(onlyHere, 5)}${common.length > 0 ? ` besides ${listNames(common, 3)}` : ""}; ours would have ${listNames(onlyOurs, 5)}`
          : `${kind} ${relation}: ours would be a table`,
      ),
    ...(foreign.length > 0 ? [`not ours: ${nameObjects(foreign, schema)}`] : []),
    ...(otherHistories.length > 0 ? [`histories of other applications: ${listNames(otherHistories)}`] : []),
  ],
  remedies: ({ obstacles }) =>
    obstacles.length === 0
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
