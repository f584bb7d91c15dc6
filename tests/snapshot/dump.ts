import { execFile } from "node:child_process";
import { promisify } from "node:util";

const programs = "/usr/lib/postgresql/15/bin";
const run = promisify(execFile);

/** What `pg_dump` says of a database of PostgreSQL 13, 14 or 15, without the marks by which two runs of it differ. */
export async function dumpOf(url: string, ...options: string[]): Promise<string> {
  const args = ["--no-sync", ...options, url];
  const { stdout } = await run(`${programs}/pg_dump`, args, { maxBuffer: 1 << 26 });
  return stdout.replace(/^\\(?:un)?restrict .*$/gm, "");
}

/** Executes what `pg_dump` said. @throws Error at the first statement that is refused */
export async function restore(dump: string, url: string): Promise<void> {
  const options = ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-o", "/dev/null"];
  const restoring = run(`${programs}/psql`, [...options, url]);
  restoring.child.stdin?.end(dump);
  await restoring;
}
