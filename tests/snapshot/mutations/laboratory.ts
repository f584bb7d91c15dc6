import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import { parsePostgresUrl } from "../../../src/engines/postgres/connection/url.ts";
import { connectScratch } from "../../../src/engines/postgres/scratch.ts";
import { environmentFingerprint, fingerprint, type Snapshot } from "../../../src/schema/snapshot.ts";
import { type Major, serverOf } from "../../servers/majors.ts";
import { baseOf, serverObjects } from "../base.ts";
import { type Connection, connect } from "../database.ts";
import type { Mutation } from "./mutation.ts";

/** What a mutation is made on: databases with one of everything. */
export class Laboratory {
  readonly #url: string;
  readonly #major: Major;
  readonly #server: Connection;
  #made = 0;
  #template: Promise<string> | undefined;

  private constructor(url: string, major: Major, server: Connection) {
    this.#url = url;
    this.#major = major;
    this.#server = server;
  }

  static async open(major: Major): Promise<Laboratory> {
    const { url } = await serverOf(major);
    const server = await connect(url);
    for (const statement of serverObjects) await server.run(statement);
    return new Laboratory(url, major, server);
  }

  /** @returns the URL of a new database with one of everything */
  async database(): Promise<string> {
    const url = await this.empty();
    const connection = await connect(url);
    await connection.run(baseOf(this.#major)).finally(() => connection.end());
    return url;
  }

  /**
   * Quicker than {@link database}, and without its subscription, which the server holds beside its databases.
   *
   * @returns the URL of a copy of a database with one of everything
   */
  async copy(): Promise<string> {
    this.#template ??= this.database();
    return this.empty(new URL(await this.#template).pathname.slice(1));
  }

  /** @returns the URL of a new database with what is in another, or with nothing in it */
  async empty(template = "template0"): Promise<string> {
    const name = `laboratory_${++this.#made}`;
    await this.#server.run(`CREATE DATABASE ${name} TEMPLATE ${template}`);
    return this.#url.replace(/\/postgres$/, `/${name}`);
  }

  async drop(url: string): Promise<void> {
    const name = new URL(url).pathname.slice(1);
    const connection = await connect(url);
    // A subscription, which is the server's too, would keep the database.
    await connection
      .run(
        "DO $$ BEGIN EXECUTE coalesce((SELECT string_agg(format('ALTER SUBSCRIPTION %1$I DISABLE; ALTER SUBSCRIPTION %1$I SET (slot_name = NONE); DROP SUBSCRIPTION %1$I', subname), ';') FROM pg_subscription WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())), 'SELECT 1'); END $$",
      )
      .finally(() => connection.end());
    await this.#server.run(`DROP DATABASE ${name}`);
  }

  close(): Promise<void> {
    return this.#server.end();
  }
}

/** A session in a database, which takes snapshots within its own transactions. */
type Session = Awaited<ReturnType<typeof openSession>>;

export const openSession = (url: string) => connectScratch(parsePostgresUrl(url), { schema: "app" });

/**
 * Makes a mutation in a transaction and undoes it.
 *
 * @param base what is there before
 * @returns the fingerprints of what it makes
 */
export async function mutateAndUndo(
  session: Session,
  mutation: Mutation,
  { major, base }: { major: Major; base: Snapshot },
): Promise<string> {
  await execute(session, "BEGIN");
  try {
    let before = base;
    if (mutation.setup !== undefined) {
      await execute(session, mutation.setup);
      before = await session.snapshot({ inTransaction: true });
    }
    await execute(session, mutation.change);
    const after = await session.snapshot({ inTransaction: true });
    judge(mutation, before, after, major);
    return `${fingerprint(after)} ${environmentFingerprint(after)}`;
  } finally {
    await execute(session, "ROLLBACK");
  }
}

/** Makes a mutation for good. Looks before and after, each time as a session that has just begun. */
export async function mutateForGood(url: string, mutation: Mutation, major: Major): Promise<void> {
  await makeAlone(url, mutation.setup);
  const before = await look(url);
  await makeAlone(url, mutation.change, mutation.fails);
  judge(mutation, before, await look(url), major);
}

/** Executes statements one by one, so that those can be among them which cannot be in a transaction. */
export async function makeAlone(url: string, sql: string | undefined, fails?: string): Promise<void> {
  if (sql === undefined) return;
  const connection = await connect(url);
  try {
    await connection.run("SET search_path = app");
    for (const statement of sql.startsWith("DO ") ? [sql] : sql.split("; ")) {
      const error = await connection.run(statement).then(
        () => undefined,
        (refusal: { code?: string; message: string }) => refusal,
      );
      if (error?.code !== fails) throw new Error(`${statement}: ${error?.message ?? "it did not fail"}`);
    }
  } finally {
    await connection.end();
  }
}

async function look(url: string): Promise<Snapshot> {
  const session = await openSession(url);
  return session.snapshot({ inTransaction: false }).finally(() => session.close());
}

async function execute(session: Session, sql: string): Promise<void> {
  const error = await session.script(sql);
  assert.equal(error, undefined, `${sql}: ${error?.message}`);
}

/** Holds two snapshots against what is known of the mutation between them. */
function judge(
  { changes, keys, bothSince }: Mutation,
  before: Snapshot,
  after: Snapshot,
  major: Major,
): void {
  const { semantic, environmental, membership } = differing(before, after);
  const found = [...new Set([...semantic, ...environmental])].sort();
  const wanted = {
    semantic: changes === "semantic" || changes === "both",
    environmental:
      changes === "environmental" ||
      changes === "both" ||
      (bothSince !== undefined && bothSince <= major) ||
      // An object that is gone has no environment either.
      (changes === "semantic" && membership),
  };
  const said = `differing are ${found.join(", ") || "no objects"}`;
  assert.equal(fingerprint(before) !== fingerprint(after), wanted.semantic, `semantics: ${said}`);
  assert.equal(
    environmentFingerprint(before) !== environmentFingerprint(after),
    wanted.environmental,
    `environment: ${said}`,
  );
  if (membership) {
    for (const key of keys) assert.ok(found.includes(key), `not ${key}; ${said}`);
  } else assert.deepEqual(found, [...keys].sort());
}

/** Which objects differ, and in what; `membership`: whether some are only there before or after. */
function differing(before: Snapshot, after: Snapshot) {
  const semantic: string[] = [];
  const environmental: string[] = [];
  let membership = false;
  for (const key of new Set([...before.objects.keys(), ...after.objects.keys()])) {
    const [a, b] = [before.objects.get(key), after.objects.get(key)];
    if (a === undefined || b === undefined) membership = true;
    if (!isDeepStrictEqual(a?.attributes, b?.attributes)) semantic.push(key);
    if (!isDeepStrictEqual(a?.environment, b?.environment)) environmental.push(key);
  }
  return { semantic, environmental, membership };
}
