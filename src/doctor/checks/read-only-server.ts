import { type ReadOnlyFacts, readOnlyRemedy, readOnlyWords, replayedWords } from "../access-words.ts";
import { defineCheck } from "../check.ts";
import { formatMoment } from "../cite.ts";

interface Facts {
  readOnly: ReadOnlyFacts;
  address: string | undefined;
}

export const readOnlyServer = defineCheck<Facts>({
  id: "read-only-server",
  summary: "The URL leads to a read-only copy of the database, or nothing may be written by way of it.",
  aboutAccess: true,
  explain: `
# Nothing can be written here

The server is a *standby*: it follows another server (the *primary*), has what that has with a delay, and takes no writes. Or
\`default_transaction_read_only\` is on: in the server's configuration, for the database, for the role, or in the options of the
URL.

**How it comes about.** A URL of a read replica (\`replica\`, \`-ro\`, a reader endpoint) in the environment of the migrations; a
failover after which the old name leads to a standby; a host that has switched a full or unpaid database to read-only.

**What can be known.** All that \`godwit doctor\` says is said of this copy. A standby may be behind: what the primary has done
since is not here yet, so a migration may be called pending which the primary has already.

**What to do.** Migrations and repairs need the primary: give its URL. Godwit changes nothing by way of a read-only connection.

**What not to do.** Do not promote the standby to get past the error (25006): then there are two databases which differ.
`,
  detect({ access }) {
    const readOnly = access?.readOnly;
    if (readOnly === undefined) return [];
    if (readOnly.kind === "setting") return [{ readOnly, address: undefined }];
    const { replayedUntil, ...rest } = readOnly;
    const moment = replayedUntil && { replayedUntil: formatMoment(replayedUntil) };
    return [{ readOnly: { ...rest, ...moment }, address: readOnly.primary }];
  },
  severity: () => "info",
  title: ({ readOnly }) => {
    const words = readOnlyWords(readOnly);
    return words.charAt(0).toUpperCase() + words.slice(1);
  },
  explanation: ({ readOnly }) =>
    readOnly.kind === "standby"
      ? "All that follows is said of this copy, which may be behind: what the primary has done since is not here yet. Nothing can be repaired here."
      : "All that follows can be read, and nothing can be repaired here.",
  proof: ({ readOnly }) =>
    readOnly.kind === "standby"
      ? [`pg_is_in_recovery() is true. ${replayedWords(readOnly.replayedUntil)}.`]
      : [],
  remedies: ({ readOnly }) => [
    {
      id: "use-primary",
      title: readOnly.kind === "standby" ? "Repair on the primary" : "Let it be written to",
      recommended: true,
      hazards: [],
      steps: [{ kind: "person", action: readOnlyRemedy(readOnly) }],
    },
  ],
});
