import { executeStatements } from "../by-hand.ts";
import { defineCheck, type Remedy } from "../check.ts";
import {
  citeDeleting,
  citeRecord,
  count,
  judged,
  listNames,
  mustRunAlone,
  nameObjects,
  ranges,
} from "../cite.ts";
import { foreignHistory } from "../history-fit.ts";

interface Facts {
  /** The first of them. */
  migration: string;
  /** More than a few are one finding: a whole history was asserted. */
  migrations: {
    name: string;
    file: string;
    statementsMissing: number[] | undefined;
    /** It cannot be wrapped in one transaction. */
    alone: boolean;
  }[];
  actual: string;
  held: string[];
  notHeld: string[];
  /** There, and not as the migration would leave it: to be changed, or to be removed. */
  otherwise: string[];
  /** Of what is there in part: statements which leave no trace, and may or may not have run. */
  untraced: number[];
  /** Statements which delete: perhaps it was recorded without being run in order to keep what they delete. */
  deleting: string[];
  row: string;
  schema: string;
  /** Failed migrations after it, which must be settled before the framework goes on. */
  failed: { name: string; command: string }[];
  migrate: string;
  /** Other applications' relations under the names that it needs. */
  inTheWay: string[];
}

export const assertedNeverExecuted = defineCheck<Facts>({
  id: "asserted-never-executed",
  summary: "A migration is recorded as applied by a command, and its effects are not in the database.",
  explain: `
# Asserted, never executed

The history says that a migration is applied, but it was recorded by a command (Prisma: \`migrate resolve --applied\`),
not by running it, and what it makes is not in the database. Every later migration that needs it fails, often with
42P01 (a table does not exist).

**How it comes about.** The database was not empty (P3005), for instance because another application's tables are in
it, and the manual's recipe for baselining was followed: the first migration was marked as applied.

**What to do.** Run that migration's file, then settle the migration that failed after it (mark it as rolled back), and
let the framework go on.

**What not to do.** Do not delete the failed row, and do not mark more migrations as applied: the next run fails at the
same place, or later and worse.
`,
  detect(evidence) {
    const { framework, history, schema, replay, snapshot } = evidence;
    const foreign = new Set(foreignHistory(evidence).map(({ entry }) => entry.name));
    const all = judged(evidence);
    const asserted = all.filter(
      ({ entry, verdict }) =>
        entry.record?.asserted === true &&
        entry.record.state === "applied" &&
        !foreign.has(entry.name) &&
        (verdict?.actual === "absent" || verdict?.actual === "partial"),
    );
    const lastAsserted = asserted.at(-1)?.entry.name;
    const found = asserted.map(({ entry, verdict }) => ({
      migration: entry.name,
      migrations: [
        {
          name: entry.name,
          file: entry.migration?.file ?? entry.name,
          statementsMissing: verdict?.actual === "partial" ? missingStatements(verdict) : undefined,
          alone: mustRunAlone(evidence, entry),
        },
      ],
      actual: verdict?.actual ?? "unknown",
      held: [...(verdict?.held ?? [])],
      notHeld: (verdict?.notHeld ?? []).filter((key) => !snapshot.objects.has(key)),
      otherwise: (verdict?.notHeld ?? []).filter((key) => snapshot.objects.has(key)),
      untraced: verdict?.actual === "partial" ? [...verdict.untraced] : [],
      deleting: citeDeleting(evidence, entry),
      row: entry.record ? citeRecord(history.table, entry.record) : history.table,
      schema,
      // The framework goes on once, after the last of them.
      failed:
        entry.name === lastAsserted
          ? all
              .filter((other) => other.entry.state === "failed")
              .map((other) => ({
                name: other.entry.name,
                command: framework.commands.markRolledBack(other.entry.name),
              }))
          : [],
      migrate: entry.name === lastAsserted ? framework.commands.migrate : "",
      inTheWay:
        replay.outcome === "cannot-replay" ? [] : replay.location.obstacles.map(({ relation }) => relation),
    }));
    return found.length > namedAlone ? [together(found)] : found;
  },
  severity: () => "error",
  title: (facts) => {
    const { migration, migrations, actual } = facts;
    if (onlyRemoves(facts))
      return `${migration} was recorded as applied by a command, and what it removes is still to be made`;
    return migrations.length > 1
      ? `${listNames(migrations.map(({ name }) => name))} are recorded as applied, but were never executed`
      : actual === "absent"
        ? `${migration} is recorded as applied, but was never executed`
        : `${migration} is recorded as applied without being executed, and only part of it is there`;
  },
  explanation: (facts) => {
    const { migration, migrations, actual } = facts;
    if (onlyRemoves(facts))
      return `Somebody recorded ${migration} as applied (\`migrate resolve --applied\`); its row counts no executed step. What it removes is not in the database, and by the history the migration which makes that has not run: when it does, nothing removes it again.`;
    return `Somebody recorded ${migrations.length > 1 ? `${migrations.length} migrations` : migration} as applied (\`migrate resolve --applied\`); ${migrations.length > 1 ? "their rows count" : "its row counts"} no executed step. ${
      actual === "absent"
        ? `None of ${migrations.length > 1 ? "their" : "its"} effects is in the database.`
        : `Some of ${migrations.length > 1 ? "their" : "its"} effects are missing.`
    } So every later migration that needs it fails, however often it is tried.`;
  },
  proof: ({ row, held, notHeld, otherwise, deleting, schema }) => [
    row,
    ...(notHeld.length > 0
      ? [
          `not in the database: ${nameObjects(notHeld, schema)} (${count(held.length, "object")} of ${held.length + notHeld.length + otherwise.length} ${held.length === 1 ? "is" : "are"} there)`,
        ]
      : []),
    ...(otherwise.length > 0
      ? [`there, and not as it would leave it: ${nameObjects(otherwise, schema)}`]
      : []),
    ...deleting.slice(0, 3).map((statement) => `deletes: ${statement}`),
  ],
  remedies: (facts) => (facts.inTheWay.length > 0 ? [] : [execute(facts)]),
});

/** Nothing of it is to be seen, and nothing is missing: what it removes is not there. */
function onlyRemoves({ migrations, actual, held, notHeld, otherwise }: Facts): boolean {
  return (
    migrations.length === 1 &&
    actual === "absent" &&
    [held, notHeld, otherwise].every((of) => of.length === 0)
  );
}

function execute(facts: Facts): Remedy {
  const { migration, migrations, schema, failed, migrate, untraced, deleting } = facts;
  const inOrder = <T>(steps: T[]) => (onlyRemoves(facts) ? steps.toReversed() : steps);
  const going = migrate === "" ? [] : [{ kind: "framework" as const, command: migrate }];
  const ask = [
    ...(untraced.length > 0
      ? [`Find out whether statement ${ranges(untraced)} of ${migration} took effect.`]
      : []),
    ...(deleting.length > 0
      ? ["Was it recorded without being run in order to keep what it deletes? Then leave it so."]
      : []),
    // Where the parts could not be told apart, the file would fail on what is there.
    ...(migrations.some(({ statementsMissing, alone }) => statementsMissing !== undefined && alone)
      ? ["Leave out of the file what is there already."]
      : []),
  ];
  return {
    id: "execute",
    title: onlyRemoves(facts)
      ? `Let the framework go on, then execute ${migration}`
      : `Execute ${migrations.length > 1 ? "them in their order" : migration}, then let the framework go on`,
    recommended: ask.length === 0,
    hazards: deleting.length > 0 ? ["deletes-data"] : [],
    steps: [
      ...ask.map((action) => ({ kind: "person" as const, action })),
      // What is to be removed is made first.
      ...inOrder([
        migrations.map(({ name, file, statementsMissing, alone }) =>
          executeStatements({ migration: name, file, schema, statements: statementsMissing, alone }),
        ),
        [
          ...failed.map(({ name, command }) => ({
            kind: "history" as const,
            change: "mark-rolled-back" as const,
            migration: name,
            command,
          })),
          ...going,
        ],
      ]).flat(),
    ],
  };
}

function missingStatements(verdict: {
  statements: number;
  statementsPresent: readonly number[];
  untraced: readonly number[];
}): number[] {
  const settled = new Set([...verdict.statementsPresent, ...verdict.untraced]);
  return Array.from({ length: verdict.statements }, (_, i) => i + 1).filter(
    (statement) => !settled.has(statement),
  );
}

/** So many are told one by one. */
const namedAlone = 3;

function together(found: readonly Facts[]): Facts {
  const [first] = found;
  const last = found.at(-1);
  if (first === undefined || last === undefined) throw new RangeError("there is nothing to put together");
  return {
    ...first,
    actual: found.every(({ actual }) => actual === "absent") ? "absent" : "partial",
    migrations: found.flatMap(({ migrations }) => migrations),
    held: found.flatMap(({ held }) => held),
    notHeld: found.flatMap(({ notHeld }) => notHeld),
    otherwise: found.flatMap(({ otherwise }) => otherwise),
    deleting: found.flatMap(({ deleting }) => deleting),
    failed: last.failed,
    migrate: last.migrate,
  };
}
