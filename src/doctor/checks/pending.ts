import { defineCheck } from "../check.ts";
import { count, judged, listNames } from "../cite.ts";
import { isEmpty, knowsOurNames } from "../history-fit.ts";

interface Facts {
  migrations: string[];
  outOfOrder: string[];
  applied: string | undefined;
  migrate: string;
  /** Failed migrations, before which the framework runs nothing. */
  behind: string[];
}

export const pending = defineCheck<Facts>({
  id: "pending",
  summary: "Migrations wait to be run.",
  explain: `
# Pending migrations

The project has migrations that have not been applied. That is the ordinary state before an upgrade.

A migration is *out of order* when a later one has been applied already: it came from a branch that was merged late, or
somebody ran a later file by itself. The framework will run it now, on a schema which is newer than it was written for.

**What to do.** Run them with the framework, after a backup. Look at those out of order first.
`,
  detect(evidence) {
    const { entries, framework, history } = evidence;
    const waiting = judged(evidence).filter(
      ({ entry, verdict }) =>
        ["pending", "out-of-order", "rolled-back"].includes(entry.state) &&
        entry.migration !== undefined &&
        !["present", "partial", "different"].includes(verdict?.actual ?? "absent"),
    );
    if (waiting.length === 0 || isEmpty(evidence) || history.outcome !== "read") return [];
    if (!knowsOurNames(evidence)) return [];
    return [
      {
        migrations: waiting.map(({ entry }) => entry.name),
        outOfOrder: waiting
          .filter(({ entry }) => entry.state === "out-of-order")
          .map(({ entry }) => entry.name),
        applied: entries.findLast(({ state }) => state === "applied")?.name,
        migrate: framework.commands.migrate,
        behind: entries
          .filter(({ state }) => state === "failed" || state === "running")
          .map(({ name }) => name),
      },
    ];
  },
  severity: ({ outOfOrder }) => (outOfOrder.length > 0 ? "warning" : "info"),
  title: ({ migrations, outOfOrder }) =>
    outOfOrder.length > 0
      ? `${listNames(outOfOrder)} ${outOfOrder.length === 1 ? "was" : "were"} passed over: later migrations have been applied`
      : `${count(migrations.length, "migration")} ${migrations.length === 1 ? "waits" : "wait"} to be run`,
  explanation: ({ outOfOrder, applied, behind }) =>
    outOfOrder.length > 0
      ? `${applied ?? "A later migration"} has been applied, and ${listNames(outOfOrder)} has not: merged late, or a later one was run by itself. The framework will run it on a newer schema than it was written for.`
      : behind.length > 0
        ? `Nothing is wrong with that: the framework will run them once ${listNames(behind)} is settled.`
        : "That is the ordinary state before an upgrade; nothing is wrong with it.",
  proof: ({ migrations }) => [`pending: ${listNames(migrations, 6)}`],
  remedies: ({ migrate, behind }) =>
    behind.length > 0
      ? []
      : [
          {
            id: "run",
            title: "Let the framework run them",
            recommended: true,
            hazards: [],
            steps: [{ kind: "framework", command: migrate }],
          },
        ],
});
