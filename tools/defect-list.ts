/** A way to break the program, and the tests which must not pass then. */
export interface Defect {
  /** What would be wrong. */
  readonly name: string;
  readonly file: string;
  /** Text that is in the file exactly once. */
  readonly place: string;
  readonly instead: string;
  readonly tests: readonly string[];
}

const kept = ["tests/histories/kept.long.ts"];
const verdicts = ["tests/histories/verdicts.test.ts"];
const repairs = ["tests/histories/repairs.test.ts", "tests/histories/kept.long.ts"];
const killed = ["tests/faults/kill.test.ts"];

/** Each was seen to be noticed. */
export const defects: readonly Defect[] = [
  {
    name: "a removal that had nothing to remove counts as done",
    file: "src/timeline/locate/verdict.ts",
    place: "const waits = vacuous && original?.value !== undefined && executed[original.step] === 0;",
    instead: "const waits = false;",
    tests: kept,
  },
  {
    name: "a migration of which a part holds is called present",
    file: "src/timeline/locate/verdict.ts",
    place: "if (failing.length === 0 && holding.length > 0 && ran && migration.replayed) {",
    instead: "if (holding.length > 0 && ran && migration.replayed) {",
    tests: verdicts,
  },
  {
    name: "that an extension is missing says nothing of the migration which makes it",
    file: "src/timeline/locate/verdict.ts",
    place: "isEvidence(key) || (isShared(key) && value !== undefined && !model.actual.has(key));",
    instead: "isEvidence(key) || (isShared(key) && value === null);",
    tests: kept,
  },
  {
    name: "what a statement does to a partition counts, though the partition is not as it was",
    file: "src/timeline/locate/model.ts",
    place: "const changes = step.changes.filter(([key]) => !echoes.has(factParts(key)[0]));",
    instead: "const changes = step.changes.filter(([key]) => !echoes.has(key));",
    tests: kept,
  },
  {
    name: "a failed file of comments is recorded as applied",
    file: "src/planner/decide.ts",
    place: "if (verdict.effectless) return {",
    instead:
      'if (verdict.effectless) return { do: "record", why: "" };\n    if (verdict.effectless) return {',
    tests: kept,
  },
  {
    name: "of statements which leave no trace nobody is asked",
    file: "src/planner/decide.ts",
    place: "  if (verdict.untraced.length === 0) return finish;",
    instead: "  if (verdict.untraced.length >= 0) return finish;",
    tests: repairs,
  },
  {
    name: "a plan runs the missing statements in no order",
    file: "src/planner/projection.ts",
    place: "return steps.toSorted((a, b) => a.index - b.index);",
    instead: "return steps.toSorted((a, b) => b.index - a.index);",
    tests: repairs,
  },
  {
    name: "the identity of a transaction is not written down before its statements",
    file: "src/executor/execute.ts",
    place: 'await journal.append({ event: "part", part: index, transaction });',
    instead: 'await journal.append({ event: "part", part: index });',
    tests: killed,
  },
  {
    name: "the schema is not looked at before COMMIT",
    file: "src/executor/execute.ts",
    place: "      await this.#verify(index, { inTransaction: true });\n",
    instead: "",
    tests: ["tests/scenarios/prisma-postgres-repair-refused/changed-rows.long.ts"],
  },
  {
    name: "rows which the plan does not speak of may change",
    file: "src/executor/contents.ts",
    place: "      if (!mayWrite(table))\n        problems.push(`rows of",
    instead: "      if (table === undefined)\n        problems.push(`rows of",
    tests: ["tests/scenarios/prisma-postgres-repair-refused/changed-rows.long.ts"],
  },
  {
    name: "comments within comments end with the first",
    file: "src/sql/postgres-tokens.ts",
    place: "      depth++;\n      i++;",
    instead: "      depth = 1;\n      i++;",
    tests: ["tests/heart/split-server.test.ts"],
  },
  {
    name: "a cached replay is used though a file was changed",
    file: "src/timeline/cache.ts",
    place: "hash.update(JSON.stringify([name, sql ?? null]))",
    instead: "hash.update(JSON.stringify([name, sql === undefined]))",
    tests: ["src/timeline/cache.test.ts"],
  },
];
