import path from "node:path";
import { parseEnvFile, withEnvFile } from "../../config-source/env-file.ts";
import type { Environment } from "../../config-source/literal-reading.ts";
import { textOf } from "./schema-location.ts";

/** The environment as the project's own programs would see it. */
export interface ProjectEnvironment {
  readonly values: Environment;
  /** Where a variable comes from, for people: `.env`, `prisma/.env`; undefined for the environment itself. */
  originOf(name: string): string | undefined;
  /** The files that were found, for people. */
  readonly files: readonly string[];
}

/** The package which a directory belongs to. */
export interface NearestPackage {
  readonly directory: string;
  /** `"prisma": { "schema": ... }` of its package.json. */
  readonly schema?: string;
}

/**
 * Reads the `.env` files in the order in which Prisma does: the environment itself wins, then the package's, then
 * the first one beside the schema, in `prisma/` or in the directory.
 *
 * @param named `.env` files which Prisma's configuration file names, absolute; they come first
 * @see https://www.prisma.io/docs/orm/v6/more/dev-environment/environment-variables#env-file-locations
 */
export function readProjectEnvironment(
  directory: string,
  environment: Environment,
  wishes: {
    named: readonly string[];
    nearest: NearestPackage | undefined;
    schemaDirectory: string | undefined;
  },
): ProjectEnvironment {
  const read = (file: string) => ({ file, text: textOf(file) });
  const found = (files: readonly { file: string; text: string | undefined }[]) =>
    files.flatMap(({ file, text }) => (text === undefined ? [] : [{ file, text }]));
  const root = found([...wishes.named, path.join(wishes.nearest?.directory ?? directory, ".env")].map(read));
  const places = [wishes.schemaDirectory, path.join(directory, "prisma"), directory];
  const beside = found(
    places.flatMap((place) => (place === undefined ? [] : [read(path.join(place, ".env"))])),
  );
  const files = new Map([...root, ...beside.slice(0, 1)].map(({ file, text }) => [file, parseEnvFile(text)]));
  const label = (file: string) => path.relative(directory, file).replaceAll(path.sep, "/");
  const origins = new Map<string, string>();
  // Later files do not replace what an earlier one has set.
  const merged = new Map<string, string>();
  for (const [file, variables] of files) {
    for (const [name, value] of variables) {
      if (merged.has(name)) continue;
      merged.set(name, value);
      origins.set(name, label(file));
    }
  }
  return {
    values: withEnvFile(environment, merged),
    originOf: (name) => (environment[name] === undefined ? origins.get(name) : undefined),
    files: [...files.keys()].map(label),
  };
}

/** Finds the package.json of a directory or of the nearest one above it, as Prisma does. */
export function nearestPackage(directory: string): NearestPackage | undefined {
  for (let place = directory; ; place = path.dirname(place)) {
    const text = textOf(path.join(place, "package.json"));
    if (text !== undefined) {
      const schema = schemaNamedIn(text);
      return { directory: place, ...(schema !== undefined && { schema: path.resolve(place, schema) }) };
    }
    if (place === path.dirname(place)) return undefined;
  }
}

function schemaNamedIn(packageJson: string): string | undefined {
  try {
    const schema: unknown = JSON.parse(packageJson)?.prisma?.schema;
    return typeof schema === "string" ? schema : undefined;
  } catch {
    // Not ours to complain about; the package manager will.
    return undefined;
  }
}
