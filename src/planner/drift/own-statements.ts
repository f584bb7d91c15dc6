import type { ProposedStatement } from "../../engines/differ.ts";
import { carrierOf } from "../../engines/object-order.ts";
import type { Objects } from "../../engines/object-sql.ts";
import type { Migration } from "../../migration/migration.ts";
import type { PlannedStatement } from "../../plan/plan.ts";
import type { Statement } from "../../sql/statement.ts";
import { factParts } from "../../timeline/facts.ts";
import type { Timeline } from "../../timeline/timeline.ts";
import { headOf, type PlacedStep, placedSteps } from "../projection.ts";

/** A statement of a migration which makes objects, nothing else, as they are in the end. */
export interface OwnStatement {
  readonly index: number;
  readonly migration: Migration;
  readonly statement: PlannedStatement;
  /** All that it makes, by the keys. */
  readonly objects: ReadonlySet<string>;
}

export interface OwnWishes {
  readonly timeline: Timeline;
  /** For each step of the timeline, whether it was executed. */
  readonly executed: ArrayLike<number>;
  readonly migrations: readonly Migration[];
  readonly split: (script: string) => Statement[];
}

/**
 * Finds the migrations' own statements which make these objects: what they were tested with is better than what is put
 * together from the catalogs. One that would do more, or whose work a later one has changed, is none.
 *
 * @param made the keys of what is not there by then and is to be made
 */
export function ownStatements(made: ReadonlySet<string>, wishes: OwnWishes): OwnStatement[] {
  const { timeline, executed, migrations, split } = wishes;
  const ran = placedSteps(timeline).filter(({ index }) => executed[index] === 1);
  const { values } = headOf(ran);
  const doesThisAlone = ({ changes }: PlacedStep) =>
    changes.every(
      ([key, value]) => value !== undefined && made.has(factParts(key)[0]) && values.get(key) === value,
    );
  const makes = ({ changes }: PlacedStep) =>
    changes.some(([key, value]) => factParts(key)[1] === "" && value !== undefined);
  return ran.flatMap((step) => {
    if (!makes(step) || !doesThisAlone(step)) return [];
    const migration = migrations[step.migration];
    const statements = split(migration?.sql ?? "");
    const number = step.statement ?? 0;
    const found = statements[number];
    // Of a file that was not taken apart it is not known which statement does what.
    if (step.statement === undefined && statements.length !== 1) return [];
    if (migration === undefined || found?.kind !== "schema") return [];
    const { line, text: sql } = found;
    return {
      index: step.index,
      migration,
      statement: { number: number + 1, line, sql, untraced: false },
      objects: new Set(step.changes.map(([key]) => factParts(key)[0])),
    };
  });
}

/**
 * Leaves out own statements which make less than what would make way for them: the statement that is proposed for a
 * table has the columns which later migrations added to it, too.
 *
 * @param made as {@link ownStatements}
 * @param target what is to be there in the end, with what is proposed for it
 */
export function whole(
  own: readonly OwnStatement[],
  made: ReadonlySet<string>,
  { target, proposed }: { readonly target: Objects; readonly proposed: readonly ProposedStatement[] },
): OwnStatement[] {
  const makings = proposed.filter(({ does }) => does === "make");
  const byItself = new Set(makings.flatMap(({ objects }) => objects));
  const partsOf = (carrier: string) =>
    [...made].filter((key) => {
      const part = target.get(key);
      return !byItself.has(key) && part !== undefined && carrierOf(part, target) === carrier;
    });
  return own.filter(({ objects }) =>
    makings
      .filter((making) => making.objects.some((key) => objects.has(key)))
      .every((making) =>
        making.objects.flatMap((key) => [key, ...partsOf(key)]).every((key) => objects.has(key)),
      ),
  );
}

/** Puts own statements in the place of those which were proposed for the same objects. */
export function withOwn(
  proposed: readonly ProposedStatement[],
  own: readonly OwnStatement[],
): (ProposedStatement | OwnStatement)[] {
  const of = (key: string) => own.find(({ objects }) => objects.has(key));
  const placed = new Set<OwnStatement>();
  const all = proposed.flatMap((one): (ProposedStatement | OwnStatement)[] => {
    const found = one.does === "remove" ? undefined : of(one.objects[0] ?? "");
    if (found === undefined) return [one];
    if (placed.has(found)) return [];
    placed.add(found);
    return [found];
  });
  // Tables that refer to each other from within their statements stand in the migrations' order.
  const isTable = (one: ProposedStatement | OwnStatement): one is OwnStatement =>
    isOwn(one) && [...one.objects].some((key) => key.startsWith("table "));
  const sorted = all.filter(isTable).toSorted((a, b) => a.index - b.index);
  let next = 0;
  return all.map((one) => (isTable(one) ? (sorted[next++] ?? one) : one));
}

export function isOwn(one: ProposedStatement | OwnStatement): one is OwnStatement {
  return "statement" in one;
}
