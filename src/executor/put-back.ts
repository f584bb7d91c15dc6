import type { KeptBatch, QuarantineSql } from "../engines/quarantine.ts";
import type { AdvisoryKey, LockHolder } from "../engines/server.ts";
import type { Writer } from "../engines/writer.ts";
import { dotted } from "../sql/identifier.ts";
import { ownLock } from "./execute.ts";

/** A row that the table does not take any more. */
export interface RefusedRow {
  /** Its number within what was set aside at once. */
  readonly number: string;
  readonly code: string;
  readonly message: string;
}

/** What came of putting rows back, as far as the server's answer tells. */
export type PutBack =
  | Settled
  /** COMMIT was not answered: if it was executed, it is this. */
  | { readonly outcome: "lost"; readonly transaction: string; readonly committed: Settled };

/** What came of putting rows back. */
export type Settled =
  | { readonly outcome: "done"; readonly restored: number; readonly refused: readonly RefusedRow[] }
  /** Nothing was changed. */
  | { readonly outcome: "refused"; readonly refused: readonly RefusedRow[] }
  | { readonly outcome: "locked"; readonly holder: LockHolder }
  | { readonly outcome: "failed"; readonly problem: string };

interface Wishes {
  readonly batch: KeptBatch;
  /** Columns of the table into which values are put. */
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly sql: QuarantineSql;
  readonly locks: readonly AdvisoryKey[];
  /** Seconds for which it is waited for locks. */
  readonly patience: number;
  /** Rows that are not taken stay where they are, and the others are put back. */
  readonly partly: boolean;
}

/** Undoes the transaction. */
class Undo extends Error {
  readonly result: Settled;
  constructor(result: Settled) {
    super(result.outcome);
    this.result = result;
  }
}

/** Puts rows of the quarantine back into their table: in one transaction, all of them or as many as was asked for. */
export async function putBack(writer: Writer, wishes: Wishes): Promise<PutBack> {
  for (const key of [ownLock, ...wishes.locks]) {
    const answer = await writer.lock(key, wishes.patience);
    if (answer !== "locked") return { outcome: "locked", holder: answer };
  }
  let committing: PutBack | undefined;
  try {
    const wait = Math.max(50, Math.round(wishes.patience * 1000));
    await run(writer, `BEGIN; SET LOCAL lock_timeout = ${wait}; SET LOCAL row_security = off`);
    const result = await within(writer, wishes);
    const transaction = await writer.durableTransactionId();
    committing = { outcome: "lost", transaction, committed: result };
    await run(writer, "COMMIT");
    return result;
  } catch (error) {
    if (!(error instanceof Undo)) {
      if (committing !== undefined) return committing;
      throw error;
    }
    await writer.script("ROLLBACK");
    return error.result;
  }
}

async function within(writer: Writer, wishes: Wishes): Promise<Settled> {
  const { batch, columns, sql, partly } = wishes;
  const table = dotted(batch.table.schema, batch.table.name);
  for (const statement of sql.open(batch)) await run(writer, statement);
  const numbers = (await ask(writer, sql.left(batch))).map(({ n }) => String(n));
  const before = (await writer.touched()).get(table)?.inserted ?? 0;
  const refused: RefusedRow[] = [];
  let restored = 0;
  const all = await put(writer, sql.put(batch, columns));
  if (typeof all === "number") {
    restored = all;
    await run(writer, sql.mark(batch));
  } else {
    // One by one, which tells which rows it is.
    for (const number of numbers) {
      const one = await put(writer, sql.put(batch, columns, number));
      if (typeof one !== "number") refused.push({ number, ...one });
      else {
        restored += one;
        await run(writer, sql.mark(batch, number));
      }
    }
  }
  if (refused.length > 0 && (!partly || restored === 0)) throw new Undo({ outcome: "refused", refused });
  const inserted = ((await writer.touched()).get(table)?.inserted ?? 0) - before;
  // A trigger may have kept rows out, or put them elsewhere.
  if (restored + refused.length !== numbers.length || inserted < restored) {
    const problem = `of ${numbers.length} rows ${restored} were put back by the server's own count, and ${inserted} came into ${table}: a trigger of it may have kept them out`;
    throw new Undo({ outcome: "failed", problem });
  }
  await run(writer, sql.end(batch.id, "restored"));
  return { outcome: "done", restored, refused };
}

async function put(writer: Writer, sql: string): Promise<number | Omit<RefusedRow, "number">> {
  await run(writer, "SAVEPOINT godwit_row");
  const answer = await writer.write({ sql, values: [] });
  // What is checked at COMMIT only is to be refused here.
  const refusal = "code" in answer ? answer : await writer.script("SET CONSTRAINTS ALL IMMEDIATE");
  if (refusal === undefined && "count" in answer) {
    await run(writer, "RELEASE SAVEPOINT godwit_row");
    return answer.count;
  }
  await run(writer, "ROLLBACK TO SAVEPOINT godwit_row; RELEASE SAVEPOINT godwit_row");
  return { code: refusal?.code ?? "", message: refusal?.message ?? "" };
}

async function run(writer: Writer, sql: string): Promise<void> {
  const refusal = await writer.script(sql);
  if (refusal !== undefined)
    throw new Undo({ outcome: "failed", problem: `${refusal.code}: ${refusal.message}` });
}

async function ask(writer: Writer, sql: string) {
  const answer = await writer.write({ sql, values: [] });
  if ("code" in answer) throw new Undo({ outcome: "failed", problem: `${answer.code}: ${answer.message}` });
  return answer.rows;
}
