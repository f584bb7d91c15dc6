import path from "node:path";
import type { Environment, LiteralReading } from "../../config-source/literal-reading.ts";
import { KnownError } from "../../errors.ts";
import { kindOf, textOf } from "./schema-location.ts";

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
 * @throws KnownError CONFIG_INVALID when the file may not be read
 * @see https://www.prisma.io/docs/orm/reference/prisma-config-reference
 */
export async function openPrismaConfig(
  directory: string,
  names: ReadonlySet<string>,
): Promise<PrismaConfig | undefined> {
  const file = places
    .flatMap((place) => extensions.map((extension) => place + extension))
    .filter((name) => names.has(name.split("/")[0] ?? ""))
    .map((name) => path.join(directory, name))
    .find((candidate) => kindOf(candidate) === "file");
  if (file === undefined) return undefined;
  const source = textOf(file);
  if (source === undefined) {
    throw new KnownError("CONFIG_INVALID", {
      file: path.relative(directory, file),
      problem: "it cannot be read",
    });
  }
  const home = path.dirname(file);
  const directories = { __dirname: home, "import.meta.dirname": home, "process.cwd": directory };
  // Loaded here, since projects before Prisma 7 have no such file and every start would pay for it.
  const { readLiteral } = await import("../../config-source/read-literal.ts");
  const { LiteralSyntaxError, tokenize } = await import("../../config-source/tokens.ts");
  try {
    // Most configurations since Prisma 7 load their `.env` files themselves, by name.
    const envFiles = tokenize(source).filter(({ kind, text }) => kind === "string" && isEnvFile.test(text));
    return {
      file,
      read: (environment) => readLiteral(source, environment, directories),
      envFiles: envFiles.map(({ text }) => path.resolve(home, text)),
    };
  } catch (error) {
    if (!(error instanceof LiteralSyntaxError)) throw error;
    const unreadable = [{ path: "", line: error.line }];
    return { file, read: () => ({ value: undefined, unreadable, variables: [] }), envFiles: [] };
  }
}

const isEnvFile = /(?:^|\/)\.env(?:\.[\w-]+)*$/;
