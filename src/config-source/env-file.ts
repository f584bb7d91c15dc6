import type { Environment } from "./literal-reading.ts";

/**
 * `NAME=value`, `export NAME='value'`, `NAME: value`; a quoted value may span lines. What does not fit is skipped.
 * The grammar is dotenv's, https://github.com/motdotla/dotenv#what-rules-does-the-parsing-engine-follow;
 * `util.parseEnv` differs from it between versions of Node.
 */
const assignment =
  /^[ \t]*(?:export[ \t]+)?([\w.-]+)(?:[ \t]*=[ \t]*|:[ \t]+)('(?:\\'|[^'])*'|"(?:\\"|[^"])*"|`(?:\\`|[^`])*`|[^#\n]*)[ \t]*(?:#.*)?$/gm;

/** `${NAME}`; a backslash before it keeps it as it is. */
const reference = /(\\?)\$\{(\w*)\}/g;

/** Values which name each other twice could otherwise grow without end. */
const longest = 65_536;

/**
 * Reads the text of a `.env` file.
 *
 * @example
 * parseEnvFile('export A="x" # comment').get("A"); // "x"
 */
export function parseEnvFile(text: string): Map<string, string> {
  const lines = text.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
  return new Map(
    [...lines.matchAll(assignment)].map(([, name = "", value = ""]) => [name, unquoted(value.trim())]),
  );
}

function unquoted(value: string): string {
  const quote = value[0];
  if (value.length < 2 || quote !== value.at(-1) || !(quote === '"' || quote === "'" || quote === "`"))
    return value;
  const inner = value.slice(1, -1);
  return quote === '"' ? inner.replaceAll("\\n", "\n").replaceAll("\\r", "\r") : inner;
}

/**
 * What a program sees that loads a `.env` file: the environment's own variables win, and `${NAME}` is replaced in
 * every variable that the file names, as Prisma does it (braces only).
 *
 * @see https://www.prisma.io/docs/orm/v6/more/dev-environment/environment-variables#expanding-variables
 */
export function withEnvFile(
  environment: Environment,
  file: ReadonlyMap<string, string>,
): Record<string, string> {
  const raw = new Map([
    ...file,
    ...Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined),
  ]);
  const done = new Map<string, string>();
  const expand = (name: string): string => {
    const known = done.get(name);
    if (known !== undefined) return known;
    const value = raw.get(name) ?? "";
    // A value that refers to itself is left as it is.
    done.set(name, value);
    const expanded = value.replace(reference, (whole, backslash: string, other: string) =>
      backslash === "" ? expand(other) : whole.slice(1),
    );
    const kept = expanded.length > longest ? value : expanded;
    done.set(name, kept);
    return kept;
  };
  return Object.fromEntries([...raw].map(([name, value]) => [name, file.has(name) ? expand(name) : value]));
}
