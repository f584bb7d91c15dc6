import type { Engine, ScratchSession, ServerFacts, Session, Target } from "../engines/engine.ts";
import { KnownError } from "../errors.ts";
import type { Snapshot } from "../schema/snapshot.ts";
import { reachesBeyondDatabase } from "../sql/reach.ts";
import type { Statement } from "../sql/statement.ts";
import { contentsOf } from "./contents.ts";
import { CreatedDatabases } from "./created-databases.ts";
import { findLeftovers, shadowName } from "./leftovers.ts";
import { NamedDatabase } from "./named-database.ts";

/** A place for empty databases, on which migrations can be replayed. */
export interface Shadow {
  /** For people: `PostgreSQL 15.18 of /usr/lib/postgresql/15/bin`. */
  readonly description: string;
  /**
   * An empty database, alone for this caller. Closing the session gives it back.
   *
   * @throws KnownError as {@link Engine.connect}; SHADOW_FAILED where there is only one database and it is in use;
   *   SHADOW_NOT_EMPTY where the last use of it could not be cleaned up
   */
  fresh(): Promise<ScratchSession>;
  /** Closes what is open and removes what was made. Never throws; what could not be removed is told to `onProgress`. */
  close(): Promise<void>;
}

/** Why there is no shadow, and what would make one possible. */
export interface NoShadow {
  readonly outcome: "no-shadow";
  readonly reason: string;
  readonly remedy: string;
}

/** A migration's statements, to see whether they keep to their database. */
export interface ShadowScript {
  readonly name: string;
  readonly statements: readonly Statement[];
}

export interface ShadowWishes {
  readonly engine: Engine;
  /** The database which is examined. */
  readonly target: Target;
  readonly server: ServerFacts;
  /** What the user chose: a URL, or `same-server`. Absent: a server of our own, and no other. */
  readonly choice?: string;
  /** The schema in which the migrations run. */
  readonly schema: string;
  /** Roles of the target, which migrations may grant to; made on a server of our own, nowhere else. */
  readonly roles: readonly string[];
  /** The scripts are a stranger's: they may be hostile, and run only where and as they can do no harm. */
  readonly stranger?: boolean;
  /** What will be replayed. */
  readonly scripts: readonly ShadowScript[];
  readonly packageRoots: readonly string[];
  readonly cacheDirectory: string;
  /** The user's environment, to find and fetch programs. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Told, in words for a person, what takes long and what is left behind. */
  readonly onProgress?: (text: string) => void;
}

/**
 * Opens a shadow: at the URL which the user gave; else on a server of our own; on the target's own server only where the
 * user chose that, and then for no migration that would reach beyond its database.
 *
 * @throws KnownError for a URL that cannot be used: SHADOW_IS_TARGET, SHADOW_WRONG_MAJOR, SHADOW_NOT_EMPTY,
 *   SHADOW_FAILED, and those of connecting
 * @example
 * const shadow = await openShadow(wishes);
 * if ("outcome" in shadow) return shadow;
 * try { await replay(await shadow.fresh()); } finally { await shadow.close(); }
 */
export async function openShadow(wishes: ShadowWishes): Promise<Shadow | NoShadow> {
  if (wishes.stranger) {
    const refusal = reachRefusal(wishes, strangersRule);
    if (refusal !== undefined) return refusal;
  }
  if (wishes.choice === undefined) return onOwnServer(wishes);
  if (wishes.choice === "same-server") return onTargetsServer(wishes);
  return atUrl(wishes, wishes.engine.parse(wishes.choice));
}

async function onOwnServer(wishes: ShadowWishes): Promise<Shadow | NoShadow> {
  const { engine, server, schema, roles, packageRoots, cacheDirectory, environment, onProgress } = wishes;
  const { major, encoding } = server;
  const local = await engine.scratch.localServer({
    major,
    encoding,
    packageRoots,
    cacheDirectory,
    ...(environment && { environment }),
    ...(onProgress && { onProgress }),
  });
  if ("reason" in local) return { outcome: "no-shadow", ...local };
  const confined = wishes.stranger === true;
  const like = { schema, roles, confined };
  // A stranger's functions must not lie where databases are made by the superuser.
  let first = !confined;
  return {
    description: local.description,
    fresh: async () => {
      // The server's first database is as good as a new one, and already there.
      const { target } = local;
      const place = first ? target : engine.scratch.createDatabase(target, shadowName(), { encoding });
      first = false;
      return engine.scratch.connect(await place, like);
    },
    // The databases end with their server.
    close: () => local.stop(),
  };
}

async function onTargetsServer(wishes: ShadowWishes): Promise<Shadow | NoShadow> {
  const { engine, target } = wishes;
  const refusal = reachRefusal(wishes, onItself(target));
  if (refusal !== undefined) return refusal;
  if (!(await engine.scratch.mayCreateDatabase(target))) {
    const reason = `the role "${target.user}" may not create databases on ${target.address}`;
    return {
      outcome: "no-shadow",
      reason,
      remedy: "Name an empty database of the same major version with --shadow URL.",
    };
  }
  const session = await engine.connect(target);
  try {
    await tellLeftovers(session, target, wishes);
  } finally {
    await session.close();
  }
  return createdOn(target, wishes);
}

async function atUrl(wishes: ShadowWishes, place: Target): Promise<Shadow | NoShadow> {
  const { engine, server, schema, onProgress } = wishes;
  const session = await engine.connect(place);
  let before: Snapshot;
  try {
    const sameServer = session.server.serverIdentity === server.serverIdentity;
    const { database, major, readOnlyServer } = session.server;
    if (sameServer && database === server.database) throw new KnownError("SHADOW_IS_TARGET", { database });
    if (major !== server.major)
      throw new KnownError("SHADOW_WRONG_MAJOR", { shadow: major, target: server.major });
    if (readOnlyServer)
      throw new KnownError("SHADOW_FAILED", { problem: `${place.address} is a read-only standby` });
    const refusal = sameServer ? reachRefusal(wishes, onItself(wishes.target)) : undefined;
    if (refusal !== undefined) return refusal;
    if (wishes.stranger && (await engine.scratch.isPowerful(place))) return tooPowerful(place);
    before = await session.snapshot();
    const objects = contentsOf(before);
    if (objects.length > 0) throw new KnownError("SHADOW_NOT_EMPTY", { database, objects });
    await tellLeftovers(session, place, wishes);
  } finally {
    await session.close();
  }
  if (await engine.scratch.mayCreateDatabase(place)) return createdOn(place, wishes);
  const named = new NamedDatabase({
    engine,
    target: place,
    schema,
    before,
    ...(onProgress && { onProgress }),
  });
  return {
    description: `the database "${place.database}" at ${place.address}`,
    fresh: () => named.fresh(),
    close: () => named.close(),
  };
}

function createdOn(target: Target, { engine, server, schema, onProgress }: ShadowWishes): Shadow {
  const { encoding } = server;
  const databases = new CreatedDatabases({
    engine,
    target,
    encoding,
    schema,
    ...(onProgress && { onProgress }),
  });
  return {
    description: `a new database at ${target.address}`,
    fresh: () => databases.fresh(),
    close: () => databases.close(),
  };
}

/** What no script may break, and what can be done about one that does. */
interface Rule {
  readonly rule: string;
  readonly remedy: string;
}

const strangersRule: Rule = {
  rule: "what somebody else wrote is executed only where it keeps to its database",
  remedy: "What files and history say is told; to know more, replay them yourself where they can do no harm.",
};

function onItself({ address }: Target): Rule {
  return {
    rule: `a migration on the server of ${address} itself must keep to its database`,
    remedy: "Name an empty database on another server of the same major version with --shadow URL.",
  };
}

function tooPowerful({ user, address }: Target): NoShadow {
  const reason = `the role "${user}" at ${address} may do more than work in its own databases, and what somebody else wrote must not run as it`;
  return { outcome: "no-shadow", reason, remedy: "Name with --shadow URL a role without any such right." };
}

/** The refusal for the first statement that would change more of the server than a scratch database. */
function reachRefusal({ scripts }: ShadowWishes, { rule, remedy }: Rule): NoShadow | undefined {
  for (const { name, statements } of scripts) {
    for (const statement of statements) {
      const what = reachesBeyondDatabase(statement);
      if (what === undefined) continue;
      const where = `${name}, line ${statement.line} (${beginningOf(statement)})`;
      return {
        outcome: "no-shadow",
        reason: `${rule}, but ${where} ${what}`,
        remedy,
      };
    }
  }
  return undefined;
}

/** Ends before the first literal: it may be a password. */
function beginningOf({ text }: Statement): string {
  const line = text.split(/['$]/, 1)[0]?.replace(/\s+/g, " ").trim() ?? "";
  const shown = line.slice(0, 60).trim();
  return shown.length < text.length ? `${shown} ...` : shown;
}

async function tellLeftovers(
  session: Session,
  { address }: Target,
  { onProgress }: ShadowWishes,
): Promise<void> {
  const leftovers = await findLeftovers(session);
  if (leftovers.length === 0) return;
  onProgress?.(
    `At ${address} nobody uses ${leftovers.join(", ")}: left by a run which was killed. Drop what you do not need.`,
  );
}
