// Looks for what must be in no file: where this machine keeps its things, and where its packages came from.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "./program.ts";

const root = join(import.meta.dirname, "..");

/** Directories of one machine. A test may name one that need not exist. */
const machinePath = /(?<![\w.:/-])\/(?:work|root|home\/[a-z]+|tmp\/[\w.-]+)\//;

const listed = await run("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
  cwd: root,
});
if (!listed.succeeded) throw new Error(`git could not list the files: ${listed.output}`);
const problems: string[] = [];
for (const file of listed.said.split("\0").filter(Boolean)) {
  const text = await readFile(join(root, file), "utf8").catch(() => "");
  if (file !== "package-lock.json" && !/[.]test[.]ts$|^tests\//.test(file)) {
    for (const [i, line] of text.split("\n").entries())
      if (machinePath.test(line))
        problems.push(`${file}:${i + 1} names a path of one machine: ${line.trim()}`);
  }
}

// An address would send everybody to the registry that somebody happened to use.
interface Lockfile {
  readonly packages: Readonly<Record<string, { readonly resolved?: string; readonly link?: true }>>;
}
const { packages } = JSON.parse(await readFile(join(root, "package-lock.json"), "utf8")) as Lockfile;
for (const [name, { resolved, link }] of Object.entries(packages))
  if (resolved !== undefined && link !== true)
    problems.push(
      `package-lock.json: ${name} has an address (npm config set omit-lockfile-registry-resolved true)`,
    );

if (problems.length > 0) console.error(problems.join("\n"));
process.exitCode = problems.length > 0 ? 1 : 0;
