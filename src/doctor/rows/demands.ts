import type { Demand } from "../../engines/demand.ts";
import type { Snapshot } from "../../schema/snapshot.ts";
import { settles, type Verdict } from "../../timeline/locate/verdict.ts";
import type { Timeline, TimelineMigration } from "../../timeline/timeline.ts";
import { changesValues } from "./clauses.ts";
import { Coming } from "./coming.ts";

/** A demand of a statement that is still to come. */
export interface PendingDemand {
  readonly migration: string;
  /** One-based; absent where the migration could not be taken apart. */
  readonly statement?: number;
  /** The object which asks for it: `constraint public.users.users_email_key`. */
  readonly object: string;
  readonly demand: Demand;
  /**
   * It is asked only under a condition, which the real database may not meet: code decides (a DO block), or the object is
   * there in some form and may be passed over.
   */
  readonly conditional: boolean;
  /** Statements that come before it and may change rows, so that they meet it by then. */
  readonly perhapsMendedBy: readonly (Mender & {
    /** It names the table: probably that is what it is for. */
    readonly namesTable: boolean;
  })[];
}

/** A statement that changes rows, or runs code which may. */
export interface Mender {
  readonly migration: string;
  /** One-based. */
  readonly statement: number;
}

/** What the demands follow from. */
export interface Known {
  readonly timeline: Timeline;
  readonly verdicts: readonly Verdict[];
  /** The migrations which will be executed. */
  readonly waiting: ReadonlySet<string>;
  readonly snapshot: Snapshot;
  /** The whole text of a statement (one-based), or of the file; undefined where it is not at hand. */
  readonly textOf: (migration: string, statement: number | undefined) => string | undefined;
}

/**
 * What the statements that are still to be executed ask of the rows of tables that are there.
 *
 * It follows from their effects on an empty database, whatever they are written like. Of tables and columns which they make
 * or rename themselves nothing is said, for what will be in them is not known.
 */
export function pendingDemands(known: Known): PendingDemand[] {
  return allDemands(known).filter(({ statement, demand }) => statement !== undefined || holdsOfWhole(demand));
}

/** Whether a demand follows from the effects of a whole file too: a default in it may have filled a new column, and be gone. */
function holdsOfWhole(demand: Demand): boolean {
  return demand.kind !== "no-rows";
}

function allDemands(known: Known): PendingDemand[] {
  const { timeline, verdicts, snapshot } = known;
  const demands: PendingDemand[] = [];
  const coming = new Coming(snapshot);
  const menders: Mender[] = [];
  for (const [index, migration] of timeline.migrations.entries()) {
    const verdict = verdicts[index];
    if (verdict === undefined || !known.waiting.has(migration.name)) continue;
    const isTold = settles(verdict.actual) || verdict.actual === "unknown";
    const present = new Set(isTold ? [] : verdict.statementsPresent);
    let passed = 0;
    const tellMenders = (until: number) => {
      for (; passed < until; passed++) {
        const statement = passed + 1;
        const kind = migration.statements[passed]?.kind;
        const mends = kind === "untraced" || changesValues(known.textOf(migration.name, statement) ?? "");
        if (mends && !present.has(statement)) menders.push({ migration: migration.name, statement });
      }
    };
    // What is there already asks for nothing, and what cannot be told is not claimed.
    for (const step of isTold ? [] : migration.steps) {
      const only = migration.statements.length === 1 ? 0 : undefined;
      const number = step.statement ?? only;
      if (number !== undefined && present.has(number + 1)) continue;
      if (number !== undefined) tellMenders(number);
      // Of a whole file it is not known which of its statements came first. What asks itself is no mender.
      const within = number === undefined ? untracedOf(migration) : [];
      const statement = number === undefined ? undefined : number + 1;
      const kind = number === undefined ? "schema" : migration.statements[number]?.kind;
      const text = known.textOf(migration.name, statement);
      for (const { object, demand, isThere } of coming.demandsOf(step.changes, text)) {
        // What may have filled the table to which it points cannot be told from what did not.
        if ("toEmpty" in demand && menders.length + within.length > 0) continue;
        demands.push({
          migration: migration.name,
          ...(statement !== undefined && { statement }),
          object,
          demand,
          conditional: kind !== "schema" || isThere,
          perhapsMendedBy: [...menders, ...within].map((mender) => ({
            ...mender,
            namesTable:
              known.textOf(mender.migration, mender.statement)?.includes(demand.table.name) === true,
          })),
        });
      }
      coming.apply(step.changes, text);
    }
    tellMenders(migration.statements.length);
  }
  return demands;
}

function untracedOf({ name, statements }: TimelineMigration): Mender[] {
  return statements.flatMap(({ kind }, i) =>
    kind === "untraced" ? [{ migration: name, statement: i + 1 }] : [],
  );
}

/** Migrations still to be executed that ask something of rows, and of which it is not known by which statement. */
export function demandingAsWholes(known: Known): Set<string> {
  const whole = ({ name, refined }: TimelineMigration) => (refined ? [] : [name]);
  const candidates = new Set(known.timeline.migrations.flatMap(whole));
  // Without their texts, whatever may ask for something does.
  const asking = allDemands({ ...known, textOf: () => undefined }).map(({ migration }) => migration);
  return new Set(asking.filter((name) => candidates.has(name)));
}
