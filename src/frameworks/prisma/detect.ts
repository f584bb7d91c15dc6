import { readdirSync } from "node:fs";
import path from "node:path";
import { type Environment, unreadableAt } from "../../config-source/literal-reading.ts";
import { KnownError } from "../../errors.ts";
import { openPrismaConfig } from "./config-file.ts";
import { configuredPath, findDatabase, type OpenedConfig } from "./database-url.ts";
import { nearestPackage, readProjectEnvironment } from "./project-environment.ts";
import { kindOf, locateSchema, migrationsBeside, type SchemaLocation } from "./schema-location.ts";

/** What a directory with a Prisma project says of itself. */
export interface PrismaProject {
  /** The directory of the migrations, absolute; it need not exist. */
  readonly migrations: string;
  /** `source` is for people: `.env (DATABASE_URL)`. */
  readonly database?: { readonly url: string; readonly source: string };
  /** Where a URL was looked for in vain, for people. */
  readonly looked: readonly string[];
}

/**
 * Tells whether a directory holds a Prisma project (4 to 7), and reads where it keeps migrations and database.
 * Reads files only; nothing of the project is run.
 *
 * @param directory absolute
 * @param options.migrations replaces the project's own directory of migrations; relative to `directory`
 * @param options.environment the variables that the project would see; its `.env` files are read here
 * @throws KnownError CONFIG_INVALID when Prisma's configuration file computes where the migrations are
 */
export async function detectPrisma(
  directory: string,
  options: { migrations?: string; environment: Environment },
): Promise<PrismaProject | undefined> {
  const names = namesIn(directory);
  if (names === undefined) return undefined;
  const opened = await openPrismaConfig(directory, names);
  const nearest = nearestPackage(directory);
  // Paths first, since the `.env` beside the schema is not known before them.
  const first = opened && { ...opened, reading: opened.read(options.environment) };
  const schema = locateSchema(directory, configuredPath(first, "schema") ?? ownSchema(directory, nearest));
  const migrationsGiven =
    options.migrations === undefined ? undefined : path.resolve(directory, options.migrations);
  const isProject =
    opened ?? schema ?? (kindOf(path.join(directory, "prisma", "migrations")) === "folder" || undefined);
  if (isProject === undefined && !(migrationsGiven !== undefined && holdsMigrations(migrationsGiven)))
    return undefined;
  const environment = readProjectEnvironment(directory, options.environment, {
    named: opened?.envFiles ?? [],
    nearest,
    schemaDirectory: schema && path.dirname(schema.datasource?.file ?? schema.schema),
  });
  const config = opened && { ...opened, reading: opened.read(environment.values) };
  return {
    migrations: migrationsGiven ?? migrationsOf(directory, config, schema),
    ...findDatabase(directory, config, schema?.datasource, environment),
  };
}

/** A schema which the package.json of another directory names belongs to that directory. */
function ownSchema(directory: string, nearest: ReturnType<typeof nearestPackage>): string | undefined {
  return nearest?.directory === directory ? nearest.schema : undefined;
}

function migrationsOf(
  directory: string,
  config: OpenedConfig | undefined,
  schema: SchemaLocation | undefined,
): string {
  const configured = configuredPath(config, "migrations.path");
  if (configured !== undefined) return configured;
  for (const key of ["migrations.path", "schema"]) {
    const place = config && unreadableAt(config.reading, key);
    if (place === undefined) continue;
    throw new KnownError("CONFIG_INVALID", {
      file: path.relative(directory, config?.file ?? ""),
      problem: `${key} (line ${place.line}) cannot be read without running the file; write it as a literal, or pass --migrations DIR`,
    });
  }
  return schema ? migrationsBeside(schema) : path.join(directory, "prisma", "migrations");
}

/** Tells a directory of Prisma's migrations by its lock file or by what is in its subdirectories. */
function holdsMigrations(migrations: string): boolean {
  const names = [...(namesIn(migrations) ?? [])];
  return (
    names.includes("migration_lock.toml") ||
    names.slice(0, 50).some((name) => kindOf(path.join(migrations, name, "migration.sql")) === "file")
  );
}

function namesIn(directory: string): ReadonlySet<string> | undefined {
  try {
    return new Set(readdirSync(directory));
  } catch {
    return undefined;
  }
}
