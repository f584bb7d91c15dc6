import { access, constants, mkdir, rm, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { run } from "./program.ts";

/** The tests start servers of this version, and compare with what its own programs say. */
const postgres = "/usr/lib/postgresql/15/bin";
const wanted = [
  ...["initdb", "postgres", "pg_dump", "psql"].map((name) => ({
    package: "postgresql-15",
    path: join(postgres, name),
  })),
  { package: "openssl", path: "openssl" },
  { package: "pgbouncer", path: "/usr/sbin/pgbouncer" },
] as const;

/** Read by postgresql-common before it makes a cluster: a machine that only runs tests needs no server that is always on. */
const drop = "/etc/postgresql-common/createcluster.d/godwit-tests.conf";

/**
 * Installs by apt what the tests need of the machine, unless it is there. Only root on Debian (12, which has
 * PostgreSQL 15) can do so; others are told what to install.
 *
 * @throws Error which says what is missing
 */
export async function installSystemPrograms(): Promise<void> {
  const packages = await missingPackages();
  if (packages.length === 0) return;
  const names = packages.join(" ");
  if (process.getuid?.() !== 0 || !(await exists("/usr/bin/apt-get")))
    throw new Error(`The tests need ${names}. As root on Debian: apt-get install ${names}`);
  console.error(`Installing ${names} by apt (once) ...`);
  await mkdir("/etc/postgresql-common/createcluster.d", { recursive: true });
  await writeFile(drop, "create_main_cluster = false\n");
  try {
    await apt("update", "-q");
    await apt("install", "-y", "-q", "--no-install-recommends", ...packages);
  } finally {
    await rm(drop, { force: true });
  }
  const still = await missingPackages();
  if (still.length > 0) throw new Error(`apt installed ${still.join(" ")}, but not its programs`);
}

async function apt(...args: string[]): Promise<void> {
  const environment = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const { succeeded, output } = await run("apt-get", args, { cwd: "/", environment });
  if (!succeeded) throw new Error(`apt-get ${args.join(" ")} failed:\n${output}`);
}

async function missingPackages(): Promise<string[]> {
  const missing: string[] = [];
  for (const { package: name, path } of wanted) {
    const places = path.startsWith("/")
      ? [path]
      : (process.env["PATH"] ?? "").split(delimiter).map((directory) => join(directory, path));
    const found = await Promise.all(places.map(exists));
    if (!found.includes(true) && !missing.includes(name)) missing.push(name);
  }
  return missing;
}

function exists(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
