import type { Task } from "../task.ts";
import type { MendStep } from "./mending.ts";

/** Statements of a task, and how rows are mended before them. */
interface Piece extends Task {
  readonly mends: readonly MendStep[];
  /** What is done before them holds them already. */
  readonly instead: boolean;
}

/** Of all mends, those for the statements of a task. */
export function mendsOf({ migration, statements }: Task, mends: readonly MendStep[]): MendStep[] {
  return mends.filter(
    (mend) => mend.migration === migration.name && statements.some(({ number }) => number === mend.statement),
  );
}

/** Cuts a task where rows have to be mended: those statements stand alone, the others stay together. */
export function piecesOf(task: Task, mends: readonly MendStep[]): Piece[] {
  const own = mendsOf(task, mends);
  if (own.length === 0) return [{ ...task, mends: [], instead: false }];
  const pieces: Piece[] = [];
  for (const statement of task.statements) {
    const before = own
      .filter((mend) => mend.statement === statement.number)
      .toSorted((a, b) => Number(a.instead !== undefined) - Number(b.instead !== undefined));
    const last = pieces.at(-1);
    const instead = before.some((mend) => mend.instead !== undefined);
    if (last !== undefined && before.length === 0 && !last.instead)
      pieces[pieces.length - 1] = { ...last, statements: [...last.statements, statement] };
    else pieces.push({ ...task, whole: false, statements: [statement], steps: [], mends: before, instead });
  }
  return pieces.map((piece) => {
    const steps = task.steps.filter((step) =>
      piece.statements.some(({ number }) => number === (step.statement ?? 0) + 1),
    );
    return { ...piece, steps };
  });
}
