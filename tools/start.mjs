// Starts a development program: `node tools/start.mjs demo/demo.ts --seed 7`. Installs the npm packages first unless
// they are there, and runs the program on the Node which they bring. Plain JavaScript of the language's older kind: in
// a fresh clone it is read by whatever Node the machine has.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const programs = join(root, "node_modules", ".bin");

function readJson(file) {
  try {
    return JSON.parse(readFileSync(join(root, file), "utf8"));
  } catch {
    return undefined;
  }
}

/** Whether what lies in node_modules is what the lockfile says, as far as it is for this platform. */
function isInstalled() {
  const wanted = readJson("package-lock.json");
  const installed = readJson("node_modules/.package-lock.json");
  const manifest = readJson("package.json");
  if (wanted === undefined || installed === undefined) return false;
  for (const kind of ["dependencies", "devDependencies"]) {
    if (JSON.stringify(sorted(manifest[kind])) !== JSON.stringify(sorted(wanted.packages[""][kind])))
      return false;
  }
  return Object.entries(wanted.packages).every(([place, entry]) => {
    if (!place.startsWith("node_modules/") || entry.link) return true;
    const found = installed.packages[place];
    // What an optional package for another platform needs is optional too, and names no platform itself.
    if (found === undefined && entry.optional && !(entry.os && isForHere(entry))) return true;
    return (
      found?.version === entry.version &&
      found?.integrity === entry.integrity &&
      existsSync(join(root, place, "package.json"))
    );
  });
}

function sorted(record = {}) {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Asking takes a tenth of a second with the network's part, which is not needed. */
function libcHere() {
  if (process.platform !== "linux") return "none";
  process.report.excludeNetwork = true;
  return process.report.getReport().header.glibcVersionRuntime === undefined ? "musl" : "glibc";
}

/** Reads a lockfile's `os`, `cpu` and `libc`, which name what a package is for, or with `!` what it is not for. */
function isForHere({ os, cpu, libc }) {
  const fits = (list, value) => {
    const names = [list ?? []].flat();
    const wanted = names.filter((name) => !name.startsWith("!"));
    return !names.includes(`!${value}`) && (wanted.length === 0 || wanted.includes(value));
  };
  return fits(os, process.platform) && fits(cpu, process.arch) && (!libc || fits(libc, libcHere()));
}

function install() {
  console.error("Installing the npm packages that development needs (once) ...");
  const npm = process.env.npm_execpath;
  const [program, first] = npm?.endsWith(".js") ? [process.execPath, [npm]] : ["npm", []];
  // Not `npm ci`: it refuses a lockfile which names only the platforms that its registry had packages for.
  const options = ["--no-save", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"];
  const { status, error } = spawnSync(program, [...first, "install", ...options], {
    cwd: root,
    // Standard output is the program's.
    stdio: ["ignore", 2, 2],
  });
  if (status !== 0) {
    console.error(`npm could not install them${error ? `: ${error.message}` : ""}.`);
    process.exit(1);
  }
}

/** Node 24 comes with the packages where there is one for this platform. */
function chooseNode() {
  const brought = join(programs, "node");
  if (existsSync(brought)) return brought;
  if (Number.parseInt(process.versions.node, 10) >= 24) return process.execPath;
  console.error(
    `Development needs Node 24; npm has none for ${process.platform}-${process.arch}, and this is ${process.version}.`,
  );
  process.exit(1);
}

if (!isInstalled()) install();
const [script, ...args] = process.argv.slice(2);
const node = chooseNode();
const path = [programs, ...(process.env.PATH ?? "").split(delimiter).filter((entry) => entry !== programs)];
const child = spawn(node, [join(root, script), ...args], {
  stdio: "inherit",
  env: { ...process.env, PATH: path.join(delimiter) },
});
// The program decides what a signal means, and is waited for.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.on("error", (error) => {
  console.error(`${node}: ${error.message}`);
  process.exit(1);
});
child.on("exit", (code, signal) => {
  process.exit(code ?? 128 + constants.signals[signal]);
});
