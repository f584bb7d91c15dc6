import type { LockHolder } from "../../engines/engine.ts";
import { defineCheck } from "../check.ts";
import { formatMoment, listNames } from "../cite.ts";

interface Facts {
  holders: Holder[];
  historyUnread: string | undefined;
  unread: string[];
}

interface Holder extends Omit<LockHolder, "since"> {
  since: string | undefined;
}

export const lockHeld = defineCheck<Facts>({
  id: "lock-held",
  summary: "Another session holds a lock which keeps migrations, or everybody, waiting.",
  comesFirst: true,
  explain: `
# A lock is held

Another session holds the framework's own lock (Prisma: P1002 after ten seconds), or an ACCESS EXCLUSIVE lock on tables,
which nobody can even read meanwhile.

**How it comes about.** Another migration is at work; a session did a change in a transaction and stays idle in it; the
client is gone and the server has not noticed; behind a pooler a lock stays with a connection that is used by others.

**What to do.** If the session works (\`active\`), wait. If it is idle in a transaction and nobody knows it, end exactly
that session: \`SELECT pg_terminate_backend(<pid>)\`.

**What not to do.** \`pg_advisory_unlock_all()\` from another session releases nothing. Do not switch the lock off.
`,
  detect({ surroundings, history, snapshot }) {
    if (surroundings.holders.length === 0 && history.outcome !== "locked") return [];
    return [
      {
        holders: surroundings.holders.map(({ since, ...holder }) => ({
          ...holder,
          since: since && formatMoment(since),
        })),
        historyUnread: history.outcome === "locked" ? history.table : undefined,
        unread: [...snapshot.unreadable],
      },
    ];
  },
  severity: () => "error",
  title: ({ holders, historyUnread }) => {
    const [first] = holders;
    if (first === undefined) return `The history table ${historyUnread} is locked`;
    const what =
      first.holds.kind === "framework-lock"
        ? "the framework's migration lock"
        : `a lock on ${listNames(first.holds.relations, 3)}`;
    return `Session ${first.pid} holds ${what}${holders.length > 1 ? `, and ${holders.length - 1} more sessions hold locks` : ""}`;
  },
  explanation: ({ historyUnread, unread, holders }) =>
    `${holders.some(({ holds }) => holds.kind === "framework-lock") ? "While it is held, no other migration runs." : "While it is held, nobody can read these tables, and a migration waits."}${
      historyUnread ? ` So the history (${historyUnread}) could not be read: what it says is not known.` : ""
    }${unread.length > 0 ? ` The definitions of ${listNames(unread)} could not be read.` : ""}`,
  proof: ({ holders }) => holders.map(describeHolder),
  remedies: ({ holders }) => [
    {
      id: "wait",
      title: "Wait until it is released, then look again",
      recommended: true,
      hazards: [],
      steps: [
        { kind: "person", action: "Is that session at work? Then wait, and run `godwit doctor` again." },
      ],
    },
    ...holders.slice(0, 1).map(({ pid }) => ({
      id: "end-session",
      title: `End session ${pid}, and only that one`,
      recommended: false,
      hazards: [],
      steps: [
        {
          kind: "person" as const,
          action: `If nobody needs it: SELECT pg_terminate_backend(${pid}); what it has not committed is undone.`,
        },
      ],
    })),
  ],
});

function describeHolder({ pid, user, application, client, state, since, query, holds }: Holder): string {
  const who = [
    user && `user ${user}`,
    application && `application ${application}`,
    client && `from ${client}`,
  ].filter(Boolean);
  const what = holds.kind === "framework-lock" ? "the migration lock" : listNames(holds.relations);
  return `pid ${pid}${who.length > 0 ? ` (${who.join(", ")})` : ""} holds ${what}${state ? `, ${state}` : ""}${since ? ` since ${since}` : ""}${query ? `: ${query}` : ""}`;
}
