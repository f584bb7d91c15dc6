import { type ChildProcess, execFile, spawn } from "node:child_process";
import { readFile, rm } from "node:fs/promises";
import { Socket } from "node:net";
import { delimiter, dirname, isAbsolute, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { LocalServer, NoLocalServer } from "../../engine.ts";
import { parsePostgresUrl } from "../connection/url.ts";
import { serverAccount } from "./account.ts";
import type { Run, RunAs } from "./binaries.ts";
import { CannotStart, isAboutTheMachine } from "./cannot-start.ts";
import {
  type Chosen,
  chooseBinaries,
  copyPackage,
  type LocalServerOptions,
  remedyFor,
} from "./choose-binaries.ts";
import { DataTemplate } from "./data-directory.ts";
import { scratchDirectory } from "./scratch-directory.ts";
import { serverScript, serverSettings } from "./server-script.ts";

/** Milliseconds from the order to start to the server's readiness, at most. */
const startLimit = 15_000;
/** Milliseconds for initdb, which writes 1,000 files. */
const initdbLimit = 60_000;
/** Milliseconds from the end of its input to the end of the server, at most. */
const stopLimit = 5_000;

/**
 * Starts a PostgreSQL server of exactly the wanted major version on this machine, empty, reachable by a socket in a
 * directory that nobody else can enter. It ends with this process, however that ends.
 *
 * @returns why there is none, and what would make one possible
 * @example
 * const server = await startLocalServer({ major: 15, encoding: "UTF8", packageRoots: [], cacheDirectory });
 * if ("reason" in server) return server;
 * try { ... } finally { await server.stop(); }
 */
export async function startLocalServer(options: LocalServerOptions): Promise<LocalServer | NoLocalServer> {
  if (process.platform === "win32") {
    const remedy = "Name an empty database of the same major version with --shadow URL.";
    return { reason: "Godwit starts no PostgreSQL server of its own on Windows", remedy };
  }
  const environment = plainEnvironment(options.environment?.["PATH"] ?? "");
  try {
    const by = { run: runnerWith(environment), account: await serverAccount(), environment };
    const chosen = await chooseBinaries(options, by);
    try {
      return await start(chosen, options, by);
    } catch (error) {
      // The damaged template is gone; without one there is nothing to be damaged.
      if (error instanceof DamagedTemplate) return await start(chosen, options, by);
      throw error;
    }
  } catch (error) {
    if (!isAboutTheMachine(error)) throw error;
    return { reason: error.message, remedy: await remedyFor(options.major) };
  }
}

/** The server does not start from a copy of the template. */
class DamagedTemplate extends CannotStart {}

interface By extends RunAs {
  readonly environment: Readonly<Record<string, string>>;
}

async function start(chosen: Chosen, options: LocalServerOptions, by: By): Promise<LocalServer> {
  const directory = await scratchDirectory(by.account);
  const programs = "binaries" in chosen ? chosen.binaries.directory : join(directory, "native", "bin");
  const keeper = new Keeper(directory, [programs, options.encoding, ...serverSettings(options.major)], by);
  try {
    const binaries = "binaries" in chosen ? chosen.binaries : await copyPackage(chosen.copy, directory, by);
    const template = new DataTemplate(binaries, options.encoding, options.cacheDirectory);
    const data = join(directory, "data");
    const copied = await template.copyTo(data, by.account);
    if (!copied) {
      await keeper.initdb();
      await template.keep(data);
    }
    const failure = await keeper.start();
    if (failure !== undefined) {
      if (copied) await template.forget();
      throw new (copied ? DamagedTemplate : CannotStart)(
        `PostgreSQL ${binaries.version} of ${binaries.origin} ${failure}`,
      );
    }
    return {
      target: parsePostgresUrl(`postgresql://godwit@/postgres?host=${encodeURIComponent(directory)}`),
      description: `PostgreSQL ${binaries.version} of ${binaries.origin}`,
      directory,
      stop: () => keeper.stop(),
    };
  } catch (error) {
    await keeper.stop();
    throw error;
  }
}

/** The shell that owns the server and its directory: see {@link serverScript}. */
class Keeper {
  readonly #directory: string;
  readonly #shell: ChildProcess;
  #ended = false;
  #answers = "";
  #words = "";

  constructor(directory: string, args: readonly string[], { account, environment }: By) {
    this.#directory = directory;
    const shell = spawn("/bin/sh", ["-c", serverScript, "godwit-shadow", directory, ...args], {
      cwd: "/",
      env: environment,
      stdio: "pipe",
      // Ctrl-C is for us: the terminal must not send it to the shell too, which would then remove nothing.
      detached: true,
      ...(account && { uid: account.uid, gid: account.gid }),
    });
    this.#shell = shell;
    shell.stdout.on("data", (chunk: Buffer) => {
      this.#answers += chunk.toString();
    });
    shell.stderr.on("data", (chunk: Buffer) => {
      this.#words += chunk.toString();
    });
    // Orders to a shell that has ended are lost; that it has ended is noticed elsewhere.
    shell.stdin.on("error", () => undefined);
    shell.on("exit", () => shell.stdin.destroy());
    shell.on("close", () => {
      this.#ended = true;
    });
    shell.on("error", (error) => {
      this.#words += error.message;
      this.#ended = true;
    });
    // A server that nobody stopped must not keep this process alive; it ends with it.
    shell.unref();
    for (const stream of shell.stdio) if (stream instanceof Socket) stream.unref();
  }

  /** @throws CannotStart */
  async initdb(): Promise<void> {
    this.#shell.stdin?.write("initdb\n");
    await this.#until(() => this.#answers !== "", initdbLimit);
    if (this.#answers !== "made\n")
      throw new CannotStart(`initdb made no data directory: ${await this.#lastWords()}`);
  }

  /** @returns what happened instead, where the server is not ready in time */
  async start(): Promise<string | undefined> {
    this.#shell.stdin?.write("start\n");
    const ready = await this.#until(() => this.#isReady(), startLimit);
    return ready ? undefined : `did not start: ${await this.#lastWords()}`;
  }

  /** Ends the server and removes its directory. */
  async stop(): Promise<void> {
    const { pid, exitCode, signalCode, stdin } = this.#shell;
    stdin?.destroy();
    const ended = await this.#until(() => this.#ended, stopLimit);
    // The server is in the shell's process group, and its own processes end when they notice that it is gone.
    if (!ended && pid !== undefined && exitCode === null && signalCode === null)
      process.kill(-pid, "SIGKILL");
    await rm(this.#directory, { recursive: true, force: true });
  }

  /** The eighth line of this file is how pg_ctl knows, too. */
  async #isReady(): Promise<boolean> {
    const lines = await readFile(join(this.#directory, "data", "postmaster.pid"), "utf8").catch(() => "");
    return lines.split("\n")[7]?.trim() === "ready";
  }

  async #lastWords(): Promise<string> {
    await this.stop();
    return this.#words.trim().replaceAll("\n", "; ") || "it did not say why";
  }

  /** @returns whether the condition held before the limit (milliseconds) and before the shell's end */
  async #until(condition: () => boolean | Promise<boolean>, limit: number): Promise<boolean> {
    const deadline = performance.now() + limit;
    while (performance.now() < deadline) {
      if (await condition()) return true;
      if (this.#ended) return false;
      await sleep(5);
    }
    return false;
  }
}

/** Everything a program of ours needs; nothing else of the user's environment, which may hold passwords. */
function plainEnvironment(path: string): Record<string, string> {
  const directories = ["/usr/local/bin", "/usr/bin", "/bin", ...path.split(delimiter).filter(isAbsolute)];
  // npm is beside the node that runs us, or on the user's PATH.
  directories.push(dirname(process.execPath));
  return { PATH: [...new Set(directories)].join(delimiter), LANG: "C", LC_ALL: "C", TZ: "UTC" };
}

function runnerWith(plain: Readonly<Record<string, string>>): Run {
  return (program, args, { limit, account, directory = "/", environment }) =>
    new Promise((resolve) => {
      const options = {
        cwd: directory,
        env: { ...environment, ...plain },
        timeout: limit,
        killSignal: "SIGKILL" as const,
        ...(account && { uid: account.uid, gid: account.gid }),
      };
      execFile(program, args, options, (error, stdout, stderr) => {
        const why =
          error === null
            ? ""
            : error.killed
              ? `no end within ${limit / 1000} s`
              : "syscall" in error
                ? error.message
                : "";
        resolve({ succeeded: error === null, output: [stdout, stderr, why].filter(Boolean).join("\n") });
      });
    });
}
