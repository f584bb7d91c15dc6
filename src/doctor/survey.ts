import type { ScratchSession } from "../engines/engine.ts";
import { KnownError } from "../errors.ts";
import type { Migration } from "../migration/migration.ts";
import { type Ground, groundOf, onGround } from "../shadow/ground.ts";
import { rolesNotMadeBy } from "../shadow/roles.ts";
import { openShadow, type Shadow } from "../shadow/shadow.ts";
import { reachesBeyondDatabase } from "../sql/reach.ts";
import { TimelineCache } from "../timeline/cache.ts";
import { isBookkeeping, type LocateWishes, locate } from "../timeline/locate/locate.ts";
import { type Closer, lookCloser, type ReplayWishes, replay } from "../timeline/replay.ts";
import type { Timeline } from "../timeline/timeline.ts";
import type { Evidence } from "./evidence.ts";
import { perhapsUndone, testimonyOf } from "./gather.ts";
import type { Observed } from "./observe.ts";
import { judgeEdits } from "./origins/judge.ts";
import { demandingAsWholes } from "./rows/demands.ts";
import { knownFrom } from "./rows/evidence.ts";

/** What a survey may use of the machine. */
export interface SurveyOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Told, in words for a person, what takes long. */
  readonly onProgress?: (text: string) => void;
  /** What the journal of an earlier repair tells, where it does not tell an end. */
  readonly interrupted?: NonNullable<Evidence["interrupted"]>;
  /** Migrations which are to be taken apart into statements, whatever locate makes of them. */
  readonly refine?: ReadonlySet<string>;
  /** The migrations are a stranger's: they are executed only where and as they can do no harm, and nothing is cached. */
  readonly stranger?: Stranger;
}

/** How a stranger's migrations are replayed. */
export interface Stranger {
  /** What stands between the replay and the server. */
  readonly through: (session: ScratchSession) => ScratchSession;
  /** The migration which a server of theirs refused, and which is refused here without being executed. */
  readonly refused?: string;
}

/** Replays the migrations on a shadow, and puts all evidence together. Nothing more is read from the database. */
export async function conclude(observed: Observed, options: SurveyOptions): Promise<Evidence> {
  const { project, server, schema, entries, history, historyOutcome, surroundings, snapshot } = observed;
  const { title, features, commands } = project.framework;
  const wishes: LocateWishes = {
    snapshot,
    testimony: testimonyOf(observed),
    perhapsUndone: perhapsUndone(entries),
    strangers: entries.some(({ migration }) => migration === undefined),
    leaveOut: isBookkeeping(project.framework.historyTable(schema)),
  };
  return {
    framework: { title, features, commands },
    server,
    schema,
    entries,
    history: { table: history.table, outcome: historyOutcome },
    snapshot,
    surroundings,
    ...(observed.access && { access: observed.access }),
    ...(await replayAndLocate(observed, wishes, options)),
    ...(observed.origins?.fitting && { fitting: observed.origins.fitting }),
    otherHistories: observed.otherHistories,
    ownElsewhere: observed.ownElsewhere,
    ...(options.interrupted && { interrupted: options.interrupted }),
  };
}

async function replayAndLocate(
  gathered: Observed,
  wishes: LocateWishes,
  options: SurveyOptions,
): Promise<Pick<Evidence, "replay" | "edits" | "clientCommand">> {
  const { project, engine, target, server, schema, migrations, surroundings, entries, origins } = gathered;
  let ground: Ground | undefined;
  const cacheOf = (files: readonly Migration[]) =>
    new TimelineCache(project.cacheDirectory, {
      framework: project.framework.name,
      engine: engine.name,
      serverVersion: server.version,
      schema,
      encoding: server.encoding,
      migrations: files,
      roles: surroundings.roles,
      shadow: shadowIdentity(gathered),
      ground: ground?.statements ?? [],
    });
  let shadow: Shadow | undefined;
  const replayWishes: ReplayWishes = {
    migrations,
    split: engine.split,
    leaveOut: wishes.leaveOut,
    fresh: async () => {
      shadow ??= await open();
      const session = await (ground === undefined ? shadow : onGround(shadow, ground)).fresh();
      return options.stranger?.through(session) ?? session;
    },
  };
  const open = async () => {
    const opened = await openShadow({
      engine,
      target,
      server,
      schema,
      roles: rolesNotMadeBy(migrations, surroundings.roles),
      stranger: options.stranger !== undefined,
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
    const known = async () => (options.stranger ? undefined : cacheOf(migrations).read());
    let cached = await known();
    let timeline = cached ?? (await replay(replayWishes));
    if (wantsGround(timeline)) {
      ground = await groundFor(gathered, options);
      const onIt = ground && (await known());
      const better = ground && (onIt ?? (await replay(replayWishes)));
      if (better !== undefined && reach(better) > reach(timeline)) [cached, timeline] = [onIt, better];
      else ground = undefined;
    }
    if (options.stranger) mustNotWantMore(timeline, options.stranger);
    let location = locate(timeline, wishes);
    // By which of its statements a migration asks something of rows decides what they are like by then.
    const asking = demandingAsWholes(knownFrom(gathered, timeline, location));
    const refine = new Set([...asking, ...(options.refine ?? [])]);
    const wanted = unanswered(alsoRefining(location.closer, timeline, refine), timeline);
    if (wanted !== undefined) {
      timeline = await lookCloser(timeline, wanted, replayWishes);
      location = locate(timeline, wishes);
    }
    // What failed may have failed for want of something on this machine, which may be there the next time.
    const isNew = cached === undefined || wanted !== undefined;
    if (isNew && options.stranger === undefined && !lacksSomething(timeline))
      await cacheOf(migrations).write(timeline);
    const edits = await judgeEdits({
      entries,
      migrations,
      origins,
      timeline,
      engine,
      async replay(files) {
        const others = cacheOf(files);
        const known = (await others.read()) ?? (await replay({ ...replayWishes, migrations: files }));
        if (!lacksSomething(known)) await others.write(known);
        return known;
      },
    });
    const outcome = cached !== undefined && wanted === undefined ? "cached" : "replayed";
    const refused = migrations.find(({ name }) => name === timeline.failure?.migration);
    const clientCommand = isForClient(timeline) ? engine.clientCommandIn(refused?.sql ?? "") : undefined;
    return {
      replay: { outcome, timeline, location, ...(ground && { ground }) },
      edits,
      ...(clientCommand && { clientCommand }),
    };
  } catch (error) {
    if (error instanceof NoShadowError) {
      const { message, remedy } = error;
      return { replay: { outcome: "cannot-replay", reason: message, remedy } };
    }
    // A shadow that the user named is to be corrected; without a replay the rest is still worth telling.
    if (error instanceof KnownError && error.code !== "SHADOW_IS_TARGET" && error.exitCode === 2) {
      const reason = lowerFirst(error.message.replace(/\.$/, ""));
      return { replay: { outcome: "cannot-replay", reason, remedy: error.hint } };
    }
    throw error;
  } finally {
    await shadow?.close();
  }
}

/** A schema, table, function or type is missing: perhaps one which the real database has, and no migration makes. */
function wantsGround({ failure }: Timeline): boolean {
  return /^(?:3F000|42P01|42883|42704)$/.test(failure?.code ?? "");
}

/** How many migrations could be replayed. */
function reach({ migrations }: Timeline): number {
  return migrations.filter(({ replayed }) => replayed).length;
}

async function groundFor(
  { engine, migrations, schema, snapshot, project }: Observed,
  { stranger }: SurveyOptions,
): Promise<Ground | undefined> {
  const scripts = migrations.map(({ sql = "" }) => ({ sql, statements: engine.split(sql) }));
  const ground = groundOf({ snapshot, schema, scripts, sql: await engine.objectSql() });
  if (ground === undefined || (stranger === undefined && project.shadow === undefined)) return ground;
  // Not on a server of our own alone, or not of a database of ours: what reaches further is left out.
  const keeps = (statement: string) =>
    engine.split(statement).every((one) => reachesBeyondDatabase(one) === undefined);
  return { ...ground, statements: ground.statements.filter(keeps) };
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

/** syntax_error, and what a server says that waits for rows in vain (query_canceled, protocol_violation). */
function isForClient({ failure }: Timeline): boolean {
  return ["42601", "57014", "08P01"].includes(failure?.code ?? "");
}

/** That a stranger's migration may not do something here (insufficient_privilege) says nothing of what it does elsewhere. */
function mustNotWantMore({ failure }: Timeline, { refused }: Stranger): void {
  if (failure?.code !== "42501" || failure.migration === refused) return;
  throw new NoShadowError(
    `${failure.migration} wants more rights than what somebody else wrote is given here: ${failure.message}`,
    "What files and history say is told; to know more, replay the migrations yourself where they can do no harm.",
  );
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
function shadowIdentity({ project, engine }: Observed): string {
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
