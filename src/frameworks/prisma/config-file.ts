import { readFileSync, statSync } from "node:fs";
import path from "node:path";
import type { Environment } from "../../config-source/literal-reader.ts";
import { type LiteralReading, readLiteral } from "../../config-source/read-literal.ts";
import { LiteralSyntaxError, type Token, tokenize } from "../../config-source/tokens.ts";

/** Prisma's own configuration file, read without running it. */
export interface PrismaConfig {
  /** Absolute. */
  readonly file: string;
  /** @param environment what `process.env` and `env()` give */
  read(environment: Environment): LiteralReading;
  /** `.env` files which the source names (`config({ path: "../.env" })`), absolute, in its order. */
  readonly envFiles: readonly string[];
}

// The order of c12, which Prisma loads its configuration with.
const extensions = [".js", ".ts", ".mjs", ".cjs", ".mts", ".cts"];
const places = [
  "prisma7.config",
  ".config/prisma7",
  "prisma.config",
  ".config/prisma",
  ".config/prisma.config",
];

/**
 * Finds and opens Prisma's configuration file in a directory.
 *
 * @param names what the directory holds, so that few files need to be tried
 * @see https://www.prisma.io/docs/orm/reference/prisma-config-reference
 */
export function openPrismaConfig(directory: string, names: ReadonlySet<string>): PrismaConfig | undefined {
  const file = places
    .flatMap((place) => extensions.map((extension) => place + extension))
    .filter((name) => names.has(name.split("/")[0] ?? ""))
    .map((name) => path.join(directory, name))
    .find((candidate) => statSync(candidate, { throwIfNoEntry: false })?.isFile());
  if (file === undefined) return undefined;
  const source = readFileSync(file, "utf8");
  const home = path.dirname(file);
  const directories = { __dirname: home, "import.meta.dirname": home, "process.cwd": directory };
  return {
    file,
    envFiles: envFilesIn(source).map((name) => path.resolve(home, name)),
    read: (environment) => {
      try {
        return readLiteral(source, environment, directories);
      } catch (error) {
        if (!(error instanceof LiteralSyntaxError)) throw error;
        return { value: undefined, unreadable: [{ path: "", line: error.line }], variables: [] };
      }
    },
  };
}

/** Most configurations since Prisma 7 load their `.env` files themselves, by name. */
function envFilesIn(source: string): string[] {
  try {
    return tokenize(source)
      .filter(isEnvFile)
      .map(({ text }) => text);
  } catch (error) {
    if (!(error instanceof LiteralSyntaxError)) throw error;
    return [];
  }
}

function isEnvFile({ kind, text }: Token): boolean {
  return kind === "string" && /(?:^|\/)\.env(?:\.[\w-]+)*$/.test(text);
}
