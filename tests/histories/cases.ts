import { create, type Database } from "../scenarios/database.ts";
import type { TestServer } from "../servers/postgres.ts";
import { breakAgain, type Log } from "./broken.ts";
import { judgeDatabase } from "./judging.ts";
import { Oracle } from "./oracle.ts";
import { repairDatabase } from "./repairing.ts";

/** What is wrong about a case; undefined: nothing. It begins with a word that says in which way. */
export type Trial = (server: TestServer, log: Log) => Promise<string | undefined>;

/** A case that was wrong once, as it is kept. */
export interface Kept {
  readonly trial: "verdicts" | "repairs";
  /** What was wrong when it was found. */
  readonly wrong: string;
  readonly log: Log;
}

/** Asks the doctor. */
const verdicts: Trial = (server, log) =>
  onDatabase(server, log, async (db) => {
    const judged = await judgeDatabase(db, log, new Oracle(db, log.history));
    const wrong = judged.find(([, judgement]) => judgement === "wrong" || judgement === "unfounded");
    return wrong && `${wrong[1]}: ${wrong[0]}`;
  });

/** Repairs it. */
const repairs: Trial = (server, log) =>
  onDatabase(server, log, async (db, whole) => {
    try {
      const { ending, reasons } = await repairDatabase(db, log, whole);
      return ending === "needlessly-refused" ? `${ending}: ${reasons.join("; ")}` : undefined;
    } catch (error) {
      return (error as Error).message;
    }
  });

export const trials: Readonly<Record<Kept["trial"], Trial>> = { verdicts, repairs };

/** In which way something is wrong: up to the first colon or the end of the line, without numbers. */
export function manner(wrong: string): string {
  return (/^[^:\n]*/.exec(wrong)?.[0] ?? "").replaceAll(/\d+/g, "0");
}

/** Undefined as well where the files cannot be executed, or the log cannot be so. */
async function onDatabase(
  server: TestServer,
  log: Log,
  tried: (db: Database, whole: Database) => Promise<string | undefined>,
): Promise<string | undefined> {
  const [whole, db] = [await create(server), await create(server)];
  try {
    const all = log.history.map(({ statements }) => statements.map(() => true));
    const recorded = log.history.map(() => "none" as const);
    const inOrder = { ...log, executed: all, recorded, drift: [], foreign: undefined, shuffled: false };
    if (!(await breakAgain(whole, { ...inOrder, retried: [] }))) return undefined;
    return (await breakAgain(db, log)) ? await tried(db, whole) : undefined;
  } finally {
    await whole.drop();
    await db.drop();
  }
}
