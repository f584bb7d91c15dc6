import type { MigrationDiagnosis } from "../../src/workflows/result.ts";
import { create, type Database } from "../scenarios/database.ts";
import { schemaText } from "../scenarios/truth.ts";
import type { Log } from "./broken.ts";
import type { HistoryFile, HistoryStatement } from "./draw.ts";
import { type Entries, entriesOf } from "./entries.ts";

/** What pg_dump leaves out: Godwit compares it apart from the schema. */
export const pure = ["--no-comments", "--no-owner", "--no-privileges"];

/** Extensions and schemas are everybody's: that one is there says nothing of a migration. */
export function withoutShared(schema: string): string {
  return schema
    .split("\n\n")
    .filter((entry) => !/^-- Name: .*; Type: (?:EXTENSION|SCHEMA|COMMENT);/.test(entry))
    .join("\n\n");
}

/** For each migration, which of its statements are taken as executed. */
type Supposed = readonly (readonly boolean[])[];
type Chosen = (migration: number, statement: number) => boolean;

/**
 * Knows what a set of executed statements leaves, by executing it and by pg_dump. Two sets that leave the same cannot be told
 * apart by anybody who sees the schema alone.
 */
export class Oracle {
  readonly #like: Database;
  readonly #history: readonly HistoryFile[];
  readonly #known = new Map<string, Promise<string | undefined>>();

  constructor(like: Database, history: readonly HistoryFile[]) {
    this.#like = like;
    this.#history = history;
  }

  /**
   * The schema; undefined where the server refuses one of the statements.
   *
   * @param then statements that are executed afterwards
   */
  schemaAfter(supposed: Supposed, then: Chosen = () => false): Promise<string | undefined> {
    const first = this.#chosen((i, number) => supposed[i]?.[number] === true);
    const all = [...first, ...this.#chosen(then)];
    const name = all.map(({ sql }) => sql).join(";\n");
    const known = this.#known.get(name) ?? this.#execute(all);
    this.#known.set(name, known);
    return known;
  }

  #chosen(chosen: Chosen): HistoryStatement[] {
    return this.#history.flatMap(({ statements }, i) => statements.filter((_, number) => chosen(i, number)));
  }

  async #execute(statements: readonly HistoryStatement[]): Promise<string | undefined> {
    const db = await create(this.#like.server);
    try {
      await db.inTurn(statements);
      return withoutShared(await schemaText(db, pure));
    } catch (error) {
      if ((error as { code?: string }).code === undefined) throw error;
      return undefined;
    } finally {
      await db.drop();
    }
  }

  /** Whether nobody could tell these two apart. */
  async areAlike(one: Supposed, other: Supposed): Promise<boolean> {
    const [a, b] = [await this.schemaAfter(one), await this.schemaAfter(other)];
    return a !== undefined && a === b;
  }
}

/** How a verdict stands to the truth. */
export type Judgement =
  | "true"
  /** It is not known, and cannot be. */
  | "rightly-unknown"
  /** It is not known, though the schema decides it. */
  | "cannot-tell"
  /** A hand was at work: what it did may look like what a statement does. */
  | "unjudged"
  /** It is claimed, though nothing decides it. */
  | "unfounded"
  | "wrong";

/** What the doctor says of a migration. */
type Said = Pick<MigrationDiagnosis, "name" | "actual" | "statementsPresent">;

/**
 * Holds one verdict to the log.
 *
 * @param others all that is said of this database
 */
export async function judge(
  oracle: Oracle,
  log: Log,
  index: number,
  verdict: Said,
  others: readonly Said[],
): Promise<Judgement> {
  const { executed, recorded } = log;
  const { actual } = verdict;
  const flags = executed[index] ?? [];
  const all = supposing(log, index, () => true);
  const none = supposing(log, index, () => false);
  if (actual === "unknown") {
    const others = [all, none].filter((one) => JSON.stringify(one) !== JSON.stringify(executed));
    for (const other of others) if (await oracle.areAlike(other, executed)) return "rightly-unknown";
    return (await hasTwin(oracle, executed, index)) ? "rightly-unknown" : "cannot-tell";
  }
  if (actual === "no-trace") return (await leavesTrace(oracle, all, none)) ? "wrong" : "true";
  if (actual === "different") return flags.some(Boolean) ? "true" : "wrong";
  const claimed = claimedBy(verdict, log, index) ?? all;
  if (JSON.stringify(claimed) === JSON.stringify(executed)) return "true";
  if ((await oracle.schemaAfter(claimed)) === undefined) return judgeByHead(oracle, log, others);
  if (!(await oracle.areAlike(claimed, executed))) {
    // Whoever removed it all may be the one of which it is not known what it did.
    const isOpen = others.some(({ actual: other }, i) => other === "unknown" && i > others.indexOf(verdict));
    if (actual === "overwritten" && isOpen) return "cannot-tell";
    // Neither who made nor who removed it ran, by the history's word, and nobody can see that both did.
    const isSilent = recorded[index] === "none" || recorded[index] === "asserted";
    const isLikely = isSilent && (await oracle.areAlike(claimedByAll(log, others), executed));
    return actual === "absent" && isLikely ? "true" : "wrong";
  }
  // The history may decide what the schema does not; it may lie, too.
  const says = recorded[index];
  const isBacked = actual === "absent" ? says === "none" : says === "applied" || says === "asserted";
  // A statement that changes nothing where it stands has no truth of its own.
  return isBacked || actual === "partial" || (await hasVacuous(oracle, executed, claimed, index))
    ? "true"
    : "unfounded";
}

/**
 * Of a claim that cannot be executed as it is (what it works on was not made, and it has no effect): it is true where nothing of
 * what all verdicts together claim is needed to come to the head.
 */
async function judgeByHead(oracle: Oracle, log: Log, verdicts: readonly Said[]): Promise<Judgement> {
  const { executed } = log;
  const claims = claimedByAll(log, verdicts);
  const [way, head] = await Promise.all([
    oracle.schemaAfter(executed, (i, number) => !executed[i]?.[number] && !claims[i]?.[number]),
    oracle.schemaAfter(executed.map((flags) => flags.map(() => true))),
  ]);
  if (way === undefined || head === undefined) return "unjudged";
  return way === head ? "true" : "wrong";
}

/** What was executed if all verdicts are true. */
function claimedByAll(log: Log, verdicts: readonly Said[]): Supposed {
  return log.files.map(({ name }, i) => {
    const own = verdicts.find(({ name: said }) => said === name);
    return (own && claimedBy(own, log, i)?.[i]) ?? log.executed[i] ?? [];
  });
}

/**
 * What a hand did may look like what a statement does, or hide it. A claim is wrong where it is another one than the log's, and
 * wherever that makes a difference, the database is as the log says.
 *
 * @param actual the schema as it is
 */
export async function judgeBesideDrift(
  oracle: Oracle,
  log: Log,
  index: number,
  verdict: Said,
  actual: () => Promise<string>,
): Promise<Judgement> {
  const claimed = claimedBy(verdict, log, index);
  if (claimed === undefined) return "unjudged";
  if (JSON.stringify(claimed) === JSON.stringify(log.executed)) return "true";
  const [so, true_] = [await oracle.schemaAfter(claimed), await oracle.schemaAfter(log.executed)];
  if (so === undefined || true_ === undefined || so === true_) return "unjudged";
  const [claims, truth, here] = [so, true_, await actual()].map(entriesOf) as [Entries, Entries, Entries];
  const differing = [...new Set([...claims.keys(), ...truth.keys()])].filter(
    (name) => claims.get(name) !== truth.get(name),
  );
  return differing.every((name) => here.get(name) === truth.get(name)) ? "wrong" : "unjudged";
}

/** What was executed if the verdict is true; undefined: it says nothing of that. */
function claimedBy({ actual, statementsPresent }: Said, log: Log, index: number): Supposed | undefined {
  if (actual === "present" || actual === "overwritten") return supposing(log, index, () => true);
  if (actual === "absent") return supposing(log, index, () => false);
  return actual === "partial"
    ? supposing(log, index, (number) => statementsPresent.includes(number + 1))
    : undefined;
}

/** As it was, but for those statements of one migration that leave a trace. */
function supposing({ executed, files }: Log, index: number, claim: (number: number) => boolean): Supposed {
  const statements = files[index]?.statements ?? [];
  return executed.map((own, i) =>
    i === index
      ? own.map((was, number) => (statements[number]?.changes === "schema" ? claim(number) : was))
      : own,
  );
}

/** It may not be executable where nothing before it was: then it is asked of the whole history. */
async function leavesTrace(oracle: Oracle, all: Supposed, none: Supposed): Promise<boolean> {
  const [there, gone] = [await oracle.schemaAfter(all), await oracle.schemaAfter(none)];
  if (there !== undefined && gone !== undefined) return there !== gone;
  const index = all.findIndex((own, i) => own.some((flag, number) => flag !== none[i]?.[number]));
  const upTo = all.map((own, i) => own.map(() => i <= index));
  const before = all.map((own, i) =>
    own.map((_, number) => i < index || (i === index && none[i]?.[number] === true)),
  );
  return !(await oracle.areAlike(upTo, before));
}

/** Another cut of the same migration leaves the same schema. */
async function hasTwin(oracle: Oracle, executed: Supposed, index: number): Promise<boolean> {
  const flags = executed[index] ?? [];
  for (let number = 0; number < flags.length; number++) {
    const twin = executed.map((own, i) =>
      i === index ? own.map((was, n) => (n === number ? !was : was)) : own,
    );
    if (await oracle.areAlike(twin, executed)) return true;
  }
  return false;
}

/** All in which the two differ changes nothing, one by one. */
async function hasVacuous(
  oracle: Oracle,
  executed: Supposed,
  claimed: Supposed,
  index: number,
): Promise<boolean> {
  const flags = executed[index] ?? [];
  for (const [number, was] of flags.entries()) {
    if (claimed[index]?.[number] === was) continue;
    const other = executed.map((own, i) =>
      i === index ? own.map((one, n) => (n === number ? !one : one)) : own,
    );
    if (!(await oracle.areAlike(other, executed))) return false;
  }
  return true;
}
