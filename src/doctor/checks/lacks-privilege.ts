import { defineCheck } from "../check.ts";
import { listNames } from "../cite.ts";
import type { LackingFor } from "../privileges/lacking-for.ts";

interface Facts {
  user: string;
  database: string;
  what: string;
  asWhom: string;
  statements: string[];
  instead: string | undefined;
  migrations: string[];
  places: string[];
}

export const lacksPrivilege = defineCheck<Facts>({
  id: "lacks-privilege",
  summary: "The role may not do what a migration that is still to come does.",
  explain: `
# A right is missing

A migration that is still to be executed does what the role of the project's URL may not do: \`permission denied for
schema public\`, \`must be owner of table users\`, \`permission denied to create extension\` (42501), or
\`extension "vector" is not available\` (0A000).

**How it comes about.** Since PostgreSQL 15 only the owner of a database may create in its schema \`public\`. A dump was
restored as another role, which then owns all tables. The database was made by an administrator. An extension needs a
superuser, or its package is not installed.

**What to do.** An administrator runs the one statement that is named, in *this* database; then go on. Or give the project
a URL with the role that owns its tables.

**What not to do.** Do not run the application as a superuser, and do not mark the migration as applied.
`,
  detect({ lacking = [], server }) {
    const alike = new Map<string, LackingFor[]>();
    for (const one of lacking) {
      const of = one.owner === undefined ? one.statement : `owner ${one.owner}`;
      alike.set(of, [...(alike.get(of) ?? []), one]);
    }
    return [...alike.values()].flatMap((all) => {
      const [first] = all;
      if (first === undefined) return [];
      const things = new Set(all.map(({ what }) => what));
      return [
        {
          user: server.user,
          database: server.database,
          what:
            things.size === 1
              ? first.what
              : `change or remove ${things.size} objects which belong to ${first.owner}`,
          asWhom: first.asWhom,
          statements: [...new Set(all.map(({ statement }) => statement))],
          instead: first.instead,
          migrations: [...new Set(all.map(({ migration }) => migration))],
          places: all.map(({ file, line }) => `${file}:${line}`),
        },
      ];
    });
  },
  severity: () => "error",
  title: ({ user, what, migrations }) =>
    `${user} may not ${what}, which ${listNames(migrations, 3)} ${migrations.length === 1 ? "does" : "do"}`,
  explanation: ({ user, database }) =>
    `The migrations are executed as role "${user}" in database "${database}", and the server will refuse this. It was asked for the right, and nothing was tried.`,
  proof: ({ places }) => places.slice(0, 4),
  remedies: ({ asWhom, statements, instead, database }) => [
    {
      id: "grant",
      title: "Let an administrator give the right",
      recommended: true,
      hazards: [],
      steps: [
        {
          kind: "person",
          action: `To be run in database "${database}", as ${asWhom}:`,
          command: statements.join(" "),
        },
        ...(instead === undefined ? [] : [{ kind: "person" as const, action: instead }]),
      ],
    },
  ],
});
