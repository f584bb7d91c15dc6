import { spawn } from "node:child_process";
import { once } from "node:events";
import { access, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { startPostgres, type TestServer, type TestServerOptions } from "../servers/postgres.ts";
import { findPrograms } from "../servers/programs.ts";

/** A server that can be stopped as by a failure of its own: what it has not written to the disk is gone. */
export interface CrashingServer extends TestServer {
  /** Stops it at once (`immediate`), without a word to its clients. */
  crash(): Promise<void>;
  /** Starts it again, on the same port; it recovers first. */
  start(): Promise<void>;
}

/** Starts a server of the test's own: for one that is shared it would be too rough. */
export async function startCrashing(options: TestServerOptions = {}): Promise<CrashingServer> {
  const server = await startPostgres(options);
  const { account } = await findPrograms(server.major);
  const data = join(server.socketDirectory, "data");
  const pidFile = join(data, "postmaster.pid");
  // Its own command line, as the server writes it down: `/path/postgres "-D" "..."`.
  const [program = "", ...args] = (await readFile(join(data, "postmaster.opts"), "utf8"))
    .trim()
    .split(/ (?=")/)
    .map((word) => word.replace(/^"|"$/g, ""));
  let again: ReturnType<typeof spawn> | undefined;
  const crash = async () => {
    const [pid] = (await readFile(pidFile, "utf8")).split("\n");
    process.kill(Number(pid), "SIGQUIT");
    await until("the server did not stop", async () => {
      const isThere = await access(pidFile).then(
        () => true,
        () => false,
      );
      return !isThere;
    });
  };
  return {
    ...server,
    crash,
    async start() {
      if (again !== undefined && again.exitCode === null) await once(again, "exit");
      const as = { ...(account && { uid: account.uid, gid: account.gid }), cwd: server.socketDirectory };
      again = spawn(program, args, { ...as, stdio: "ignore" });
      await until("the server did not start again", async () => {
        const client = new pg.Client(server.url);
        const answers = await client.connect().then(
          () => true,
          () => false,
        );
        await client.end().catch(() => undefined);
        return answers;
      });
    },
    async stop() {
      if (again !== undefined && again.exitCode === null) {
        const ended = once(again, "exit");
        again.kill("SIGQUIT");
        await ended;
      }
      await server.stop();
    },
  };
}

async function until(problem: string, isSo: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    if (await isSo()) return;
    await sleep(50);
  }
  throw new Error(problem);
}
