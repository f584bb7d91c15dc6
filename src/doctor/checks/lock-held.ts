import type { LockHolder, PreparedTransaction } from "../../engines/engine.ts";
import { defineCheck } from "../check.ts";
import { formatMoment, listNames } from "../cite.ts";
import { canEnd, describeHolder, describePrepared, endingOf, stateInWords } from "../lock-words.ts";

interface Facts {
  holders: Holder[];
  prepared: (Omit<PreparedTransaction, "since"> & { since: string })[];
  historyUnread: string | undefined;
  unread: string[];
}

interface Holder extends Omit<LockHolder, "since" | "mark"> {
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
client is gone and the server has not noticed; behind a pooler a lock stays with a connection that is used by others; a
transaction was prepared for a commit in two phases, and nobody came back for it.

**What can be known.** The server tells what a session does, and since when; not whether its client still lives. An address is
the pooler's where there is one. \`idle\` with the framework's lock is a session between two statements, or a pooler's
connection with which the lock was left.

**What to do.** If the session works (\`active\`), wait: \`godwit repair --wait 600\` waits for it, and goes on. If it is idle
in a transaction and nobody knows it, \`godwit repair --choose lock-held:<pid>=end-session\` ends exactly that session, if it is still
the same and has done nothing since it was shown. A session that works is ended only by \`end-working-session\`. A prepared
transaction belongs to whoever coordinates it; Godwit leaves it alone.

**What not to do.** \`pg_advisory_unlock_all()\` from another session releases nothing. Do not switch the lock off.
`,
  detect({ surroundings: { holders, prepared }, history, snapshot }) {
    if (holders.length === 0 && prepared.length === 0 && history.outcome !== "locked") return [];
    return [
      {
        holders: holders.map(({ since, mark: _, ...holder }) => ({
          ...holder,
          since: since && formatMoment(since),
        })),
        prepared: prepared.map((one) => ({ ...one, since: formatMoment(one.since) })),
        historyUnread: history.outcome === "locked" ? history.table : undefined,
        unread: [...snapshot.unreadable],
      },
    ];
  },
  severity: () => "error",
  title: ({ holders, prepared, historyUnread }) => {
    const first = holders[0] ?? prepared[0];
    if (first === undefined) return `The history table ${historyUnread} is locked`;
    const what =
      first.holds.kind === "framework-lock"
        ? "the framework's migration lock"
        : `a lock on ${listNames(first.holds.relations, 3)}`;
    const who = "pid" in first ? `Session ${first.pid}` : `The prepared transaction "${first.gid}"`;
    const more = holders.length + prepared.length - 1;
    return `${who} holds ${what}${more > 0 ? `, and ${more} more ${more === 1 ? "holds a lock" : "hold locks"}` : ""}`;
  },
  explanation: ({ historyUnread, unread, holders, prepared }) =>
    [
      [...holders, ...prepared].some(({ holds }) => holds.kind === "framework-lock")
        ? "While it is held, no other migration runs."
        : "While it is held, nobody can read these tables, and a migration waits.",
      ...holders.slice(0, 1).map(stateInWords),
      ...(historyUnread
        ? [`So the history (${historyUnread}) could not be read: what it says is not known.`]
        : []),
      ...(unread.length > 0 ? [`The definitions of ${listNames(unread)} could not be read.`] : []),
    ].join(" "),
  proof: ({ holders, prepared }) => [...holders.map(describeHolder), ...prepared.map(describePrepared)],
  remedies: ({ holders, prepared }) => [
    {
      id: "wait",
      title: "Wait until it is released, then look again",
      recommended: true,
      hazards: [],
      steps: [
        {
          kind: "person",
          action:
            "Is it at work? Then wait: `godwit repair --wait 600` waits up to ten minutes, and goes on.",
        },
      ],
    },
    ...holders.slice(0, 3).map((holder) => ({
      id: endingOf(holder),
      title: `End session ${holder.pid}, and only that one${holder.state === "active" ? ", though it is at work" : ""}`,
      recommended: false,
      hazards: [],
      steps: [
        {
          kind: "person" as const,
          action: canEnd(holder)
            ? `If nobody needs it: \`godwit repair --choose lock-held:${holder.pid}=${endingOf(holder)}\`; what it has not committed is undone.`
            : `If nobody needs it, an administrator runs: SELECT pg_terminate_backend(${holder.pid}); what it has not committed is undone.`,
        },
      ],
    })),
    ...prepared.slice(0, 3).map(({ gid, owner }) => ({
      id: "settle-prepared",
      title: `Settle the prepared transaction "${gid}" with whoever coordinates it`,
      recommended: false,
      hazards: [],
      steps: [
        {
          kind: "person" as const,
          action: `Its coordinator knows whether it was to be committed. Then, in this database, as ${owner} or an administrator: COMMIT PREPARED '${gid.replaceAll("'", "''")}' keeps what it did, ROLLBACK PREPARED '${gid.replaceAll("'", "''")}' undoes it.`,
        },
      ],
    })),
  ],
});
