import type { Gathered } from "../doctor/gather.ts";
import type { ObjectSql } from "../engines/object-sql.ts";
import type { QuarantineSql } from "../engines/quarantine.ts";
import { Choices, type Question } from "../planner/choices.ts";
import { type Difference, differenceOf } from "../planner/undo/difference.ts";
import { looksAt, type Seen, seenWords } from "../planner/undo/new-rows.ts";
import type { Remembered } from "../planner/undo/remembered.ts";
import { type PlannedUndo, planUndo } from "../planner/undo/undo.ts";
import type { Snapshot } from "../schema/snapshot.ts";
import { isBookkeeping } from "../timeline/locate/locate.ts";
import { filesHash, historyHash, schemaFingerprint } from "./preparation.ts";

/** All that an undo is made from. */
export interface UndoBasis {
  readonly gathered: Gathered;
  readonly remembered: Remembered;
  readonly now: Snapshot;
  readonly difference: Difference;
  readonly seen: readonly Seen[];
  readonly sql: ObjectSql;
  readonly quarantine: QuarantineSql;
}

/** Compares what a repair found with what is there now, and looks at what came since. Reads only. */
export async function readBasis(gathered: Gathered, remembered: Remembered): Promise<UndoBasis> {
  const { engine, session, project, schema } = gathered;
  const [sql, quarantine, now] = await Promise.all([
    engine.objectSql(),
    engine.quarantine(),
    session.snapshot(),
  ]);
  const leaveOut = isBookkeeping(project.framework.historyTable(schema));
  const compare = (cannot: ReadonlySet<string>) =>
    differenceOf(remembered.plan, { before: remembered.before, now, sql, leaveOut, cannot });
  const difference = compare(new Set());
  const seen: Seen[] = [];
  for (const look of looksAt(difference)) {
    const answer = await session.read(look.sql).catch(() => undefined);
    const count = answer?.outcome === "rows" ? Number(answer.rows[0]?.["n"]) : undefined;
    seen.push({ ...look, count });
  }
  const cannot = new Set(
    seen.flatMap(({ kind, object, count }) => (kind === "converted" && count === undefined ? [object] : [])),
  );
  return {
    gathered,
    remembered,
    now,
    difference: cannot.size === 0 ? difference : compare(cannot),
    seen: seen.filter(({ object }) => !cannot.has(object)),
    sql,
    quarantine,
  };
}

/** What would be deleted that came since: only a person can say that it may go. */
export function newRowsQuestion({ remembered, seen }: UndoBasis): Question | undefined {
  const cited = seen.filter(({ count }) => count === undefined || count > 0).map(seenWords);
  if (cited.length === 0) return undefined;
  return {
    check: "undo",
    migration: remembered.id,
    title: "Is what has come into these since the repair to be deleted?",
    cited,
    options: [
      {
        id: "with-new-rows",
        title: "Take the repair back, and delete them",
        caution: "they are saved in the state directory first",
      },
    ],
  };
}

/** @param choices as `--choose` gives them */
export function withNewRows(question: Question | undefined, choices: readonly string[]): boolean {
  const asked = question ?? {
    check: "undo",
    migration: "",
    title: "",
    cited: [],
    options: [{ id: "with-new-rows", title: "" }],
  };
  return new Choices(choices).of(asked) === "with-new-rows";
}

/** @returns undefined where nothing of the repair is there any more */
export function planFrom(basis: UndoBasis, chosen: boolean): PlannedUndo | undefined {
  const { gathered, remembered, now, difference, seen, sql, quarantine } = basis;
  const { project, engine, server, schema, history, migrations } = gathered;
  const { framework } = project;
  const leaveOut = isBookkeeping(framework.historyTable(schema));
  return planUndo({
    remembered,
    now,
    difference,
    leaveOut,
    sql,
    quarantine,
    role: server.user,
    from: {
      schema: schemaFingerprint(now, leaveOut),
      history: historyHash(history),
      files: filesHash(migrations),
      serverVersion: server.version,
    },
    project: { framework: framework.name, engine: engine.name, database: server.database, schema },
    writing: framework.writing,
    history,
    seen,
    withNewRows: chosen,
  });
}
