import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { type Datasource, readDatasource } from "./schema-file.ts";

/** Where a project's Prisma schema is, and the datasource in it. */
export interface SchemaLocation {
  /** The file, or the folder of several files; absolute. It need not exist when the project names it. */
  readonly schema: string;
  readonly folder: boolean;
  /** The file with the `datasource` block; absent where there is none. */
  readonly datasource?: Datasource & { readonly file: string };
}

/**
 * Finds the schema where the project says it is, or in one of the default places.
 *
 * @param named the path which the project names, absolute
 * @see https://www.prisma.io/docs/orm/prisma-schema/overview/location
 */
export function locateSchema(directory: string, named: string | undefined): SchemaLocation | undefined {
  if (named !== undefined) return kindOf(named) === "folder" ? inFolder(named) : inFile(named);
  const files = [path.join(directory, "schema.prisma"), path.join(directory, "prisma", "schema.prisma")];
  const file = files.find((candidate) => kindOf(candidate) === "file");
  if (file !== undefined) return inFile(file);
  // The default place of several files before 6.7; since then it must be named.
  const folder = path.join(directory, "prisma", "schema");
  return kindOf(folder) === "folder" && schemaFiles(folder).next().done !== true
    ? inFolder(folder)
    : undefined;
}

/**
 * The directory of the migrations that belongs to a schema: beside the file with the datasource. Before 6.7 it was
 * beside the folder of several files.
 */
export function migrationsBeside({ schema, folder, datasource }: SchemaLocation): string {
  const beside = path.join(
    datasource ? path.dirname(datasource.file) : folder ? schema : path.dirname(schema),
    "migrations",
  );
  const older = path.join(path.dirname(schema), "migrations");
  return folder && kindOf(beside) !== "folder" && kindOf(older) === "folder" ? older : beside;
}

/** What is at a path, following links. */
export function kindOf(place: string): "file" | "folder" | undefined {
  try {
    const found = statSync(place, { throwIfNoEntry: false });
    return found?.isFile() ? "file" : found?.isDirectory() ? "folder" : undefined;
  } catch {
    // Not searchable, or a loop of links: nothing that could be used.
    return undefined;
  }
}

/** The text of a file, or undefined where it is missing or not readable. */
export function textOf(file: string): string | undefined {
  try {
    return kindOf(file) === "file" ? readFileSync(file, "utf8") : undefined;
  } catch {
    return undefined;
  }
}

function inFile(schema: string): SchemaLocation {
  const datasource = datasourceOf(schema);
  return { schema, folder: false, ...(datasource && { datasource }) };
}

function inFolder(schema: string): SchemaLocation {
  for (const file of schemaFiles(schema)) {
    const datasource = datasourceOf(file);
    if (datasource !== undefined) return { schema, folder: true, datasource };
  }
  return { schema, folder: true };
}

function datasourceOf(file: string): SchemaLocation["datasource"] | undefined {
  const datasource = readDatasource(textOf(file) ?? "");
  return datasource && { ...datasource, file };
}

/** Files of a folder before those of its subfolders; the migrations may be thousands and hold none. */
function* schemaFiles(folder: string, depth = 0): Generator<string> {
  const entries = entriesOf(folder);
  for (const entry of entries) {
    if (entry.name.endsWith(".prisma") && !entry.isDirectory()) yield path.join(folder, entry.name);
  }
  for (const entry of entries) {
    const skipped =
      entry.name === "migrations" || entry.name === "node_modules" || entry.name.startsWith(".");
    if (entry.isDirectory() && !skipped && depth < 5)
      yield* schemaFiles(path.join(folder, entry.name), depth + 1);
  }
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return [];
  }
}
