import { defineCheck } from "../check.ts";
import { count, listNames, nameObjects } from "../cite.ts";
import { isEmpty, knowsOurNames, ownObjects } from "../history-fit.ts";

interface Facts {
  database: string;
  schema: string;
  foreign: string[];
  otherHistories: string[];
  /** Migrations which the history names and this project does not have. */
  strangers: string[];
  /** Schemas of this database in which this project's own history is. */
  ownElsewhere: string[];
}

export const wrongDatabase = defineCheck<Facts>({
  id: "wrong-database",
  summary: "The URL leads to a database in which nothing is this project's.",
  comesFirst: true,
  explain: `
# The wrong database

Nothing that the project's migrations make is in this database, its history knows none of their names, and the objects
of something else are in its schema. What is in other schemas alone, as a host's is, makes no database the wrong one.

**How it comes about.** A \`DATABASE_URL\` copied from another service, a compose file in which two applications share
one database, a missing \`?schema=\`, a default database name, a restored backup of another application.

**What to do.** Look at the name of the database and of the schema, and correct the URL. If both applications are
meant to share the database, give this one a schema of its own (\`?schema=myapp\`).

**What not to do.** Do not mark migrations as applied to get past P3005: the tables will still be missing. Do not reset
the database: it is somebody's.
`,
  detect(evidence) {
    const { replay, snapshot, server, schema, otherHistories, entries } = evidence;
    if (
      evidence.history.outcome === "locked" ||
      isEmpty(evidence) ||
      knowsOurNames(evidence) ||
      ownObjects(evidence) !== 0
    )
      return [];
    const foreign = replay.outcome === "cannot-replay" ? [] : replay.location.residue.foreign;
    const strangers = entries.filter(({ state }) => state === "missing").map(({ name }) => name);
    const obstacles = replay.outcome === "cannot-replay" ? [] : replay.location.obstacles;
    const others = [...obstacles.map(({ kind, relation }) => `${kind} ${relation}`), ...foreign];
    const objects = others.filter((key) => snapshot.objects.get(key)?.shared !== true);
    if (objects.length + strangers.length + evidence.ownElsewhere.length === 0) return [];
    return [
      {
        database: server.database,
        schema,
        foreign: objects,
        otherHistories: [...otherHistories],
        strangers,
        ownElsewhere: [...evidence.ownElsewhere],
      },
    ];
  },
  severity: () => "error",
  title: ({ database, schema, ownElsewhere }) =>
    ownElsewhere.length > 0
      ? `This project's tables are in schema "${ownElsewhere.join('", "')}" of database "${database}", not in "${schema}"`
      : `Database "${database}" (schema "${schema}") holds nothing of this project`,
  explanation: ({ foreign, strangers, otherHistories, ownElsewhere, schema }) =>
    ownElsewhere.length > 0
      ? `The URL leads to schema "${schema}", where nothing of this project is; a history with its migrations is in "${ownElsewhere.join('", "')}". The ?schema= of the URL is missing or wrong.`
      : `None of the objects that the migrations make is here. ${
          strangers.length > 0
            ? `The history records ${count(strangers.length, "migration")} of something else.`
            : `${count(foreign.length, "object")} of something else ${foreign.length === 1 ? "is" : "are"}.`
        } Most likely the URL names the wrong database or the wrong schema.${
          otherHistories.length > 0
            ? ` Other applications keep their histories here: ${listNames(otherHistories)}.`
            : ""
        }`,
  proof: ({ foreign, strangers, schema }) => [
    ...(foreign.length > 0 ? [`here instead: ${nameObjects(foreign, schema, 6)}`] : []),
    ...(strangers.length > 0 ? [`recorded in the history: ${listNames(strangers)}`] : []),
  ],
  remedies: ({ database, ownElsewhere }) =>
    ownElsewhere.length > 0
      ? [
          {
            id: "correct-schema",
            title: "Correct the schema in the URL",
            recommended: true,
            hazards: [],
            steps: ownElsewhere.map((schema) => ({
              kind: "person",
              action: `Let the URL end with ?schema=${encodeURIComponent(schema)}, then run \`godwit doctor\` again.`,
            })),
          },
        ]
      : [
          {
            id: "correct-url",
            title: "Correct the database URL",
            recommended: true,
            hazards: [],
            steps: [
              {
                kind: "person",
                action: `Is "${database}" the database of this application? Look at DATABASE_URL, and at its ?schema=, then run \`godwit doctor\` again.`,
              },
            ],
          },
          {
            id: "own-schema",
            title: "If both are to share the database: give this application a schema of its own",
            recommended: false,
            hazards: [],
            steps: [
              {
                kind: "person",
                action: "Add ?schema=<name> to the URL, with a name that no other application uses.",
              },
            ],
          },
        ],
});
