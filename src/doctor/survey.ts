import { KnownError } from "../errors.ts";
import type { SchemaObject } from "../schema/object.ts";
import { rolesNotMadeBy } from "../shadow/roles.ts";
import { openShadow, type Shadow } from "../shadow/shadow.ts";
import { dotted } from "../sql/identifier.ts";
import { TimelineCache } from "../timeline/cache.ts";
import { isPartOfTable, type LocateWishes, locate } from "../timeline/locate/locate.ts";
import { type Closer, lookCloser, type ReplayWishes, replay } from "../timeline/replay.ts";
import type { Timeline } from "../timeline/timeline.ts";
import type { Evidence, Replay } from "./evidence.ts";
import { type Gathered, perhapsUndone, testimonyOf } from "./gather.ts";

/** What a survey may use of the machine. */
export interface SurveyOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Told, in words for a person, what takes long. */
  readonly onProgress?: (text: string) => void;
  /** What the journal of an earlier repair tells, where it does not tell an end. */
  readonly interrupted?: NonNullable<Evidence["interrupted"]>;
  /** Migrations which are to be taken apart into statements, whatever locate makes of them. */
  readonly refine?: ReadonlySet<string>;
}

/** Reads the schema, replays the migrations on a shadow, and puts all evidence together. */
export async function survey(gathered: Gathered, options: SurveyOptions): Promise<Evidence> {
  const { project, server, schema, entries, history, historyOutcome, surroundings, session } = gathered;
  const { title, features, commands } = project.framework;
  const snapshot = await session.snapshot();
  const table = project.framework.historyTable(schema);
  const leaveOut = isPartOfTable(table);
  const wishes: LocateWishes = {
    snapshot,
    testimony: testimonyOf(gathered),
    perhapsUndone: perhapsUndone(entries),
    strangers: entries.some(({ migration }) => migration === undefined),
    leaveOut,
  };
  const otherHistories = [...snapshot.objects.values()].filter(
    (object) => object.kind === "table" && knownHistories.has(object.name) && !leaveOut(object),
  );
  const elsewhere = await ownElsewhere(gathered, otherHistories);
  return {
    framework: { title, features, commands },
    server,
    schema,
    entries,
    history: { table: history.table, outcome: historyOutcome },
    snapshot,
    surroundings,
    replay: await replayAndLocate(gathered, wishes, options),
    otherHistories: otherHistories.map((object) => dotted(object.schema, object.name)),
    ownElsewhere: elsewhere,
    ...(options.interrupted && { interrupted: options.interrupted }),
  };
}

/** Schemas in which the framework keeps a history with names of this project: its tables are there. */
async function ownElsewhere({ session, project, migrations }: Gathered, tables: readonly SchemaObject[]) {
  const { framework } = project;
  const ours = new Set(migrations.map(({ name }) => name));
  const found: string[] = [];
  for (const { schema, name } of tables) {
    if (framework.historyTable(schema).name !== name) continue;
    const answer = await session.read(framework.historyQuery(schema));
    if (answer.outcome !== "rows") continue;
    // A table of that name and another shape is somebody else's.
    const named = answer.rows.some((row) => Object.values(row).some((value) => ours.has(String(value))));
    if (named) found.push(schema);
  }
  return found;
}

/** Tables in which migration frameworks keep their histories. */
const knownHistories: ReadonlySet<string> = new Set([
  "_prisma_migrations",
  "schema_migrations",
  "data_migrations",
  "migrations",
  "alembic_version",
  "__drizzle_migrations",
  "django_migrations",
  "knex_migrations",
  "SequelizeMeta",
  "flyway_schema_history",
  "databasechangelog",
  "goose_db_version",
  "pgmigrations",
]);

async function replayAndLocate(
  gathered: Gathered,
  wishes: LocateWishes,
  options: SurveyOptions,
): Promise<Replay> {
  const { project, engine, target, server, schema, migrations, surroundings } = gathered;
  const cache = new TimelineCache(project.cacheDirectory, {
    framework: project.framework.name,
    engine: engine.name,
    serverVersion: server.version,
    schema,
    encoding: server.encoding,
    migrations,
    roles: surroundings.roles,
    shadow: shadowIdentity(gathered),
  });
  let shadow: Shadow | undefined;
  const replayWishes: ReplayWishes = {
    migrations,
    split: engine.split,
    leaveOut: wishes.leaveOut,
    fresh: async () => {
      shadow ??= await open();
      return shadow.fresh();
    },
  };
  const open = async () => {
    const opened = await openShadow({
      engine,
      target,
      server,
      schema,
      roles: rolesNotMadeBy(migrations, surroundings.roles),
      scripts: migrations.map(({ name, sql }) => ({ name, statements: engine.split(sql ?? "") })),
      packageRoots: project.packageRoots,
      cacheDirectory: project.cacheDirectory,
      environment: options.environment,
      ...(project.shadow !== undefined && { choice: project.shadow }),
      ...(options.onProgress && { onProgress: options.onProgress }),
    });
    if ("outcome" in opened) throw new NoShadowError(opened.reason, opened.remedy);
    return opened;
  };
  try {
    const cached = await cache.read();
    let timeline = cached ?? (await replay(replayWishes));
    let location = locate(timeline, wishes);
    const wanted = unanswered(alsoRefining(location.closer, timeline, options.refine), timeline);
    if (wanted !== undefined) {
      timeline = await lookCloser(timeline, wanted, replayWishes);
      location = locate(timeline, wishes);
    }
    // What failed may have failed for want of something on this machine, which may be there the next time.
    if ((cached === undefined || wanted !== undefined) && !lacksSomething(timeline))
      await cache.write(timeline);
    return {
      outcome: cached !== undefined && wanted === undefined ? "cached" : "replayed",
      timeline,
      location,
    };
  } catch (error) {
    if (error instanceof NoShadowError) {
      return { outcome: "cannot-replay", reason: error.message, remedy: error.remedy };
    }
    // A shadow that the user named is to be corrected; without a replay the rest is still worth telling.
    if (error instanceof KnownError && error.code !== "SHADOW_IS_TARGET" && error.exitCode === 2) {
      return {
        outcome: "cannot-replay",
        reason: lowerFirst(error.message.replace(/\.$/, "")),
        remedy: error.hint,
      };
    }
    throw error;
  } finally {
    await shadow?.close();
  }
}

/**
 * The replay failed for want of something on this machine (an extension, space), which may be there the next time; other
 * refusals are the migration's own. Class 42 is syntax and names (but for types and functions, which an extension may
 * bring), 22 and 23 are data:
 * https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
function lacksSomething({ failure }: Timeline): boolean {
  return failure !== undefined && !/^(?:22|23|42(?!704|883))/.test(failure.code);
}

function alsoRefining({ refine, reprint }: Closer, timeline: Timeline, more?: ReadonlySet<string>): Closer {
  const coarse = timeline.migrations.filter(({ name, refined }) => !refined && more?.has(name));
  return { refine: new Set([...refine, ...coarse.map(({ name }) => name)]), reprint };
}

/** What a second look has not been tried for yet; undefined: nothing. */
function unanswered({ refine, reprint }: Closer, timeline: Timeline): Closer | undefined {
  const answered = (fact: string) =>
    timeline.volatile.has(fact) || [...timeline.reprints.keys()].some((key) => key.startsWith(`${fact}=`));
  const texts = new Map([...reprint].filter(([, facts]) => facts.some((fact) => !answered(fact))));
  return refine.size > 0 || texts.size > 0 ? { refine, reprint: texts } : undefined;
}

/** Tells named shadows apart without keeping their credentials. */
function shadowIdentity({ project, engine }: Gathered): string {
  if (project.shadow === undefined || project.shadow === "same-server") return project.shadow ?? "";
  const { address, database } = engine.parse(project.shadow);
  return `${address}/${database}`;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

class NoShadowError extends Error {
  readonly remedy: string;
  constructor(reason: string, remedy: string) {
    super(reason);
    this.remedy = remedy;
  }
}
