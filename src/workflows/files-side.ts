import { relative } from "node:path";
import type { Engine, ServerFacts, Target } from "../engines/engine.ts";
import { engineNamed, engineOf } from "../engines/registry.ts";
import { isKnownError, KnownError } from "../errors.ts";
import type { Framework } from "../frameworks/framework.ts";
import type { Migration } from "../migration/migration.ts";
import { nearestWord } from "../project/nearest-word.ts";
import {
  openProject,
  openProjectFiles,
  type ProjectFiles,
  type ProjectFlags,
  type ProjectSurroundings,
} from "../project/open.ts";
import { rolesNotMadeBy } from "../shadow/roles.ts";
import { openShadow } from "../shadow/shadow.ts";
import { stateAfter } from "../timeline/state-after.ts";
import { type OpenedDatabase, type OpenedSide, openDatabase, type Side } from "./side.ts";

/** What a replay of the files may use of the machine. */
export interface ReplayOptions {
  /** Told, in words for a person, what takes long. */
  readonly onProgress?: (text: string) => void;
}

type FilesSide = Extract<Side, { kind: "files" }>;

/** The files as a side, and what tells the framework's own objects apart. */
export interface OpenedFiles extends OpenedSide {
  readonly historyTable: ReturnType<Framework["historyTable"]>;
}

/**
 * Replays the migrations on a scratch database of the version that the other side has, and looks at what is there then.
 * Where there is no other side, or it is the files too, the project's own database says which version that is.
 *
 * @param sides each is replayed anew, one after the other: a shadow that was named may be a single database
 * @throws KnownError those of opening the project; UNKNOWN_MIGRATION, REPLAY_FAILED, and those of making a shadow
 */
export async function openFiles(
  sides: readonly FilesSide[],
  other: OpenedSide | undefined,
  flags: ProjectFlags,
  surroundings: ProjectSurroundings,
  { onProgress }: ReplayOptions,
): Promise<OpenedFiles[]> {
  const { project, place } = await placeFor(other, flags, surroundings);
  const { engine, target, server, schema, roles } = place(project.framework.defaultSchema);
  const { framework, migrationsDirectory, directory, packageRoots, cacheDirectory, shadow: choice } = project;
  const all = await framework.readMigrations(migrationsDirectory, directory);
  const wanted = sides.map(({ upTo }) => ({
    upTo,
    migrations: all.slice(0, upTo === undefined ? all.length : migrationNamed(upTo, all) + 1),
  }));
  const longest = Math.max(...wanted.map(({ migrations }) => migrations.length));
  const replayed = all.slice(0, longest);
  const shadow = await openShadow({
    engine,
    target,
    server,
    schema,
    roles: rolesNotMadeBy(replayed, roles),
    scripts: replayed.map(({ name, sql }) => ({ name, statements: engine.split(sql ?? "") })),
    packageRoots,
    cacheDirectory,
    environment: surroundings.environment,
    ...(choice !== undefined && { choice }),
    ...(onProgress && { onProgress }),
  });
  if ("outcome" in shadow)
    throw new KnownError("SHADOW_FAILED", { problem: shadow.reason, remedy: shadow.remedy });
  const where = relative(surroundings.cwd, migrationsDirectory) || ".";
  try {
    const opened: OpenedFiles[] = [];
    for (const { upTo, migrations } of wanted) {
      const state = await stateAfter({ fresh: () => shadow.fresh(), migrations, split: engine.split });
      if (state.outcome === "refused") throw new KnownError("REPLAY_FAILED", state.failure);
      const until = upTo === undefined ? "" : ` up to ${migrations.at(-1)?.name}`;
      opened.push({
        kind: "files",
        title: `the migrations in ${where}${until}`,
        engine: engine.name,
        serverVersion: server.version,
        snapshot: state.snapshot,
        historyTable: framework.historyTable(schema),
        replayed: {
          migrations,
          schema,
          roles: rolesNotMadeBy(migrations, roles),
          encoding: server.encoding,
        },
      });
    }
    return opened;
  } finally {
    await shadow.close();
  }
}

/** Which server the replay must be like. */
interface Place {
  readonly engine: Engine;
  readonly target: Target;
  readonly server: ServerFacts;
  readonly schema: string;
  readonly roles: readonly string[];
}

async function placeFor(
  other: OpenedSide | undefined,
  flags: ProjectFlags,
  surroundings: ProjectSurroundings,
): Promise<{ project: ProjectFiles; place: (defaultSchema: string) => Place }> {
  if (other?.kind === "snapshot-file") return likeFile(other, flags, surroundings);
  const database = other?.database?.url ?? flags.database;
  const project = await openProject({ ...flags, ...(database !== undefined && { database }) }, surroundings);
  const engine = await engineOf(project.databaseUrl);
  const like =
    other?.database ??
    (await openDatabase({ kind: "database", url: project.databaseUrl }, { dependencies: false })).database;
  const { target, server, roles } = like as OpenedDatabase;
  return {
    project,
    place: (defaultSchema) => ({
      engine,
      target,
      server,
      roles,
      schema: target.schema ?? server.currentSchema ?? defaultSchema,
    }),
  };
}

/** A file tells a version, and the roles which own something; no database need be reached, or even known. */
async function likeFile(
  { engine: name, serverVersion, snapshot }: OpenedSide,
  flags: ProjectFlags,
  surroundings: ProjectSurroundings,
): Promise<{ project: ProjectFiles; place: (defaultSchema: string) => Place }> {
  const engine = await engineNamed(name);
  const project = await openProject(flags, surroundings).catch((error: unknown) => {
    if (isKnownError(error, "NO_DATABASE_URL")) return openProjectFiles(flags, surroundings);
    throw error;
  });
  const target: Target =
    "databaseUrl" in project
      ? engine.parse(String(project.databaseUrl))
      : { engine: name, address: "nowhere", database: "", user: "", secret: undefined };
  if (target.secret === undefined && project.shadow === "same-server")
    throw new KnownError("NO_DATABASE_URL", { looked: ["--database, for --shadow same-server"] });
  const owners = new Set<string>();
  for (const { environment } of snapshot.objects.values())
    if (typeof environment["owner"] === "string") owners.add(environment["owner"]);
  const server: ServerFacts = {
    version: serverVersion,
    major: Number.parseInt(serverVersion, 10),
    database: target.database,
    user: target.user,
    superuser: false,
    readOnlyServer: false,
    // Equal to no server's own: a shadow that is named cannot be the database that the file was taken of.
    serverIdentity: "",
    encoding: "UTF8",
    collation: "",
  };
  return {
    project,
    place: (defaultSchema) => ({
      engine,
      target,
      server,
      roles: [...owners],
      schema: target.schema ?? defaultSchema,
    }),
  };
}

/** The place of the migration that is called so, or is the only one whose name begins or ends like that. */
function migrationNamed(name: string, migrations: readonly Migration[]): number {
  const exact = migrations.findIndex((migration) => migration.name === name);
  if (exact >= 0) return exact;
  const names = migrations.map((migration) => migration.name);
  for (const fits of [(one: string) => one.startsWith(name), (one: string) => one.endsWith(name)]) {
    const near = names.filter(fits);
    if (near[0] !== undefined && near.length === 1) return names.indexOf(near[0]);
    if (near.length > 1) throw new KnownError("UNKNOWN_MIGRATION", { name, near, several: true });
  }
  const within = names.filter((one) => one.toLowerCase().includes(name.toLowerCase())).slice(0, 3);
  const nearest = nearestWord(name, names);
  const near = within.length > 0 || nearest === undefined ? within : [nearest];
  throw new KnownError("UNKNOWN_MIGRATION", { name, near, several: false });
}
