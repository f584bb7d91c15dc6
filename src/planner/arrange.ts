import type { NewRow } from "../frameworks/framework.ts";
import type { Hazard, HistoryChange, PlanPart, PlanStep } from "../plan/plan.ts";
import type { Write } from "../plan/write.ts";
import { quoteIdentifier } from "../sql/identifier.ts";
import { aloneByText, endsTransaction } from "../sql/postgres-alone.ts";
import { factParts } from "../timeline/facts.ts";
import type { Standing } from "./dependents.ts";
import { stepHazards } from "./hazards.ts";
import type { MendStep } from "./mending/mending.ts";
import { mendsOf, piecesOf } from "./mending/pieces.ts";
import { missingSchema, type PlanWishes } from "./planning.ts";
import { inOrder, type PlacedStep } from "./projection.ts";
import { runsAlone, type Task } from "./task.ts";

interface Arranged {
  readonly parts: readonly PlanPart[];
  /** For each part, the steps of the timeline that have run when it is done. */
  readonly stepsAfter: readonly (readonly PlacedStep[])[];
}

/**
 * Puts the tasks into parts: one transaction for all that can be in one, statements by themselves which cannot, and
 * what comes last and whole for the framework's own runner, where there is one.
 */
export function arrange(
  tasks: readonly Task[],
  wishes: PlanWishes,
  chosen: readonly PlacedStep[],
  around: Around,
): Arranged {
  const builder = new Builder(wishes, around);
  const { own, tail } = divide(tasks, wishes, around);
  if (wishes.evidence.history.outcome === "no-table" && (own.length > 0 || tail.length === 0)) {
    const { schema } = wishes.project;
    const table = { sql: wishes.writing.createTable(schema), values: [] };
    // Prisma's runner makes the schema of the URL too.
    const place = { sql: `CREATE SCHEMA ${quoteIdentifier(schema)}`, values: [] };
    const writes = missingSchema(wishes) === undefined ? [table] : [place, table];
    builder.history("create-table", "", writes, "there is no history table");
  }
  for (const task of [...own, ...tail]) {
    if (task.decision.do !== "execute" || task.decision.settle.length === 0) continue;
    const writes = wishes.writing.markRolledBack(wishes.project.schema, task.decision.settle);
    builder.history("mark-rolled-back", task.migration.name, writes, task.why);
  }
  for (const task of own) builder.task(task);
  const parts = builder.finish();
  if (tail.length > 0 && wishes.runner !== undefined) {
    const statements = tail.flatMap(({ migration, statements: all }) =>
      all.map((statement) => ({ ...statement, migration: migration.name })),
    );
    parts.push({
      part: {
        kind: "runner",
        runner: wishes.runner.description,
        command: wishes.runner.command,
        migrations: tail.map(({ migration }) => migration.name),
        hazards: stepHazards(
          tail.flatMap(({ steps }) => steps),
          statements,
          wishes.project.schema,
          wishes.evidence.snapshot.objects,
        ),
        statements,
      },
      steps: tail.flatMap(({ steps }) => steps),
    });
  }
  let done: readonly PlacedStep[] = [];
  const stepsAfter = parts.map(({ steps }) => {
    done = inOrder([...done, ...steps]);
    return done;
  });
  if (done.length !== chosen.length) throw new RangeError("a step of the plan is in none of its parts");
  return { parts: parts.map(({ part }) => part), stepsAfter };
}

/** What a plan does around the migrations' own statements. */
export interface Around {
  /** Rows get other values immediately before a statement. */
  readonly mends: readonly MendStep[];
  /** By migration: what is removed before it, and made again behind it. */
  readonly standing: ReadonlyMap<string, Standing>;
}

/** What the framework's runner can do: whole files after which nothing of ours comes. */
function divide(
  tasks: readonly Task[],
  { runner }: PlanWishes,
  { mends, standing }: Around,
): { own: Task[]; tail: Task[] } {
  const isMended = ({ migration: { name } }: Task) =>
    standing.has(name) || mends.some(({ migration }) => migration === name);
  // A row that is only written can be written before the runner starts, wherever its migration stands.
  const lastOfOurs = tasks.findLastIndex(
    (task) => (!task.whole && task.statements.length > 0) || isMended(task),
  );
  if (runner === undefined) return { own: [...tasks], tail: [] };
  return {
    own: tasks.filter((task, i) => !task.whole || i <= lastOfOurs),
    tail: tasks.filter((task, i) => task.whole && i > lastOfOurs),
  };
}

/** Collects steps into parts. */
class Builder {
  readonly #wishes: PlanWishes;
  readonly #mends: readonly MendStep[];
  readonly #standing: Around["standing"];
  readonly #parts: { part: PlanPart; steps: PlacedStep[] }[] = [];
  #open: PlanStep[] = [];
  #steps: PlacedStep[] = [];

  constructor(wishes: PlanWishes, { mends, standing }: Around) {
    this.#wishes = wishes;
    this.#mends = mends;
    this.#standing = standing;
  }

  history(change: HistoryChange, migration: string, writes: readonly Write[], why: string): void {
    if (writes.length > 0) this.#open.push({ kind: "history", change, migration, writes, why });
  }

  task(task: Task): void {
    const { writing, project, newId, transactions } = this.#wishes;
    const { migration, whole, decision, why } = task;
    const row: NewRow = { id: newId(), migration };
    const alone = runsAlone(task);
    const standing = this.#standing.get(migration.name);
    this.#open.push(...(standing?.before ?? []));
    if (alone && whole) {
      this.history("begin", migration.name, writing.begin(project.schema, row), why);
      this.#open.push(...mendsOf(task, this.#mends));
      this.#close("transaction");
      this.#removeInvalid(task.steps);
      this.#statements(task);
      this.#close("alone");
      this.history("finish", migration.name, writing.finish(project.schema, row), why);
    } else if (whole) {
      this.history("begin", migration.name, writing.begin(project.schema, row), why);
      this.#removeInvalid(task.steps);
      this.#mended(task);
      this.#open.push(...(standing?.after ?? []));
      this.history("finish", migration.name, writing.finish(project.schema, row), why);
    } else {
      this.#inPart(task);
      this.#open.push(...(standing?.after ?? []));
      const records = decision.do === "record" || (decision.do === "finish" && decision.record);
      if (records) {
        const writes = writing.markApplied(project.schema, row, task.records);
        this.history("mark-applied", migration.name, writes, why);
      }
      if (decision.do === "rename") {
        const writes = writing.rename(project.schema, migration, task.records);
        this.history("rename", migration.name, writes, why);
      }
      if (decision.do === "re-sign") {
        const counting = task.records.filter(({ state }) => state === "applied");
        this.history("re-sign", migration.name, writing.reSign(project.schema, migration, counting), why);
      }
    }
    // A new value of an enum cannot be used in its own transaction.
    if (transactions === "each" || task.statements.some(({ sql }) => endsTransaction(sql)))
      this.#close("transaction");
  }

  finish() {
    this.#close("transaction");
    return this.#parts;
  }

  /** Statements which cannot be in a transaction stand by themselves, each at its place. */
  #inPart(task: Task): void {
    for (const statement of task.statements) {
      const steps = task.steps.filter((step) => (step.statement ?? 0) === statement.number - 1);
      const one = { ...task, statements: [statement], steps };
      if (mendsOf(one, this.#mends).length > 0) {
        this.#removeInvalid(steps);
        this.#mended(one);
        continue;
      }
      if (!aloneByText(statement.sql)) {
        this.#removeInvalid(steps);
        this.#statements(one);
        continue;
      }
      this.#close("transaction");
      this.#removeInvalid(steps);
      this.#statements(one);
      this.#close("alone");
    }
  }

  /** Rows are mended immediately before the statement that would be refused for them. */
  #mended(task: Task): void {
    for (const { mends, instead, ...piece } of piecesOf(task, this.#mends)) {
      const hazards = instead ? this.#hazards(piece) : [];
      for (const mend of mends)
        this.#open.push({ ...mend, hazards: [...new Set([...mend.hazards, ...hazards])] });
      if (piece.statements.some(({ sql }) => aloneByText(sql))) {
        this.#close("transaction");
        this.#statements(piece);
        this.#close("alone");
      } else if (instead) this.#steps.push(...piece.steps);
      else this.#statements(piece);
    }
  }

  #statements(task: Task): void {
    const { migration, whole, statements, steps, why } = task;
    if (statements.length === 0) return;
    const hazards = this.#hazards(task);
    const before = this.#open.at(-1);
    this.#steps.push(...steps);
    if (before?.kind === "statements" && before.migration === migration.name && !whole) {
      this.#open[this.#open.length - 1] = {
        ...before,
        statements: [...before.statements, ...statements],
        hazards: [...new Set([...before.hazards, ...hazards])],
      };
      return;
    }
    const { name, file } = migration;
    this.#open.push({ kind: "statements", migration: name, file, whole, statements, why, hazards });
  }

  #hazards({ steps, statements }: Task): Hazard[] {
    const { project, evidence } = this.#wishes;
    return stepHazards(steps, statements, project.schema, evidence.snapshot.objects);
  }

  /** An index that the server could not finish is in the way of the statement that makes it. */
  #removeInvalid(steps: readonly PlacedStep[]): void {
    const { facts, evidence } = this.#wishes;
    for (const [key, value] of steps.flatMap(({ changes }) => changes)) {
      const [object, attribute] = factParts(key);
      if (attribute !== "" || value === undefined || !object.startsWith("index ")) continue;
      const there = facts.get(key);
      const index = evidence.snapshot.objects.get(object);
      if (there === undefined || there === value || index === undefined) continue;
      this.#open.push({
        kind: "remove",
        object,
        sql: `DROP INDEX ${quoteIdentifier(index.schema)}.${quoteIdentifier(index.name)}`,
        why: "the server could not finish it: it serves no query, and is in the way",
        hazards: [],
      });
    }
  }

  #close(kind: "transaction" | "alone"): void {
    if (this.#open.length > 0) this.#parts.push({ part: { kind, steps: this.#open }, steps: this.#steps });
    else if (this.#steps.length > 0) throw new RangeError("steps without a statement");
    this.#open = [];
    this.#steps = [];
  }
}
