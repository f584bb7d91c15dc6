import { type Environment, LiteralReader, type UnreadablePlace } from "./literal-reader.ts";
import { tokenize } from "./tokens.ts";

/** What a configuration file says, as far as its text tells. */
export interface LiteralReading {
  /** What is unreadable is left out, and so is what rests on a variable that is not set. */
  readonly value: unknown;
  readonly unreadable: readonly UnreadablePlace[];
  /** The environment's variables on which values rest, whether they are set or not. */
  readonly variables: readonly { readonly path: string; readonly name: string }[];
}

/**
 * Reads what a JavaScript or TypeScript configuration file exports, without running it: objects, lists, texts,
 * numbers, `process.env.X`, `env("X")`, fallbacks, templates, joined paths, constants declared in the same file.
 *
 * @param environment what `process.env` would hold
 * @param directories what `__dirname`, `import.meta.dirname` and `process.cwd` would give
 * @throws LiteralSyntaxError when the source cannot be cut into tokens
 * @example
 * readLiteral('export default { url: process.env.URL ?? "postgres:///app" }', {}).value; // { url: "postgres:///app" }
 */
export function readLiteral(
  source: string,
  environment: Environment,
  directories: Readonly<Record<string, string>> = {},
): LiteralReading {
  const reader = new LiteralReader(tokenize(source), environment, directories);
  const value = reader.exported();
  return { value, unreadable: reader.unreadable, variables: reader.variables };
}

/**
 * Tells whether a value is missing only because it cannot be read.
 *
 * @example
 * unreadableAt(reading, "datasource.url")?.line
 */
export function unreadableAt(reading: LiteralReading, path: string): UnreadablePlace | undefined {
  return reading.unreadable.find(
    (place) => place.path === "" || place.path === path || path.startsWith(`${place.path}.`),
  );
}
