import type { Diagnosis } from "../../src/workflows/result.ts";
import { create, type Database } from "../scenarios/database.ts";
import { documentOf, godwit, writeProject } from "../scenarios/godwit.ts";
import { Random } from "../scenarios/random.ts";
import { schemaText } from "../scenarios/truth.ts";
import type { TestServer } from "../servers/postgres.ts";
import { breakDatabase, filesThere, type Log } from "./broken.ts";
import { drawHistory, type HistoryFile } from "./draw.ts";
import { type Judgement, judge, judgeBesideDrift, Oracle, pure, withoutShared } from "./oracle.ts";

/** A claim that the log contradicts, with all that repeats it. */
export interface WrongClaim {
  /** By this name and `GODWIT_SEED` the case is drawn again. */
  readonly name: string;
  readonly claim: string;
  readonly log: Log;
}

export interface Tally {
  readonly judgements: Record<Judgement, number>;
  readonly wrong: readonly WrongClaim[];
  /** How many were held to the log. */
  readonly verdicts: number;
}

/**
 * Draws histories, breaks databases of them, asks the doctor, and holds every verdict to the log.
 *
 * @param names one history for each
 * @param states how many databases are broken of each history
 */
export async function judgeHistories(
  server: TestServer,
  names: readonly string[],
  states: number,
): Promise<Tally> {
  const judgements = { ...noJudgements };
  const wrong: WrongClaim[] = [];
  for (const name of names) {
    const empty = await create(server);
    const history = await empty.connected((client) => drawHistory(client, name));
    const oracle = new Oracle(empty, history);
    for (let state = 0; state < states; state++) {
      const which = `${name}/${state}`;
      const db = await create(server);
      const log = await breakDatabase(db, history, new Random(which));
      const own = log.squashed === undefined ? oracle : new Oracle(empty, log.history);
      for (const [claim, judgement] of await judgeDatabase(db, log, own)) {
        judgements[judgement]++;
        if (judgement === "wrong" || judgement === "unfounded")
          wrong.push({ name: which, claim: `${judgement}: ${claim}`, log });
      }
      await db.drop();
    }
    await empty.drop();
  }
  const verdicts = Object.values(judgements).reduce((sum, one) => sum + one, 0) - judgements.unjudged;
  return { judgements, wrong, verdicts };
}

export const noJudgements: Readonly<Record<Judgement, number>> = {
  true: 0,
  "rightly-unknown": 0,
  "cannot-tell": 0,
  unfounded: 0,
  unjudged: 0,
  wrong: 0,
};

/** Asks the doctor about one database, and holds what it says to the log. */
export async function judgeDatabase(
  db: Database,
  log: Log,
  oracle: Oracle,
): Promise<[claim: string, judgement: Judgement][]> {
  return judgeAnswer(await ask(db, filesThere(log)), { log, oracle, db });
}

/** The answer of the doctor, which replays on the test's own server. */
async function ask(db: Database, files: readonly HistoryFile[]): Promise<Diagnosis> {
  const said = await godwit([
    ...["doctor", "--json", "--quiet", "--shadow", "same-server"],
    ...["--project", await writeProject(files), "--database", db.url],
  ]);
  return documentOf<Diagnosis>(said);
}

/** Something is in the database, or not, of which no file tells. */
const isDisturbed = ({ drift, gone }: Log) => drift.length > 0 || gone.some(Boolean);

interface Known {
  readonly log: Log;
  readonly oracle: Oracle;
  readonly db: Database;
}

async function judgeAsFarAsKnown(
  { oracle, log, db }: Known,
  index: number,
  verdict: Diagnosis["migrations"][number],
  all: Diagnosis["migrations"],
): Promise<Judgement> {
  const actual = async () => withoutShared(await schemaText(db, pure));
  if (isDisturbed(log)) return judgeBesideDrift(oracle, log, index, verdict, actual);
  // Rows of files which nobody has may be of anything, as far as the doctor knows.
  if (log.squashed !== undefined && verdict.actual === "unknown") return "unjudged";
  return judge(oracle, log, index, verdict, all);
}

async function judgeAnswer(
  { migrations, outcome, findings, position }: Diagnosis,
  { log, oracle, db }: Known,
): Promise<[claim: string, judgement: Judgement][]> {
  const judged: [string, Judgement][] = [];
  for (const [i, one] of migrations.entries()) {
    const index = log.files.findIndex(({ name }) => name === one.name);
    const judgement = await judgeAsFarAsKnown({ oracle, log, db }, index, one, migrations);
    const claim = `${i + 1}. ${one.name} is ${one.actual} ${one.actual === "partial" ? one.statementsPresent.join() : ""}`;
    judged.push([claim, judgement]);
  }
  // What a hand made and has nothing to do with ours is nobody's, as another application's is.
  const others = log.foreign !== undefined || findings.some(({ check }) => check === "foreign-objects");
  if (log.gone.some(Boolean) && outcome === "healthy") judged.push(["healthy, without a file", "wrong"]);
  if (outcome === "healthy" && position?.exact === true && !others) {
    const counted = log.executed.map((flags, i) =>
      flags.map(() => log.recorded[i] === "applied" || log.recorded[i] === "asserted"),
    );
    const wanted = await oracle.schemaAfter(counted);
    const actual = withoutShared(await schemaText(db, pure));
    judged.push(["the database is healthy", wanted === actual ? "true" : "wrong"]);
  }
  const isSure = migrations.every(({ actual }) => actual !== "unknown");
  if (!isDisturbed(log) && isSure && findings.some(({ check }) => check === "drift"))
    judged.push([`drift: ${findings.find(({ check }) => check === "drift")?.evidence.join("; ")}`, "wrong"]);
  return judged;
}
