import { defineCheck } from "../check.ts";
import { citeDeleting, count, judged, listNames } from "../cite.ts";
import { driftOf } from "../drift/objects.ts";
import { isEmpty, knowsOurNames } from "../history-fit.ts";

interface Facts {
  migrations: string[];
  outOfOrder: string[];
  applied: string | undefined;
  migrate: string;
  /** Something that applied migrations made is gone, or otherwise than they made it. */
  drifted: boolean;
  /** Failed migrations, before which the framework runs nothing. */
  behind: string[];
  /** Of these the schema is the same whether they ran or not; running them again may do harm. */
  untold: string[];
  /** The framework's commands to record those as applied. */
  commands: string[];
  /** Statements among them which delete, as file, line and text. */
  deleting: string[];
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
    const untold = waiting
      .filter(({ entry, verdict }) => {
        if (verdict === undefined || verdict.actual === "absent" || !verdict.replayed) return false;
        // A migration at the end of the history which leaves no trace simply waits.
        return entry.state === "out-of-order" || verdict.actual !== "no-trace";
      })
      .map(({ entry }) => entry.name);
    return [
      {
        migrations: waiting.map(({ entry }) => entry.name),
        outOfOrder: waiting
          .filter(({ entry }) => entry.state === "out-of-order")
          .map(({ entry }) => entry.name),
        applied: entries.findLast(({ state }) => state === "applied")?.name,
        migrate: framework.commands.migrate,
        drifted: driftOf(evidence).some(
          ({ kind, key }) => kind !== "extra" && evidence.kept?.has(key) !== true,
        ),
        behind: entries
          .filter(({ state }) => state === "failed" || state === "running")
          .map(({ name }) => name),
        untold,
        commands: untold.map((name) => framework.commands.markApplied(name)),
        deleting: waiting.flatMap(({ entry }) => citeDeleting(evidence, entry)),
      },
    ];
  },
  severity: ({ outOfOrder, untold }) => (outOfOrder.length + untold.length > 0 ? "warning" : "info"),
  title: ({ migrations, outOfOrder, untold }) =>
    untold.length > 0
      ? `Whether ${listNames(untold)} ran cannot be told: there is no row, and the schema is the same either way`
      : outOfOrder.length > 0
        ? `${listNames(outOfOrder)} ${outOfOrder.length === 1 ? "was" : "were"} passed over: later migrations have been applied`
        : `${count(migrations.length, "migration")} ${migrations.length === 1 ? "waits" : "wait"} to be run`,
  explanation: ({ outOfOrder, applied, behind, untold, drifted }) =>
    untold.length > 0
      ? `${
          untold.some((name) => outOfOrder.includes(name))
            ? "Later migrations are there. Either it was passed over, or it ran and its row was deleted."
            : "Either something else left the schema as it would, or it ran and its row was deleted."
        } The framework will run it now; if it ran before, that fails, or undoes what came later.`
      : outOfOrder.length > 0
        ? `${applied ?? "A later migration"} has been applied, and ${listNames(outOfOrder)} has not: merged late, or a later one was run by itself. The framework will run it on a newer schema than it was written for.`
        : behind.length > 0
          ? `Nothing is wrong with that: the framework will run them once ${listNames(behind)} is settled.`
          : drifted
            ? "They were written for a schema that is not quite this one: see to the finding drift first, or they may fail on it."
            : "That is the ordinary state before an upgrade; nothing is wrong with it.",
  proof: ({ migrations, deleting }) => [
    `pending: ${listNames(migrations, 6)}`,
    ...deleting.slice(0, 4).map((statement) => `deletes: ${statement}`),
  ],
  remedies: ({ migrate, behind, untold, commands, deleting, drifted }) => {
    if (behind.length > 0) return [];
    const hazards = deleting.length > 0 ? (["deletes-data"] as const) : [];
    const run = { kind: "framework", command: migrate } as const;
    if (untold.length === 0) {
      const title = drifted
        ? "When that is decided: let the framework run them"
        : "Let the framework run them";
      return [{ id: "run", title, recommended: !drifted, hazards, steps: [run] }];
    }
    const ask = {
      kind: "person",
      action: `Find out whether ${listNames(untold)} ran: logs of the deployment, a backup of the history.`,
    } as const;
    return [
      {
        id: "mark-applied",
        title: "If it ran: record it as applied",
        recommended: false,
        hazards: [],
        steps: [
          ask,
          ...untold.map((migration, i) => ({
            kind: "history" as const,
            change: "mark-applied" as const,
            migration,
            ...(commands[i] !== undefined && { command: commands[i] }),
          })),
        ],
      },
      {
        id: "run",
        title: "If it did not: let the framework run it",
        recommended: false,
        hazards,
        steps: [ask, run],
      },
    ];
  },
});
