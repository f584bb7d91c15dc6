// `npm run defects`: breaks a copy of the program in one place after the other, and runs the tests which must notice. It tells
// of every defect that goes unnoticed, and fails then; so it does where a place is no longer there.
import { spawn } from "node:child_process";
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Defect, defects } from "./defect-list.ts";

const root = join(import.meta.dirname, "..");
const named = process.argv.slice(2);
const chosen = defects.filter(({ name }) => named.length === 0 || named.some((one) => name.includes(one)));
const directory = await mkdtemp(join(tmpdir(), "godwit-defects-"));

try {
  for (const part of ["src", "tests", "tools", "package.json", "tsconfig.json", "README.md", "LICENSE"])
    await cp(join(root, part), join(directory, part), { recursive: true });
  await symlink(join(root, "node_modules"), join(directory, "node_modules"));
  const unnoticed: string[] = [];
  for (const defect of chosen) {
    const isNoticed = await notices(defect);
    process.stdout.write(`${isNoticed ? "noticed  " : "UNNOTICED"} ${defect.name}\n`);
    if (!isNoticed) unnoticed.push(defect.name);
  }
  process.stdout.write(`${chosen.length - unnoticed.length} of ${chosen.length} were noticed.\n`);
  process.exitCode = unnoticed.length > 0 ? 1 : 0;
} finally {
  await rm(directory, { recursive: true, force: true });
}

async function notices({ name, file, place, instead, tests }: Defect): Promise<boolean> {
  const path = join(directory, file);
  const text = await readFile(path, "utf8");
  if (text.split(place).length !== 2)
    throw new RangeError(`${name}: ${file} has the place not exactly once: ${place}`);
  await writeFile(
    path,
    text.replace(place, () => instead),
  );
  try {
    return (await exitOf(["--test", "--test-reporter=dot", ...tests])) !== 0;
  } finally {
    await writeFile(path, text);
  }
}

function exitOf(args: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, args, { cwd: directory, stdio: "ignore" });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? 1));
  });
}
