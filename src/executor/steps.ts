import { setTimeout as sleep } from "node:timers/promises";
import type { ScriptError } from "../engines/server.ts";
import type { RowClaim } from "../plan/claim.ts";
import type { PlannedStatement, PlanStep } from "../plan/plan.ts";
import { BackupError } from "./backup.ts";
import type { Blockers } from "./blockers.ts";
import type { Contents } from "./contents.ts";
import type { Costs, Place } from "./costs.ts";
import { type Execution, must, passing, Stop } from "./execution.ts";
import { readInto } from "./saved-rows.ts";

/** Milliseconds for which one statement is tried again and again while the transaction's other locks are kept. */
const insist = 1_000;

const savepoint = "SAVEPOINT godwit_step";
const release = "RELEASE SAVEPOINT godwit_step";
const backToSavepoint = `ROLLBACK TO SAVEPOINT godwit_step; ${release}`;

/** Carries out single steps, within a transaction or by themselves. */
export class Steps {
  readonly #execution: Execution;
  readonly #contents: Contents;
  readonly #blockers: Blockers;
  readonly #costs: Costs;

  constructor(
    execution: Execution,
    { contents, blockers, costs }: { contents: Contents; blockers: Blockers; costs: Costs },
  ) {
    this.#execution = execution;
    this.#contents = contents;
    this.#blockers = blockers;
    this.#costs = costs;
  }

  /** @throws Stop where a statement is refused */
  async run(step: PlanStep, part: number, number: number, how: { inTransaction: boolean }): Promise<void> {
    if (step.kind === "history") await this.#history(step, part, number);
    else if (step.kind === "rows") await this.#rows(step, part, number);
    else if (step.kind === "mend") await this.#mend(step, part, number);
    else await this.#statements(step, part, number, how);
  }

  async #history(step: PlanStep & { kind: "history" }, part: number, number: number): Promise<void> {
    const { writer, journal, fault } = this.#execution;
    fault?.({ part, step: number, statement: 0 });
    for (const write of step.writes) {
      const answer = await writer.write(write);
      if (!("code" in answer)) continue;
      const { code, message } = answer;
      await journal.append({ event: "refused", part, step: number, code, message });
      throw new Stop({ kind: "history", migration: step.migration, code, message });
    }
  }

  /** Within a transaction only: the tables into which the rows are read end with it. */
  async #rows(step: PlanStep & { kind: "rows" }, part: number, number: number): Promise<void> {
    const { writer, journal, fault } = this.#execution;
    await journal.append({ event: "statement", part, step: number, statement: 0 }, { lazily: true });
    fault?.({ part, step: number, statement: 0 });
    const refused = async (sql: string, { code, message }: ScriptError) => {
      await journal.append({ event: "refused", part, step: number, code, message });
      return new Stop({ kind: "statement", migration: step.table, file: "", line: 0, sql, code, message });
    };
    const send = async (sql: string) => {
      const refusal = await this.#insist(sql, { part, step: number, place: `the rows of ${step.table}` });
      if (refusal !== undefined) throw await refused(sql, refusal);
    };
    for (const rows of step.loads) {
      for (const sql of rows.prepare) await send(sql);
      const refusal = await readInto(writer, rows).catch((error: unknown) => {
        if (error instanceof BackupError) throw new Stop({ kind: "backup", problem: error.message });
        throw error;
      });
      if (refusal !== undefined) throw await refused(`COPY ${rows.into.name} FROM ${rows.file}`, refusal);
    }
    for (const sql of step.statements) await send(sql);
    if (step.writes) this.#contents.mayWrite(step.table);
    await journal.append({ event: "executed", part, step: number, statement: 0 }, { lazily: true });
  }

  /** Within a transaction only: unless all of it holds, nothing of it stays. */
  async #mend(step: PlanStep & { kind: "mend" }, part: number, number: number): Promise<void> {
    const { writer, journal, fault } = this.#execution;
    const { migration, choice, statements, tables, triggers } = step;
    await journal.append({ event: "statement", part, step: number, statement: 0 }, { lazily: true });
    fault?.({ part, step: number, statement: 0 });
    // Rows that a policy hides are not passed over: where one applies, the server refuses.
    await must(writer.script("SET LOCAL row_security = off"));
    await this.#mustHold(step, step.first);
    for (const sql of statements) {
      const refusal = await this.#insist(sql, { part, step: number, place: choice });
      if (refusal === undefined) continue;
      const { code, message } = refusal;
      await journal.append({ event: "refused", part, step: number, code, message });
      // What only waits for others is tried again with all of its transaction.
      if (passing.has(code))
        throw new Stop({ kind: "statement", migration, file: "", line: 0, sql, code, message });
      throw new Stop({ kind: "rows", migration, choice, problems: [`${code}: ${message}`] });
    }
    await this.#mustHold(step, step.last);
    await must(writer.script("SET LOCAL row_security TO DEFAULT"));
    for (const table of tables) this.#contents.mayWrite(table);
    if (triggers.length > 0) this.#contents.mayWrite();
    await journal.append({ event: "executed", part, step: number, statement: 0 }, { lazily: true });
  }

  async #mustHold({ migration, choice }: PlanStep & { kind: "mend" }, claims: readonly RowClaim[]) {
    const { writer } = this.#execution;
    const problems: string[] = [];
    for (const { count, problem } of claims) {
      await must(writer.script(savepoint));
      const answer = await writer.write({ sql: `SELECT ${count}::text AS n`, values: [] });
      await must(writer.script(backToSavepoint));
      if ("code" in answer) problems.push(`${answer.code}: ${answer.message}`);
      else if (answer.rows[0]?.["n"] !== "0") problems.push(`${problem}: ${answer.rows[0]?.["n"]}`);
    }
    if (problems.length > 0) throw new Stop({ kind: "rows", migration, choice, problems });
  }

  async #statements(
    step: Exclude<PlanStep, { kind: "history" | "rows" | "mend" }>,
    part: number,
    number: number,
    { inTransaction }: { inTransaction: boolean },
  ): Promise<void> {
    const { journal, fault } = this.#execution;
    const statements = statementsOf(step);
    // It is filled when it is made.
    const filled = step.kind === "restore" ? /^materialized-view (.*)$/s.exec(step.object)?.[1] : undefined;
    if (filled !== undefined) this.#contents.mayWrite(filled);
    const placeOf = (one: PlannedStatement): Place => ({
      part,
      step: number,
      ...(step.kind === "statements" && { statement: one.number }),
      place: step.kind === "statements" ? `${step.file}:${one.line}` : step.object,
    });
    if (inTransaction && (await this.#together(statements, placeOf))) return;
    for (const statement of statements) {
      // What a transaction undoes by itself need not be known after the machine's end.
      const lazily = { lazily: inTransaction };
      await journal.append({ event: "statement", part, step: number, statement: statement.number }, lazily);
      fault?.({ part, step: number, statement: statement.number });
      const refusal = await (inTransaction ? this.#insist : this.#byItself).call(
        this,
        statement.sql,
        placeOf(statement),
      );
      if (refusal !== undefined) {
        const { code, message } = refusal;
        await journal.append({ event: "refused", part, step: number, code, message });
        const { migration, file } = step.kind === "statements" ? step : { migration: step.object, file: "" };
        const { line, sql } = statement;
        throw new Stop({ kind: "statement", migration, file, line, sql, code, message });
      }
      if (statement.untraced) this.#contents.mayWrite();
      this.#contents.executed(statement.sql);
      await journal.append({ event: "executed", part, step: number, statement: statement.number }, lazily);
    }
  }

  /**
   * Sends a step as one message, as the framework sends a file: a round trip for all of it.
   *
   * @returns false where it was refused; then nothing of it stays, and its statements are tried one by one, which tells
   *   which of them it was
   */
  async #together(
    statements: readonly PlannedStatement[],
    placeOf: (statement: PlannedStatement) => Place,
  ): Promise<boolean> {
    const { writer, journal, fault } = this.#execution;
    const places = statements.map(placeOf);
    const [first] = places;
    if (first === undefined || statements.length < 2) return false;
    const { part, step } = first;
    const lazily = { lazily: true };
    for (const { number: statement } of statements) {
      await journal.append({ event: "statement", part, step, statement }, lazily);
      fault?.({ part, step, statement });
    }
    const texts = statements.map(({ sql }) => sql);
    if ((await this.#send(texts, places)) !== undefined) {
      await must(writer.script(backToSavepoint));
      return false;
    }
    if (statements.some(({ untraced }) => untraced)) this.#contents.mayWrite();
    for (const { sql } of statements) this.#contents.executed(sql);
    await journal.append({ event: "executed", part, step, statement: statements.length }, lazily);
    return true;
  }

  /** Sends statements in the open transaction as one message. Where they are refused, the savepoint is there still. */
  async #send(texts: readonly string[], places: readonly Place[]): Promise<ScriptError | undefined> {
    const { writer } = this.#execution;
    // A statement may end with a comment.
    if (!this.#costs.isOn) return writer.script(`${savepoint};\n${texts.join("\n;\n")}\n;${release}`);
    const answer = await writer.looking(texts, { before: savepoint, after: release });
    if ("code" in answer) return answer;
    this.#costs.looked(places, answer);
    return undefined;
  }

  /** One statement in the open transaction, tried for a while where a lock cannot be had at once. */
  async #insist(sql: string, place: Place): Promise<ScriptError | undefined> {
    const { writer } = this.#execution;
    const end = performance.now() + insist;
    for (;;) {
      const refusal = await this.#send([sql], [place]);
      if (refusal === undefined) return undefined;
      await must(writer.script(backToSavepoint));
      if (refusal.code !== "55P03" || performance.now() >= end) return refusal;
      this.#blockers.watch();
      await sleep(20 + Math.random() * 80);
    }
  }

  /** What builds concurrently waits for the transactions of others, and must not be interrupted for that. */
  async #byItself(sql: string, place: Place): Promise<ScriptError | undefined> {
    const { writer } = this.#execution;
    await must(writer.script("SET lock_timeout = '60s'"));
    const watching = setTimeout(() => this.#blockers.watch(), insist);
    const refusal = await this.#costs
      .watch(place, "own", () => writer.script(sql))
      .finally(() => clearTimeout(watching));
    await must(writer.script("RESET lock_timeout"));
    return refusal;
  }
}

function statementsOf(
  step: Exclude<PlanStep, { kind: "history" | "rows" | "mend" }>,
): readonly PlannedStatement[] {
  if (step.kind === "statements") return step.statements;
  const texts = step.kind === "remove" ? [step.sql] : step.statements;
  return texts.map((sql, number) => ({ number, line: 0, sql, untraced: false }));
}
