import { readFileSync } from "node:fs";
import path from "node:path";
import { type Environment, type LiteralReading, unreadableAt } from "../config-source/literal-reading.ts";
import { KnownError } from "../errors.ts";
import type { GodwitConfig } from "./config-schema.ts";

/** A project's godwit.config file, checked. */
export interface OpenedConfig {
  /** Its name, for people. */
  readonly file: string;
  readonly values: GodwitConfig;
  /** By key, variables on which it rests and which are not set. */
  readonly unset: ReadonlyMap<string, readonly string[]>;
}

/** The options of the command line by the key which they replace. */
const options: Readonly<Record<keyof GodwitConfig, string>> = {
  framework: "--framework",
  migrations: "--migrations",
  database: "--database",
  shadow: "--shadow",
  stateDir: "--state-dir",
};
const keys = Object.keys(options) as (keyof GodwitConfig)[];
const fileNames = ["ts", "js", "mjs", "json"].map((extension) => `godwit.config.${extension}`);

/**
 * Reads the project's godwit.config file, without running it.
 *
 * @param names what the directory holds
 * @param given the keys which the command line gives; these need not be readable
 * @returns undefined where there is none
 * @throws KnownError CONFIG_INVALID; no message repeats a value
 */
export async function openConfig(
  directory: string,
  names: ReadonlySet<string>,
  { environment, given }: { environment: Environment; given: ReadonlySet<string> },
): Promise<OpenedConfig | undefined> {
  const file = fileNames.find((name) => names.has(name));
  if (file === undefined) return undefined;
  const reading = await readSource(directory, file, environment);
  for (const key of keys) {
    const place = given.has(key) ? undefined : unreadableAt(reading, key);
    if (place === undefined) continue;
    const problem =
      place.path === ""
        ? `what it exports (line ${place.line}) cannot be read without running it; write an object literal`
        : `${key} (line ${place.line}) cannot be read without running it; write it as a literal or pass ${options[key]}`;
    throw new KnownError("CONFIG_INVALID", { file, problem });
  }
  const { checkConfig } = await import("./config-schema.ts");
  const values = checkConfig(reading.value);
  if ("problem" in values) throw new KnownError("CONFIG_INVALID", { file, problem: values.problem });
  const unset = keys
    .filter((key) => values[key] === undefined)
    .map((key) => [key, reading.variables.filter((one) => one.path === key).map(({ name }) => name)] as const)
    .filter(([, variables]) => variables.length > 0);
  return { file, values, unset: new Map(unset) };
}

/** The readers are loaded here, since most projects have no such file and every start would pay for them. */
async function readSource(
  directory: string,
  file: string,
  environment: Environment,
): Promise<LiteralReading> {
  let source: string;
  try {
    source = readFileSync(path.join(directory, file), "utf8");
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    throw new KnownError(
      "CONFIG_INVALID",
      { file, problem: `it cannot be read (${error.code})` },
      { cause: error },
    );
  }
  const { readLiteral } = await import("../config-source/read-literal.ts");
  const { LiteralSyntaxError } = await import("../config-source/tokens.ts");
  try {
    // JSON is a literal too. Its own parser repeats the text in its errors, and so would print a password.
    const text = file.endsWith(".json") ? `export default ${source.replace(/^\uFEFF/, "")}` : source;
    return readLiteral(text, environment, { __dirname: directory, "import.meta.dirname": directory });
  } catch (error) {
    if (!(error instanceof LiteralSyntaxError)) throw error;
    throw new KnownError("CONFIG_INVALID", { file, problem: error.message });
  }
}
