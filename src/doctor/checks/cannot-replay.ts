import type { ClientCommand } from "../../sql/client-command.ts";
import { defineCheck } from "../check.ts";

interface Facts {
  reason: string;
  remedy: string;
  /** The statement that was refused, where one was. */
  failure:
    | {
        migration: string;
        file: string;
        line: number | undefined;
        code: string;
        message: string;
        statement: string;
      }
    | undefined;
  /** What makes the refused file a script for a program, and not for the server. */
  clientCommand: ClientCommand | undefined;
  /** Nothing of the timeline is known, or only what comes before the failure. */
  whole: boolean;
}

/** feature_not_supported and undefined_file: what CREATE EXTENSION says of an extension that is not installed. */
const machineCodes = new Set(["0A000", "58P01"]);

export const cannotReplay = defineCheck<Facts>({
  id: "cannot-replay",
  summary: "The migrations could not be run on an empty database, so the schema cannot be judged.",
  explain: `
# The migrations cannot be replayed

To know what the migrations make, Godwit runs them on an empty scratch database (the *shadow*) of the same major version
as the server. That was not possible: there is no such server here, or a migration is refused on an empty database.

**How it comes about.** A syntax error in a new migration; a history that does not begin at an empty database; an edited
or misordered file; an extension which the shadow does not have; no PostgreSQL of the right version on this machine.

**What to do.** Where a server is missing, give Godwit an empty database: \`--shadow URL\`. Where an extension is missing,
give one on a server that has it. Where a migration is refused, it would be refused for everybody who starts anew:
mend it before it is released. A file that pg_dump has written is a script for psql: lines that begin with a backslash
(\`\\restrict\`, \`\\connect\`) and the rows after \`COPY … FROM stdin\` are psql's own, and no server understands them.

**What not to do.** Do not delete the migrations directory and begin again with one file: databases that exist would
no longer fit.
`,
  detect({ replay, clientCommand }) {
    if (replay.outcome === "cannot-replay") {
      const { reason, remedy } = replay;
      return [{ reason, remedy, failure: undefined, clientCommand: undefined, whole: true }];
    }
    const { failure, migrations } = replay.timeline;
    if (failure === undefined) return [];
    const found = migrations.find(({ name }) => name === failure.migration);
    const { migration, file, line, code, message, statement } = failure;
    return [
      {
        reason: `${migration} is refused on an empty database`,
        remedy: clientCommand
          ? `Mend ${file}. ${clientCommand.instead}`
          : machineCodes.has(code)
            ? "The scratch server lacks something that this migration needs, probably an extension. Give an empty database on a server which has it: --shadow URL (the image that your own database runs will do)."
            : `Mend ${file}; or, if it only needs what your server has and the scratch server has not, give a shadow database there: --shadow URL.`,
        failure: {
          migration,
          file,
          line,
          code,
          message,
          statement: found?.statements[statement ?? -1]?.text ?? "",
        },
        clientCommand,
        whole: false,
      },
    ];
  },
  severity: () => "warning",
  title: ({ failure, clientCommand, reason }) => {
    if (failure === undefined) return `The migrations could not be replayed: ${reason}`;
    return clientCommand === undefined
      ? `${failure.migration} cannot be run on an empty database (${failure.code})`
      : `${failure.migration} is a script for ${clientCommand.program}, which no server understands (${failure.code})`;
  },
  explanation({ failure, clientCommand, whole }) {
    if (failure === undefined)
      return whole
        ? "Without a replay only files and history could be compared; what is really in the schema was not judged."
        : "";
    const refusal = `The server refuses it with: ${failure.message}.`;
    const unknown = "What this migration and those after it would make is therefore not known.";
    if (clientCommand === undefined) return `${refusal} ${unknown}`;
    const { program, command, line } = clientCommand;
    return `${refusal} Its line ${line} has ${command}, which the program ${program} carries out by itself; the framework sends a file to the server, and so does not know of it. ${unknown}`;
  },
  proof: ({ failure }) =>
    failure
      ? [
          `${failure.file}${failure.line === undefined ? "" : `:${failure.line}`}${failure.statement ? `  ${failure.statement}` : ""}`,
        ]
      : [],
  remedies: ({ remedy }) => [
    {
      id: "make-replayable",
      title: "Make the replay possible",
      recommended: true,
      hazards: [],
      steps: [{ kind: "person", action: remedy }],
    },
  ],
});
