import { rmSync } from "node:fs";
import { rm } from "node:fs/promises";
import { createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { KnownError } from "../../../errors.ts";
import type { Door, NoDoor } from "../../door.ts";
import type { Target } from "../../engine.ts";
import { openRaw, type RawConnection } from "../connect.ts";
import { Credentials } from "../connection/credentials.ts";
import { parsePostgresUrl, withDatabase } from "../connection/url.ts";
import { sqlState } from "../errors.ts";
import { scratchDirectory } from "../local-server/scratch-directory.ts";
import { fatal, type Opening, readOpening, startupMessage } from "./startup.ts";
import { holdsSecret, urlThrough } from "./url.ts";

/** Milliseconds in which a client has to say what it wants: the server's own `authentication_timeout`. */
const patience = 60_000;

/**
 * Opens a door: a socket in a directory which only this account can enter. Whoever connects to it is logged in as the
 * URL's user; then bytes go both ways as they come. Nothing is connected before.
 *
 * @param url of the database; where it holds no secret, it is itself the way in
 * @throws KnownError DATABASE_URL_INVALID
 */
export async function openDoor(url: string): Promise<Door | NoDoor> {
  const target = parsePostgresUrl(url);
  if (!holdsSecret(target)) return { url, close: async () => undefined };
  if (process.platform === "win32") {
    const reason = "on Windows the password cannot be kept out of its command line, which others can read";
    return { reason };
  }
  let directory: string | undefined;
  try {
    directory = await scratchDirectory(undefined, undefined, "godwit-door-");
    const doorway = new Doorway(target);
    await doorway.listen(directory);
    return { url: urlThrough(directory, target, url), close: () => doorway.close() };
  } catch (error) {
    if (!(error instanceof Error && "syscall" in error)) throw error;
    if (directory !== undefined) await rm(directory, { recursive: true, force: true });
    return { reason: `no socket could be made for it: ${error.message}` };
  }
}

class Doorway {
  readonly #target: Target;
  readonly #server: Server;
  readonly #runners = new Set<Socket>();
  /** By what cancels them. */
  readonly #connections = new Set<RawConnection>();
  #closed = false;
  #remove: () => void = () => undefined;

  constructor(target: Target) {
    this.#target = target;
    // Which half is closed when is the two sides' affair.
    this.#server = createServer({ allowHalfOpen: true }, (runner) => {
      this.#runners.add(runner);
      runner.once("close", () => this.#runners.delete(runner));
      // What broke is over: `close` comes next.
      runner.on("error", () => undefined);
      void this.#serve(runner);
    });
  }

  async listen(directory: string): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject).listen(join(directory, ".s.PGSQL.5432"), resolve);
    });
    // A connection that could not be accepted is its client's problem.
    this.#server.on("error", () => undefined);
    this.#remove = () => rmSync(directory, { recursive: true, force: true });
    process.once("exit", this.#remove);
  }

  async close(): Promise<void> {
    this.#closed = true;
    const ended = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const runner of this.#runners) runner.destroy();
    for (const { stream } of this.#connections) stream.destroy();
    await ended;
    process.removeListener("exit", this.#remove);
    try {
      this.#remove();
    } catch {
      // Nothing is left in it that anybody could use.
    }
  }

  async #serve(runner: Socket): Promise<void> {
    const late = setTimeout(() => runner.destroy(), patience).unref();
    const opening = await readOpening(runner);
    clearTimeout(late);
    if (opening.kind === "startup") return this.#connect(runner, opening);
    if (opening.kind === "cancel") {
      const meant = [...this.#connections].find(({ key }) => key === opening.key);
      await meant?.cancel(opening.message);
    }
    if (opening.kind === "garbage") runner.write(fatal(opening.code, opening.problem));
    // Whatever else it has to say is not read.
    runner.end().resume();
  }

  async #connect(runner: Socket, { parameters, negotiation }: Opening & { kind: "startup" }): Promise<void> {
    const database = parameters.get("database")?.toString() || this.#target.database;
    const target = withDatabase(this.#target, database);
    try {
      const connection = await openRaw(target, startupMessage(completed(parameters, target)));
      if (this.#closed || runner.destroyed) return void connection.stream.destroy();
      this.#connections.add(connection);
      connection.stream.once("close", () => this.#connections.delete(connection));
      runner.write(Buffer.concat([negotiation, connection.greeting]));
      couple(runner, connection.stream);
    } catch (error) {
      runner.end(Buffer.concat([negotiation, refusal(error)])).resume();
    }
  }
}

/** What the client asks for, by the URL's user; what the URL itself says comes first. */
function completed(asked: ReadonlyMap<string, Buffer>, target: Target): ReadonlyMap<string, string | Buffer> {
  const { user, database, applicationName, options } = Credentials.of(target);
  const own = asked.get("options");
  return new Map<string, string | Buffer>([
    ...(applicationName === undefined ? [] : [["application_name", applicationName] as const]),
    ...asked,
    ["user", user],
    ["database", database],
    ...(options === undefined
      ? []
      : [["options", own ? Buffer.concat([Buffer.from(`${options} `), own]) : options] as const]),
  ]);
}

/** Either side's end is the other's, after the other was given all that had come. */
function couple(runner: Socket, server: Socket): void {
  runner.pipe(server);
  server.pipe(runner);
  runner.once("close", () => server.destroySoon());
  server.once("close", () => runner.destroySoon());
}

const codes: Readonly<Record<string, string>> = {
  AUTHENTICATION_FAILED: "28000",
  DATABASE_MISSING: "3D000",
  SERVER_BUSY: "57P03",
  SERVER_UNSUPPORTED: "0A000",
  PERMISSION_DENIED: "42501",
};

/** In the server's own words where it has said something about what was asked for, else in ours. */
function refusal(error: unknown): Buffer {
  if (error instanceof KnownError)
    return fatal(sqlState(error.cause) ?? codes[error.code] ?? "08001", error.message);
  const state = sqlState(error);
  if (state !== undefined && error instanceof Error) return fatal(state, error.message);
  // A mistake of ours: its text is not known, and may hold anything.
  return fatal("XX000", `Godwit could not connect: ${error instanceof Error ? error.name : typeof error}`);
}
