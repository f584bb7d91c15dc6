import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Major } from "./command-line.ts";

/** The variable by which the URL is handed over. */
const urlVariable = "GODWIT_DATABASE_URL";

/**
 * What the command line is let see of the environment: how to find programs, its own cache, a way out to fetch its
 * engine by, and where its engine is. Not NODE_OPTIONS, which could name code of the project's.
 */
const allowed =
  /^(PATH|HOME|LANG|LC_ALL|TMPDIR|TEMP|TMP|USERPROFILE|APPDATA|SYSTEMROOT|XDG_CACHE_HOME|NODE_EXTRA_CA_CERTS|(HTTP|HTTPS|ALL|NO)_PROXY|PRISMA_(CLI_\w+|SCHEMA_ENGINE_BINARY|QUERY_ENGINE_LIBRARY|QUERY_ENGINE_BINARY|ENGINES_MIRROR|ENGINES_CHECKSUM_IGNORE_MISSING))$/i;

/** A project of Prisma's which holds nothing but the migrations of another one. */
export interface PlainProject {
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Makes a directory which only this account can enter, with the least that Prisma asks of a project. A `package.json`
 * is among it, so that Prisma looks no further up. The URL is in the environment alone.
 */
export async function withPlainProject<T>(
  wishes: {
    readonly major: Major;
    readonly migrations: string;
    readonly url: string;
    readonly environment: Readonly<Record<string, string | undefined>>;
    readonly lockIsHeld?: boolean;
  },
  use: (project: PlainProject) => Promise<T>,
): Promise<T> {
  const directory = await mkdtemp(path.join(tmpdir(), "godwit-prisma-"));
  try {
    for (const [name, text] of Object.entries(filesFor(wishes.major, wishes.migrations))) {
      await writeFile(path.join(directory, name), text);
    }
    // Before 7 the migrations are beside the schema, and nowhere else.
    if (wishes.major < 7) await symlink(wishes.migrations, path.join(directory, "migrations"), "junction");
    return await use({ directory, environment: environmentFor(wishes) });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function filesFor(major: Major, migrations: string): Record<string, string> {
  const url = major < 7 ? `  url      = env("${urlVariable}")\n` : "";
  return {
    "package.json": "{}\n",
    "schema.prisma": `datasource db {\n  provider = "postgresql"\n${url}}\n`,
    ...(major >= 7 && {
      "prisma.config.mjs": `export default {
  schema: "schema.prisma",
  migrations: { path: ${JSON.stringify(migrations)} },
  datasource: { url: process.env.${urlVariable} },
};
`,
    }),
  };
}

function environmentFor({
  url,
  environment,
  lockIsHeld,
}: {
  readonly url: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly lockIsHeld?: boolean;
}): Record<string, string> {
  const kept = Object.entries(environment).flatMap(([name, value]) =>
    value !== undefined && allowed.test(name) ? [[name, value] as const] : [],
  );
  return {
    ...Object.fromEntries(kept),
    [urlVariable]: url,
    // It asks its maker for news otherwise.
    CHECKPOINT_DISABLE: "1",
    PRISMA_HIDE_UPDATE_MESSAGE: "1",
    NO_COLOR: "1",
    // https://www.prisma.io/docs/orm/prisma-migrate/workflows/development-and-production#advisory-locking
    ...(lockIsHeld === true && { PRISMA_SCHEMA_DISABLE_ADVISORY_LOCK: "1" }),
  };
}
