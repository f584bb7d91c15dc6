import path from "node:path";
import { type LiteralReading, unreadableAt } from "../../config-source/literal-reading.ts";
import { repeatableName } from "../../config-source/repeatable-name.ts";
import type { PrismaConfig } from "./config-file.ts";
import type { ProjectEnvironment } from "./project-environment.ts";
import type { Datasource, SchemaValue } from "./schema-file.ts";

/** Prisma's configuration file with what was read from it. */
export type OpenedConfig = PrismaConfig & { readonly reading: LiteralReading };

interface FoundDatabase {
  readonly database?: { readonly url: string; readonly source: string };
  readonly looked: readonly string[];
}

/** One place that may say where the database is. */
interface Candidate {
  readonly label: string;
  readonly url: string | undefined;
  /** Variables on which the URL rests. */
  readonly variables: readonly string[];
  readonly unreadableLine?: number;
}

/** A path in Prisma's configuration file, which is relative to that file. */
export function configuredPath(config: OpenedConfig | undefined, key: string): string | undefined {
  const value = config && textAt(config.reading.value, key);
  return value === undefined ? undefined : path.resolve(path.dirname(config?.file ?? ""), value);
}

/**
 * Finds the URL that Prisma Migrate would use: `directUrl` before `url`, the configuration file before the schema.
 * A URL that the configuration file computes is not guessed. A project which names none is taken to use DATABASE_URL.
 */
export function findDatabase(
  directory: string,
  config: OpenedConfig | undefined,
  datasource: (Datasource & { readonly file: string }) | undefined,
  environment: ProjectEnvironment,
): FoundDatabase {
  const candidates = [
    ...(config ? configCandidates(directory, config) : []),
    ...(datasource ? schemaCandidates(directory, datasource, environment) : []),
  ];
  const looked: string[] = [];
  for (const candidate of candidates) {
    if (candidate.url)
      return { database: { url: candidate.url, source: sourceOf(candidate, environment) }, looked };
    looked.push(`${candidate.label}: ${whyNot(candidate, environment)}`);
    if (candidate.unreadableLine !== undefined) return { looked };
  }
  looked.push(...(environment.files.length === 0 ? [".env (not found or not readable)"] : environment.files));
  const usual = environment.values["DATABASE_URL"];
  if (candidates.length > 0 || !usual) return { looked };
  const candidate = { label: "", url: usual, variables: ["DATABASE_URL"] };
  return { database: { url: usual, source: sourceOf(candidate, environment) }, looked };
}

function configCandidates(directory: string, { file, reading }: OpenedConfig): Candidate[] {
  return ["directUrl", "url"].flatMap((key) => {
    const place = `datasource.${key}`;
    const url = textAt(reading.value, place);
    const variables = reading.variables.filter((one) => one.path === place).map(({ name }) => name);
    const unreadable = unreadableAt(reading, place);
    // A whole which cannot be read is reported once, as the URL.
    if (
      url === undefined &&
      variables.length === 0 &&
      (!unreadable || (key !== "url" && unreadable.path !== place))
    ) {
      return [];
    }
    const label = `${path.relative(directory, file)} (${place})`;
    return [
      { label, url, variables, ...(url === undefined && unreadable && { unreadableLine: unreadable.line }) },
    ];
  });
}

function schemaCandidates(
  directory: string,
  datasource: Datasource & { readonly file: string },
  environment: ProjectEnvironment,
): Candidate[] {
  return (["directUrl", "url"] as const).flatMap((key) => {
    const value: SchemaValue | undefined = datasource[key];
    if (value === undefined) return [];
    const label = `${path.relative(directory, datasource.file)} (${key})`;
    if ("literal" in value) return [{ label, url: value.literal, variables: [] }];
    return [{ label, url: environment.values[value.variable], variables: [value.variable] }];
  });
}

function sourceOf({ label, variables }: Candidate, environment: ProjectEnvironment): string {
  const [name, ...others] = variables;
  if (name === undefined || others.length > 0) return label;
  if (!environment.values[name]) return label;
  const file = environment.originOf(name);
  return file === undefined ? `the environment (${name})` : `${file} (${name})`;
}

function whyNot({ variables, unreadableLine }: Candidate, { values }: ProjectEnvironment): string {
  if (unreadableLine !== undefined) return `line ${unreadableLine} cannot be read without running the file`;
  const unset = variables.filter((name) => !values[name]);
  return unset.length === 0 ? "empty" : `${unset.map(repeatableName).join(", ")} not set`;
}

function textAt(value: unknown, key: string): string | undefined {
  const found = key
    .split(".")
    .reduce<unknown>(
      (object, name) =>
        typeof object === "object" && object !== null && Object.hasOwn(object, name)
          ? (object as Readonly<Record<string, unknown>>)[name]
          : undefined,
      value,
    );
  return typeof found === "string" && found !== "" ? found : undefined;
}
