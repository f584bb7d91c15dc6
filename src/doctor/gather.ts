import type { Engine, ServerFacts, Session, Surroundings, Target } from "../engines/engine.ts";
import { engineOf } from "../engines/registry.ts";
import { KnownError } from "../errors.ts";
import type { Framework } from "../frameworks/framework.ts";
import { compare, countsAsApplied, type Entry, withoutHistory } from "../migration/compare.ts";
import type { History, Migration } from "../migration/migration.ts";
import type { Project } from "../project/open.ts";
import { quoteIdentifier } from "../sql/identifier.ts";
import type { Testimony } from "../timeline/locate/fit.ts";
import type { Origins } from "./origins/origins.ts";

/** A project's files and its database's history, side by side: all that `status` needs. */
export interface Compared {
  readonly project: Project;
  readonly engine: Engine;
  readonly target: Target;
  readonly session: Session;
  readonly server: ServerFacts;
  readonly schema: string;
  readonly migrations: readonly Migration[];
  readonly history: History;
  readonly historyOutcome: "read" | "no-table" | "locked";
  /** Absent where the comparison does not depend on them. */
  readonly surroundings?: Surroundings;
  readonly entries: readonly Entry[];
}

/** Where `doctor` begins. */
export interface Gathered extends Compared {
  readonly surroundings: Surroundings;
}

/**
 * Reads the project's migrations and, over one connection, the history. The caller closes the session.
 *
 * @throws KnownError those of reading migrations and of connecting; PERMISSION_DENIED, HISTORY_UNREADABLE
 */
export async function compareWithHistory(project: Project): Promise<Compared> {
  const { framework } = project;
  const engine = await engineOf(project.databaseUrl);
  const target = engine.parse(project.databaseUrl);
  const connecting = engine.connect(target);
  // The files are read while the server answers.
  const reading = framework.readMigrations(project.migrationsDirectory, project.directory);
  // A connection error is told first; this one is waited for below.
  reading.catch(() => undefined);
  const session = await connecting;
  return closedOnError(session, async () => {
    const { server } = session;
    const schema = target.schema ?? server.currentSchema ?? framework.defaultSchema;
    const [{ history, outcome }, migrations] = await Promise.all([
      readHistory(session, framework, schema),
      reading,
    ]);
    const told = { project, engine, target, session, server, schema, migrations };
    const compared = { ...told, history, historyOutcome: outcome };
    const isUnfinished = history.records.some(({ state, log }) => state === "failed" && log === undefined);
    const surroundings =
      outcome === "locked" || isUnfinished ? await surroundingsOf(session, framework) : undefined;
    const known = { ...compared, ...(surroundings && { surroundings }) };
    return { ...known, entries: entriesOf(known) };
  });
}

/** Files and history side by side, as far as the history could be read. */
export function entriesOf(
  compared: Pick<Compared, "migrations" | "history" | "historyOutcome" | "surroundings">,
): Entry[] {
  const { migrations, history, historyOutcome, surroundings } = compared;
  if (historyOutcome === "locked") return withoutHistory(migrations);
  const runnerIsAlive = surroundings?.holders.some(({ holds }) => holds.kind === "framework-lock") ?? false;
  return compare(migrations, history, { runnerIsAlive });
}

/**
 * What `compareWithHistory` reads, and in any case who else is at work on the database.
 *
 * @throws KnownError as `compareWithHistory`
 */
export async function gather(project: Project): Promise<Gathered> {
  const compared = await compareWithHistory(project);
  const { session, surroundings } = compared;
  return closedOnError(session, async () => ({
    ...compared,
    surroundings: surroundings ?? (await surroundingsOf(session, project.framework)),
  }));
}

function surroundingsOf(session: Session, framework: Framework): Promise<Surroundings> {
  return session.surroundings(framework.lock(session.server.database));
}

async function closedOnError<T>(session: Session, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await session.close();
    throw error;
  }
}

async function readHistory(
  session: Session,
  framework: Framework,
  schema: string,
): Promise<{ history: History; outcome: Gathered["historyOutcome"] }> {
  const { schema: place, name } = framework.historyTable(schema);
  const table = `${place}.${name}`;
  const answer = await session.read(framework.historyQuery(schema));
  switch (answer.outcome) {
    case "rows":
      return { history: framework.readHistory(answer.rows, schema), outcome: "read" };
    case "no-table":
      return { history: { table, exists: false, records: [] }, outcome: "no-table" };
    case "locked":
      return { history: { table, exists: true, records: [] }, outcome: "locked" };
    case "denied": {
      const { user } = session.server;
      const grants = [
        `GRANT USAGE ON SCHEMA ${quoteIdentifier(place)} TO ${quoteIdentifier(user)}`,
        `GRANT SELECT ON ALL TABLES IN SCHEMA ${quoteIdentifier(place)} TO ${quoteIdentifier(user)}`,
      ];
      const object = `the history table ${table}`;
      throw new KnownError("PERMISSION_DENIED", { user, object, statement: `${grants.join("; ")};` });
    }
  }
}

/**
 * For each migration of the project, what the history can be relied on to say. A row that was asserted, that failed,
 * or whose file is another now in more than its layout, says nothing; nor does a history that is not there.
 */
export function testimonyOf({
  entries,
  historyOutcome,
  history,
  origins,
}: Pick<Gathered, "entries" | "historyOutcome" | "history"> & { readonly origins?: Origins }) {
  // What ran was the original: what the database lacks of the file is missing, and not a statement that did not run.
  const known = new Set(origins?.originals.map(({ migration }) => migration));
  return entries
    .filter(({ migration }) => migration !== undefined)
    .map(({ name, state, record }): Testimony => {
      if (historyOutcome !== "read" || history.records.length === 0) return "silent";
      const isKnown = state === "renamed" || (state === "edited" && known.has(name));
      if (state === "applied" || (isKnown && record?.asserted === false)) return "ran";
      if (state === "failed" || state === "running" || state === "rolled-back") return "failed";
      return state === "pending" || state === "out-of-order" ? "did-not" : "silent";
    });
}

/** Migrations after which others ran whose files are not here: what is missing of the former, the latter may have undone. */
export function perhapsUndone(entries: readonly Entry[]): Set<string> {
  const latest = Math.max(
    Number.NEGATIVE_INFINITY,
    ...entries
      .filter(({ state }) => state === "missing")
      .map(({ record }) => record?.startedAt?.getTime() ?? 0),
  );
  return new Set(
    entries
      .filter(
        ({ state, record }) =>
          state !== "missing" &&
          (countsAsApplied(state) || state === "renamed") &&
          (record?.startedAt?.getTime() ?? 0) <= latest,
      )
      .map(({ name }) => name),
  );
}
