import { after } from "node:test";
import { startPostgres, type TestServer } from "./postgres.ts";
import { hasPrograms } from "./programs.ts";

/** The versions that the snapshot reads. */
export const majors = [13, 14, 15, 16, 17, 18] as const;

/** A major version that the snapshot reads. */
export type Major = (typeof majors)[number];

const started = new Map<Major, Promise<TestServer>>();

/**
 * A server of that version, one for each test process, which ends with its tests.
 *
 * @throws Error where it is not installed
 */
export function serverOf(major: Major): Promise<TestServer> {
  let server = started.get(major);
  if (server === undefined) {
    server = startPostgres({
      major,
      copied: true,
      // Publications and subscriptions are made; tests run side by side.
      settings: { wal_level: "logical", max_connections: "40", max_locks_per_transaction: "256" },
    });
    started.set(major, server);
  }
  return server;
}

after(async () => {
  for (const server of started.values()) await (await server.catch(() => undefined))?.stop();
});

/**
 * Why tests of that version cannot be here, for `skip`. npm has no server of every version for every platform; where CI is
 * set, one that is missing fails.
 */
export async function whyNot(major: Major): Promise<string | false> {
  if (process.env["CI"] || (await hasPrograms(major))) return false;
  return `PostgreSQL ${major} is not installed`;
}
