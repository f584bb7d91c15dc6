import { defineCheck } from "../check.ts";
import { listNames, nameObject } from "../cite.ts";
import { isInvalid } from "../drift/objects.ts";

interface Facts {
  indexes: string[];
  definitions: string[];
}

export const invalidIndex = defineCheck<Facts>({
  id: "invalid-index",
  summary: "An index exists, but the server could not finish it.",
  explain: `
# An INVALID index

\`CREATE INDEX CONCURRENTLY\` failed or was interrupted and left the index behind, marked INVALID. It does not serve
queries, and a unique one does not keep duplicates out.

**What to do.** Find out what stopped it (duplicates, a lock, a lost connection); \`godwit repair\` drops the index and builds
it again by the migration's own statement.
https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY

**What not to do.** Do not run it again with IF NOT EXISTS: that passes over the invalid index and reports success.
`,
  detect({ replay, snapshot, schema }) {
    if (replay.outcome === "cannot-replay") return [];
    const found = replay.location.residue.different.filter(isInvalid).map(({ object }) => object);
    if (found.length === 0) return [];
    return [
      {
        indexes: found.map((key) => nameObject(key, schema)),
        definitions: found.map((key) => snapshot.objects.get(key)?.definition ?? key),
      },
    ];
  },
  severity: () => "error",
  title: ({ indexes }) => `${listNames(indexes)} ${indexes.length === 1 ? "is" : "are"} INVALID`,
  explanation: ({ indexes }) =>
    `The server began to build ${indexes.length === 1 ? "it" : "them"} and could not finish: ${indexes.length === 1 ? "it serves" : "they serve"} no query, and if unique, ${indexes.length === 1 ? "it keeps" : "they keep"} no duplicates out.`,
  proof: ({ definitions }) => definitions.map((definition) => `INVALID: ${definition}`),
  remedies: () => [
    {
      id: "rebuild",
      title: "Drop it and build it again by its migration's statement, after looking for duplicates",
      recommended: true,
      hazards: ["long"],
      steps: [
        {
          kind: "repair",
          command: "godwit repair",
        },
      ],
    },
  ],
});
