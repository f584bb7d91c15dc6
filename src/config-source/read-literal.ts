import { LiteralReader } from "./literal-reader.ts";
import type { Environment, LiteralReading } from "./literal-reading.ts";
import { tokenize } from "./tokens.ts";

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
