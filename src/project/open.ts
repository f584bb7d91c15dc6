import { readdirSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { repeatableName } from "../config-source/repeatable-name.ts";
import { KnownError } from "../errors.ts";
import type { Framework, FrameworkProject } from "../frameworks/framework.ts";
import { frameworkNamed, frameworkNames } from "../frameworks/registry.ts";
import { cacheDirectory } from "./cache-directory.ts";
import { openConfig } from "./config.ts";
import { stateDirectory } from "./state-directory.ts";

/** What the command line says of the project; relative paths are relative to the current directory. */
export interface ProjectFlags {
  readonly project?: string;
  readonly database?: string;
  readonly shadow?: string;
  readonly stateDir?: string;
  readonly framework?: string;
  readonly migrations?: string;
}

/** The world around the program, as far as it matters here. */
export interface ProjectSurroundings {
  /** Absolute. */
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}

/** A user's project, found and read. All paths are absolute. */
export interface Project extends ProjectFiles {
  /** Holds a password: never printed. */
  readonly databaseUrl: string;
  /** Where the URL comes from, for people: `--database`, `.env (DATABASE_URL)`. */
  readonly databaseSource: string;
}

/** A project without its database. */
export interface ProjectFiles {
  readonly framework: Framework;
  readonly directory: string;
  readonly migrationsDirectory: string;
  /** A URL, or what else `--shadow` takes. Holds a password. */
  readonly shadow?: string;
  /** Where journals and backups go. */
  readonly stateDirectory: string;
  readonly cacheDirectory: string;
  /** Directories in which packages may be installed, nearest first. */
  readonly packageRoots: readonly string[];
}

/**
 * Finds and reads a project: the command line counts first, then a godwit.config file in the project's directory,
 * then what the project itself uses. Reads files only; nothing of the project is run.
 *
 * Without a project, a framework, a directory of migrations and a database on the command line are enough.
 *
 * @throws KnownError NO_PROJECT, CONFIG_INVALID, NO_DATABASE_URL, FRAMEWORK_UNSUPPORTED, USAGE
 * @example
 * await openProject({ project: "apps/api" }, { cwd: "/srv/shop", environment: {}, home: "/root" });
 */
export async function openProject(flags: ProjectFlags, surroundings: ProjectSurroundings): Promise<Project> {
  const { files, config, found } = await open(flags, surroundings);
  const database = databaseOf(flags, config, found, surroundings.environment);
  return { ...files, databaseUrl: database.url, databaseSource: database.source };
}

/**
 * As {@link openProject}, for what is done with the files alone: no database need be known.
 *
 * @throws KnownError as {@link openProject}, but for NO_DATABASE_URL
 */
export async function openProjectFiles(
  flags: ProjectFlags,
  surroundings: ProjectSurroundings,
): Promise<ProjectFiles> {
  return (await open(flags, surroundings)).files;
}

/** What of a {@link Project} belongs to this machine and not to the project. */
export type OwnPlaces = Pick<Project, "cacheDirectory" | "packageRoots" | "stateDirectory" | "shadow">;

/**
 * Where things are for what is done without a project. The current directory's configuration is not read.
 *
 * @throws KnownError USAGE
 */
export function ownPlaces(flags: Pick<ProjectFlags, "shadow">, surroundings: ProjectSurroundings): OwnPlaces {
  refuseEmpty(flags);
  const { cwd, environment, home } = surroundings;
  return {
    ...(flags.shadow !== undefined && { shadow: flags.shadow }),
    stateDirectory: stateDirectory(environment, home),
    cacheDirectory: cacheDirectory({
      environment,
      home,
      platform: process.platform,
      temporary: tmpdir(),
      user: process.getuid?.(),
    }),
    packageRoots: packageRoots(cwd),
  };
}

async function open(
  flags: ProjectFlags,
  surroundings: ProjectSurroundings,
): Promise<{ files: ProjectFiles; config: OpenedConfig; found: FrameworkProject }> {
  refuseEmpty(flags);
  const { cwd, environment } = surroundings;
  const directory = path.resolve(cwd, flags.project ?? ".");
  const config = await openConfig(directory, namesIn(directory, flags.project), {
    environment,
    given: new Set(Object.entries(flags).flatMap(([key, value]) => (value === undefined ? [] : [key]))),
  });
  const values = config?.values ?? {};
  const framework = flags.framework ?? values.framework;
  const migrations = migrationsGiven(flags, cwd, config, directory);
  const found = await detect(framework, directory, migrations, environment);
  if (found === undefined) {
    const nearby = await projectsNearby(directory, surroundings);
    throw new KnownError("NO_PROJECT", { directory, ...(nearby.length > 0 && { nearby }) });
  }
  const shadow = flags.shadow ?? values.shadow;
  const places = ownPlaces({}, surroundings);
  const stateDirectoryGiven = flags.stateDir
    ? path.resolve(cwd, flags.stateDir)
    : values.stateDir && path.resolve(directory, values.stateDir);
  const files = {
    framework: found.framework,
    directory,
    migrationsDirectory: found.migrations,
    ...places,
    ...(shadow && { shadow }),
    stateDirectory: stateDirectoryGiven || places.stateDirectory,
    packageRoots: packageRoots(directory),
  };
  return { files, config, found };
}

type OpenedConfig = Awaited<ReturnType<typeof openConfig>>;

/** `--database "$URL"` with a variable that is not set must not fall back to another database. */
function refuseEmpty(flags: ProjectFlags): void {
  for (const [name, value] of Object.entries(flags)) {
    if (value !== "") continue;
    const option = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    throw new KnownError("USAGE", {
      problem: `--${option} was given without a value.`,
      hint: "Is a variable in it not set?",
    });
  }
}

function namesIn(directory: string, option: string | undefined): ReadonlySet<string> {
  try {
    return new Set(readdirSync(directory));
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    const place = option === undefined ? directory : `--project ${option}`;
    const reason =
      error.code === "EACCES" || error.code === "EPERM" ? "may not be read" : "is not a directory";
    throw new KnownError("USAGE", { problem: `${place} ${reason}.` }, { cause: error });
  }
}

function migrationsGiven(
  flags: ProjectFlags,
  cwd: string,
  config: OpenedConfig,
  directory: string,
): string | undefined {
  if (flags.migrations !== undefined) {
    const place = path.resolve(cwd, flags.migrations);
    if (isDirectory(place)) return place;
    throw new KnownError("USAGE", { problem: `--migrations ${flags.migrations} is not a directory.` });
  }
  if (config?.values.migrations === undefined) return undefined;
  const place = path.resolve(directory, config.values.migrations);
  if (isDirectory(place)) return place;
  throw new KnownError("CONFIG_INVALID", { file: config.file, problem: "migrations is not a directory" });
}

async function detect(
  name: string | undefined,
  directory: string,
  migrations: string | undefined,
  environment: ProjectSurroundings["environment"],
): Promise<FrameworkProject | undefined> {
  for (const candidate of name === undefined ? frameworkNames : [name]) {
    const framework = await frameworkNamed(candidate);
    const found = await framework.detect(directory, { environment, ...(migrations && { migrations }) });
    if (found !== undefined) return found;
    if (name !== undefined && migrations !== undefined)
      return { framework, directory, migrations, looked: [] };
  }
  return undefined;
}

function databaseOf(
  flags: ProjectFlags,
  config: OpenedConfig,
  found: FrameworkProject,
  environment: ProjectSurroundings["environment"],
): { url: string; source: string } {
  if (flags.database !== undefined) return { url: flags.database, source: "--database" };
  if (config?.values.database) return { url: config.values.database, source: `${config.file} (database)` };
  const looked = ["--database"];
  const unset = config?.unset.get("database");
  if (config !== undefined && unset !== undefined) {
    // It names a database of its own: another one in its place would be a surprise.
    throw new KnownError("NO_DATABASE_URL", {
      looked: [...looked, `${config.file} (database: ${unset.map(repeatableName).join(", ")} not set)`],
    });
  }
  if (found.database !== undefined) return found.database;
  const usual = environment["DATABASE_URL"];
  if (usual) return { url: usual, source: "the environment (DATABASE_URL)" };
  throw new KnownError("NO_DATABASE_URL", {
    looked: [...looked, ...found.looked, "the environment (DATABASE_URL)"],
  });
}

async function projectsNearby(directory: string, { cwd, home }: ProjectSurroundings): Promise<string[]> {
  const nearby = await import("./nearby.ts");
  return nearby.projectsNearby(directory, cwd, home);
}

function isDirectory(place: string): boolean {
  try {
    return statSync(place, { throwIfNoEntry: false })?.isDirectory() === true;
  } catch {
    return false;
  }
}

/** Where Node itself would look from the project and from this program. */
function packageRoots(directory: string): string[] {
  const roots = [directory, import.meta.dirname].flatMap((start) => {
    const places = [start];
    for (let place = start; place !== path.dirname(place); place = path.dirname(place)) {
      places.push(path.dirname(place));
    }
    return places;
  });
  return [...new Set(roots)];
}
