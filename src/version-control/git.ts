import { spawn } from "node:child_process";
import { finished } from "node:stream/promises";

/** Milliseconds for one command. */
const limit = 20_000;
/** Bytes of one answer; what is longer is not read. */
const answerLimit = 256 * 1024 * 1024;

type Environment = Readonly<Record<string, string | undefined>>;

/** A repository on this machine, which is only read. */
export class Git {
  readonly #directory: string;
  readonly #environment: Environment;
  /** The directory within the repository: empty, or with a slash at its end. */
  readonly prefix: string;

  private constructor(directory: string, environment: Environment, prefix: string) {
    this.#directory = directory;
    this.#environment = environment;
    this.prefix = prefix;
  }

  /**
   * The repository that a directory is in.
   *
   * @param directory absolute
   * @param environment of the user: where the program is looked for, and which directories it trusts
   * @returns undefined where there is none, or git is not installed, or refuses to read it (it belongs to somebody else)
   */
  static async open(directory: string, environment: Environment): Promise<Git | undefined> {
    const answer = await run(directory, environment, ["rev-parse", "--is-inside-work-tree", "--show-prefix"]);
    const [inside, prefix] = answer?.toString("utf8").split("\n") ?? [];
    return inside === "true" && prefix !== undefined ? new Git(directory, environment, prefix) : undefined;
  }

  /** @returns undefined where git refused, or could not answer in time */
  async text(args: readonly string[], input?: string): Promise<string | undefined> {
    return (await run(this.#directory, this.#environment, args, input))?.toString("utf8");
  }

  /**
   * Contents by their names (`HEAD:file`, or what git calls an object), in one process.
   *
   * @returns those that are there
   */
  async contents(names: readonly string[]): Promise<Map<string, Buffer>> {
    const found = new Map<string, Buffer>();
    if (names.length === 0) return found;
    const answer = await run(
      this.#directory,
      this.#environment,
      ["cat-file", "--batch"],
      `${names.join("\n")}\n`,
    );
    let at = 0;
    for (const name of names) {
      const end = answer?.indexOf("\n", at) ?? -1;
      if (answer === undefined || end < 0) break;
      const [, kind, size] = answer.toString("utf8", at, end).split(" ");
      at = end + 1;
      if (kind !== "blob") continue;
      found.set(name, answer.subarray(at, at + Number(size)));
      at += Number(size) + 1;
    }
    return found;
  }
}

/**
 * Runs a command that only reads. A repository's own configuration may name programs (for signatures, differences,
 * hooks) and places elsewhere: none of them is started, and nothing is fetched. A pathspec is a path.
 */
async function run(
  directory: string,
  environment: Environment,
  args: readonly string[],
  input = "",
): Promise<Buffer | undefined> {
  const settings = ["core.fsmonitor=false", "log.showSignature=false", "core.hooksPath=/dev/null"];
  const child = spawn(
    "git",
    ["--no-pager", "--literal-pathspecs", ...settings.flatMap((one) => ["-c", one]), ...args],
    {
      cwd: directory,
      env: {
        PATH: environment["PATH"],
        HOME: environment["HOME"],
        LC_ALL: "C",
        GIT_OPTIONAL_LOCKS: "0",
        GIT_TERMINAL_PROMPT: "0",
        GIT_ALLOW_PROTOCOL: "none",
        GIT_NO_LAZY_FETCH: "1",
        GIT_NO_REPLACE_OBJECTS: "1",
      },
      stdio: ["pipe", "pipe", "ignore"],
      timeout: limit,
      killSignal: "SIGKILL",
    },
  );
  const ended = new Promise<number | null>((resolve) => {
    child.once("error", () => resolve(null));
    child.once("close", resolve);
  });
  // It may end before it has read all, or not begin at all.
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  const pieces: Buffer[] = [];
  let length = 0;
  child.stdout.on("data", (piece: Buffer) => {
    length += piece.length;
    if (length > answerLimit) child.kill("SIGKILL");
    else pieces.push(piece);
  });
  await finished(child.stdout).catch(() => undefined);
  return (await ended) === 0 ? Buffer.concat(pieces) : undefined;
}
