import assert from "node:assert/strict";
import type { Question } from "../../src/planner/choices.ts";
import type { RepairResult } from "../../src/workflows/repair-result.ts";
import { create, type Database } from "../scenarios/database.ts";
import { found, quickDoctor } from "../scenarios/doctor.ts";
import { documentOf, godwit, newDirectory, writeProject } from "../scenarios/godwit.ts";
import { Random, seed } from "../scenarios/random.ts";
import { schemaText } from "../scenarios/truth.ts";
import { mustBeUnchanged, type Testimony, testify } from "../scenarios/witness.ts";
import { answerOf } from "./answers.ts";
import { breakDatabase, filesThere, type Log, told } from "./broken.ts";
import type { HistoryFile } from "./draw.ts";
import { strangeEntries } from "./entries.ts";

/** How a repair ended, held to what would have been right. */
export type Ending =
  /** It is at the head, and no row was lost. */
  | "repaired"
  /** Nothing was to be done, and that is true. */
  | "nothing-to-do"
  /** It was refused, and the files cannot simply be executed to their end, or nobody knows what ran. */
  | "rightly-refused"
  /** It was refused, though the log and the server know a way. */
  | "needlessly-refused";

/** One broken database, and the end of its repair. */
export interface RepairCase {
  readonly name: string;
  readonly ending: Ending;
  readonly log: Log;
  /** What was said where it was refused. */
  readonly reasons: readonly string[];
}

/**
 * Breaks a database of a history, and repairs it.
 *
 * @param whole a database in which all of the history was executed
 * @param name what the state is drawn by
 * @throws AssertionError where something wrong was claimed, a row was lost, or a refused repair changed something
 */
export async function repairRandom(
  whole: Database,
  history: readonly HistoryFile[],
  name: string,
): Promise<RepairCase> {
  const db = await create(whole.server);
  const log = await breakDatabase(db, history, new Random(name));
  try {
    return { name, log, ...(await repairDatabase(db, log, whole)) };
  } catch (error) {
    throw new WrongRepair(name, log, error);
  } finally {
    await db.drop();
  }
}

/** With all that repeats it. */
class WrongRepair extends Error {
  readonly log: Log;

  constructor(name: string, log: Log, cause: unknown) {
    super(
      `GODWIT_SEED=${seed} npm run keep-case -- repairs "${name}" repeats and shrinks this:\n${(cause as Error).message}\n${told(log)}`,
      { cause },
    );
    this.log = log;
  }
}

/**
 * Repairs a database of which the log is known; questions are answered by the log.
 *
 * @param whole a database in which all of the history was executed
 * @throws AssertionError where something wrong was claimed, a row was lost, or a refused repair changed something
 */
export async function repairDatabase(
  db: Database,
  log: Log,
  whole: Database,
): Promise<{ readonly ending: Ending; readonly reasons: readonly string[] }> {
  const before = { dump: await db.dump(), rows: await testify(db, "public") };
  const schema = log.drift.length > 0 ? await schemaText(db, ["--no-comments"]) : "";
  const way = await plainWay(db, log);
  try {
    const { outcome, reasons, failure, questions } = await repair(db, log);
    const said = [
      ...[outcome, ...reasons, ...questions.map(({ title }) => title)],
      ...(failure === undefined ? [] : [JSON.stringify(failure)]),
    ];
    if (outcome === "done" || outcome === "nothing-to-do") {
      await atTheHead(db, log, { before: schema, whole });
      const now = await testify(db, "public");
      if (way !== undefined && !rowsAreUncertain(log))
        rowsAreThere(before.rows, now, await testify(way, "public"));
      if (outcome === "nothing-to-do") assert.equal(await db.dump(), before.dump, "something was changed");
      return { ending: outcome === "done" ? "repaired" : outcome, reasons: said };
    }
    assert.notEqual(outcome, "failed", said.join("\n"));
    assert.equal(await db.dump(), before.dump, `it was ${outcome}, and something was changed`);
    assert.ok(said.length > 1, `it was ${outcome}, and no reason was given`);
    const isRight = way === undefined || isForAPerson(log, questions);
    return { ending: isRight ? "rightly-refused" : "needlessly-refused", reasons: said };
  } finally {
    await way?.drop();
  }
}

/**
 * What a hand did only a person can decide; of some questions no answer is the truth; and a database that holds nothing but
 * another application is taken for the wrong one.
 */
function isForAPerson(log: Log, questions: readonly Question[]): boolean {
  return (
    log.drift.length > 0 ||
    log.gone.some(Boolean) ||
    log.squashed !== undefined ||
    questions.some((question) => answerOf(question, log) === undefined) ||
    (log.foreign !== undefined && !log.executed.flat().some(Boolean))
  );
}

/** Copies the broken database, and executes what was not executed; undefined where the server refuses that. */
async function plainWay(db: Database, { executed, files }: Log): Promise<Database | undefined> {
  const copy = await db.clone();
  const remaining = files.flatMap(({ statements }, i) =>
    statements.filter((_, number) => !executed[i]?.[number]),
  );
  try {
    await copy.inTurn(remaining);
    return copy;
  } catch {
    await copy.drop();
    return undefined;
  }
}

/**
 * What nobody can know of rows. A file has no row that counts, and of its statements only such were executed as leave no trace:
 * its framework would run all of it, and so does a repair. Or somebody asserted that a file was applied, and all that is missing
 * of it leaves no trace: that is believed.
 */
function rowsAreUncertain({ executed, recorded, files }: Log): boolean {
  return files.some(({ statements }, i) => {
    const isOpen = recorded[i] === "none" || recorded[i] === "rolled-back";
    const areRows = (some: typeof statements) => some.every(({ changes }) => changes === "rows");
    const ran = statements.filter((_, number) => executed[i]?.[number]);
    const rest = statements.filter((_, number) => !executed[i]?.[number]);
    if (rest.length === 0) return false;
    return isOpen ? ran.some((one) => areRows([one])) : recorded[i] === "asserted" && areRows(rest);
  });
}

/** Asks for the repair, and answers what it asks, by the log. */
async function repair(db: Database, log: Log): Promise<RepairResult> {
  const project = await writeProject(filesThere(log));
  const choices: string[] = [];
  for (;;) {
    const said = await godwit([
      ...["repair", "--json", "--yes", "--shadow", "same-server", "--clone", "same-server"],
      ...["--project", project, "--database", db.url],
      ...["--state-dir", await newDirectory("state")],
      ...choices.flatMap((choice) => ["--choose", choice]),
    ]);
    const answer = documentOf<RepairResult>(said);
    if (answer.outcome !== "choose") return answer;
    const answers = answer.questions.map((question) => answerOf(question, log));
    const known = answers.filter((choice) => choice !== undefined && !choices.includes(choice));
    if (known.length === 0 || answers.includes(undefined)) return answer;
    choices.push(...known.filter((choice) => choice !== undefined));
  }
}

/** The schema is what the files make, and what stays of others; the doctor has nothing more to say. */
async function atTheHead(
  db: Database,
  log: Log,
  { before, whole }: { readonly before: string; readonly whole: Database },
): Promise<void> {
  const { history } = log;
  // A comment that was only asserted, or passed over before what ran, is not told from one that was made.
  const isCommentUncertain = history.some(({ statements }, i) => {
    const flags = log.executed[i] ?? [];
    const end = log.recorded[i] === "asserted" ? statements.length : flags.lastIndexOf(true);
    return statements.some(({ sql }, number) => /^COMMENT/.test(sql) && !flags[number] && number < end);
  });
  const isDrifted = log.drift.length > 0;
  const textOf = (one: Database) => schemaText(one, isCommentUncertain || isDrifted ? ["--no-comments"] : []);
  const textBeside = async (foreign: string) => {
    const made = await create(db.server);
    await made.script(foreign);
    await made.inTurn(history.flatMap(({ statements }) => statements));
    const text = await textOf(made);
    await made.drop();
    return text;
  };
  const actual = await textOf(db);
  const wanted = log.foreign === undefined ? await textOf(whole) : await textBeside(log.foreign);
  if (!isDrifted) assert.equal(actual, wanted, "the schema is not what the files make");
  else
    assert.deepEqual(
      strangeEntries(actual, wanted, before),
      [],
      "the schema is neither what the files make nor what a hand left",
    );
  const diagnosis = await quickDoctor(filesThere(log), db, "", ["--shadow", "same-server"]);
  const isEdited = log.files.some(({ sql }, i) => sql !== history[i]?.sql);
  const harmless = [
    "foreign-objects",
    ...(isDrifted ? ["drift"] : []),
    ...(isEdited ? ["edited-migration"] : []),
    ...(log.gone.some(Boolean) ? ["missing-file", "drift"] : []),
  ];
  assert.deepEqual(
    found(diagnosis).filter((one) => !harmless.includes(one.split(" ")[1] ?? "")),
    [],
    "the doctor finds something in a repaired database",
  );
}

/** Every row is what it was, but where the files themselves write rows: there it is what they make of them. */
function rowsAreThere(before: Testimony, after: Testimony, wanted: Testimony): void {
  const written = [...before.tables].filter(([oid, table]) => {
    const then = wanted.tables.get(oid);
    return then === undefined || contentOf(then, table) !== contentOf(table, then);
  });
  const steadySequences = [...before.sequences].filter(
    ([oid, { state }]) => wanted.sequences.get(oid)?.state === state,
  );
  mustBeUnchanged(
    { ...before, sequences: new Map(steadySequences) },
    after,
    written.map(([, { name }]) => bare(name)),
  );
  for (const table of wanted.tables.values()) {
    const now = [...after.tables.values()].find(({ name }) => name === table.name);
    assert.ok(now !== undefined, `${table.name} is missing`);
    assert.equal(now.rows.length, table.rows.length, `${table.name} has another number of rows`);
    assert.equal(steady(now), steady(table), `the rows of ${table.name} are others than the files make`);
  }
}

type Table = Testimony["tables"] extends ReadonlyMap<number, infer One> ? One : never;

/** `"public"."item"`: `item`. */
const bare = (name: string) => name.slice(name.indexOf('"."') + 3, -1).replaceAll('""', '"');

/** The rows over the columns that both have. */
function contentOf(table: Table, other: Table): string {
  const common = [...table.columns.keys()].filter((number) => other.columns.has(number));
  return linesOf(table.rows.map((row) => common.map((number) => row.get(number) ?? null)));
}

/** The rows by the names of their columns, without what is another value each time it is made. */
function steady({ columns, rows }: Table): string {
  const inOrder = [...columns].sort(([, a], [, b]) => (a < b ? -1 : 1));
  const isDrawn = (value: string | null | undefined) =>
    /^[0-9a-f]{8}-[0-9a-f]{4}-|^20[2-9]\d-\d\d-\d\d/.test(value ?? "");
  return linesOf(
    rows.map((row) =>
      inOrder.map(([number, name]) => [name, isDrawn(row.get(number)) ? "drawn" : (row.get(number) ?? null)]),
    ),
  );
}

const linesOf = (rows: readonly unknown[]) =>
  rows
    .map((row) => JSON.stringify(row))
    .toSorted()
    .join("\n");
