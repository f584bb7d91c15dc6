import type { Bundle } from "../doctor/bundle/bundle.ts";
import type { Diagnosis } from "../workflows/result.ts";
import { printable } from "./printable.ts";

/** How many migrations with masked literals are named. */
const named = 5;

/**
 * What is in a bundle and what is not, for whoever decides whether to hand it on.
 *
 * @param file as it was typed
 */
export function bundleText(bundle: Bundle, file: string): string {
  const { server, snapshot, migrations, history, surroundings, address } = bundle;
  const migrationsWord = count(migrations.length, "migration");
  const lines = [
    `The bundle was written to ${file}. In it are:`,
    `  - the server's address (${address}) and version, the names of the database (${server.database}) and of its user (${server.user})`,
    `  - the schema: ${count(snapshot.objects.size, "object")} with names, definitions, defaults, comments, bodies of functions, owners and rights`,
    `  - ${migrationsWord}: the statements that make the schema as they are, with their literals`,
    `  - the history: ${count(history.records.length, "row")} (of logs only the errors' codes and messages)`,
    ...(surroundings.holders.length > 0
      ? [
          `  - ${count(surroundings.holders.length, "session")} holding locks: users, client addresses, queries without literals`,
        ]
      : []),
    "Not in it: the rows of your tables, the URL's password, .env, the environment, your home directory's name.",
    ...masked(bundle),
    proof(bundle),
    `Look at it before you attach it: it is JSON${file.endsWith(".gz") ? ` (zcat ${file} | less)` : ""}. More: docs/bundle.md`,
  ];
  return `\n${lines.map(printable).join("\n")}\n`;
}

function masked({ masked: { literals, logs, messages, schemaTexts, roles } }: Bundle): string[] {
  const names = Object.keys(literals);
  const total = Object.values(literals).reduce((sum, one) => sum + one, 0);
  const more = names.length > named ? ` and ${names.length - named} more` : "";
  const parts = [
    "all comments of the migrations",
    total > 0 &&
      `${count(total, "literal")} of statements that write rows, call functions or name passwords (${names.slice(0, named).join(", ")}${more})`,
    logs > 0 && `the rest of ${count(logs, "log")} in the history`,
    messages > 0 && `values in ${count(messages, "error message")}`,
    schemaTexts > 0 && `passwords in ${count(schemaTexts, "text")} of the schema`,
    roles > 0 && `${count(roles, "role")} of the server which no migration names`,
  ].filter((part) => part !== false);
  return [`Masked or left out: ${parts.join("; ")}.`];
}

function proof({ proof: { outcome, reason } }: Bundle): string {
  switch (outcome) {
    case "same":
      return "Diagnosed by itself, the bundle tells the same as the database.";
    case "different":
      return `Diagnosed by itself, the bundle tells something else (${reason}): what was masked matters. It is still of use; say so when you attach it.`;
    case "not-replayed":
      return `Diagnosed by itself, the bundle tells less: ${reason}.`;
  }
}

/** Where a bundle tells something else here than it told where it was made; empty where it does not. */
export function bundleDifferenceText({ bundle, findings }: Diagnosis): string {
  const now = findings.map(({ severity, check }) => `${severity} ${check}`);
  if (bundle === undefined || now.join() === bundle.found.join()) return "";
  return `\n${printable(
    `Where the bundle was made, the doctor found: ${bundle.found.join(", ") || "nothing"}. Here: ${now.join(", ") || "nothing"}.`,
  )}\n`;
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? "" : "s"}`;
}
