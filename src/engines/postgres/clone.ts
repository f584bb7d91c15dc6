import { type ChildProcess, spawn } from "node:child_process";
import { differences } from "../../schema/differences.ts";
import type { CopyOutcome, CopyWishes, Sizes } from "../copying.ts";
import type { Target } from "../engine.ts";
import { type Client, openClient } from "./connect.ts";
import { makeAtLast } from "./dump/at-last.ts";
import { readBrokenStates } from "./dump/broken.ts";
import { CannotCopy } from "./dump/cannot-copy.ts";
import { type Definitions, definitionsByPgDump } from "./dump/definitions.ts";
import { cutOff, giveExtensions, readExtensions } from "./dump/extensions.ts";
import { ownDefinitions } from "./dump/own.ts";
import { findPgDump, libpqEnvironment, type Start } from "./dump/programs.ts";
import { administrator, copyDatabaseProperties, copyRoles } from "./dump/roles.ts";
import { copyLargeObjects, copyRows, copySequences } from "./dump/rows.ts";
import { openSource, type Source } from "./dump/source.ts";
import { readTables, tablesAt } from "./dump/tables.ts";
import { translateCopying } from "./dump/words.ts";
import { sqlState } from "./errors.ts";
import { openSession, readServerFacts } from "./session.ts";

/**
 * Copies a database into an empty one on a server of our own: roles, definitions, rows, and the broken states which a
 * dump loses. All is read under one snapshot of the source, which is never written to.
 */
export async function copyDatabase(wishes: CopyWishes): Promise<CopyOutcome> {
  const begun = performance.now();
  const children = new Children();
  let source: Source | undefined;
  let into: Client | undefined;
  try {
    source = await openSource(wishes.source);
    const place = await administrator(source, wishes.into);
    into = await openClient(place);
    const definitions = await chooseDefinitions(source, wishes, children);
    const tables = await copy(source, into, definitions, { ...wishes, into: place });
    const seconds = (performance.now() - begun) / 1000;
    return { outcome: "copied", method: definitions.method, source: source.schema, tables, seconds };
  } catch (error) {
    const reason = translateCopying(error, wishes.source);
    if (reason === undefined) throw error;
    return { outcome: "cannot-copy", reason: reason.message, remedy: reason.remedy };
  } finally {
    children.kill();
    await Promise.all([source?.end(), into?.end()]);
  }
}

/** What the tables weigh. */
export async function sizes(target: Target): Promise<Sizes> {
  const client = await openClient(target);
  try {
    await client.query("SET lock_timeout = 2000; SET statement_timeout = 20000");
    const { all, needs } = await readTables(async (query) => (await client.query(query)).at(-1)?.rows ?? []);
    const tables = new Map(all.map(({ name, bytes }) => [name, bytes]));
    return { tables, total: all.reduce((sum, { bytes }) => sum + bytes, 0), needs };
  } finally {
    await client.end();
  }
}

/** The server's own program where there is one that fits, else our own reading of the catalogs. */
async function chooseDefinitions(
  source: Source,
  { environment }: CopyWishes,
  children: Children,
): Promise<Definitions> {
  const start: Start = (program, args, variables) => children.start(program, args, variables);
  const found = await findPgDump(source.server.major, environment, start);
  const variables = found && libpqEnvironment(source.target, found.major);
  if (found === undefined || variables === undefined) return ownDefinitions(source);
  return definitionsByPgDump(source, (args) => start(found.program, args, variables));
}

/** @returns how many tables' rows were copied */
async function copy(
  source: Source,
  into: Client,
  definitions: Definitions,
  { level, tables, always, into: place, onProgress }: CopyWishes,
): Promise<number> {
  await into.query(
    "SET client_encoding = 'UTF8'; SET statement_timeout = 0; SET lock_timeout = 0; SET check_function_bodies = off",
  );
  const { superuser, serverIdentity } = await readServerFacts(async (query) =>
    (await into.query(query)).map(({ rows }) => rows),
  );
  // Roles belong to a server: on the source's own they are there, and are not ours to change.
  const ours = serverIdentity !== source.server.serverIdentity;
  // Event triggers of the source must not act on what is made here.
  if (superuser) await into.query("SET session_replication_role = replica");
  const extensions = await readExtensions(source, into, superuser);
  if (ours) await copyRoles(source, into);
  onProgress?.("Copying the definitions");
  const broken = await readBrokenStates(source);
  const making = superuser ? <T>(work: Promise<T>) => work : orMayNot(place);
  await making(definitions.beforeRows(into, { extensions, later: broken.indexes }));
  await cutOff(into, superuser);
  await broken.beforeRows(into);
  const chosen = tablesAt(level, await readTables(source.read), { tables, always });
  onProgress?.(`Copying the rows of ${chosen.length} tables (${sizeOf(chosen)})`);
  await copyRows(source, into, chosen);
  await copySequences(source, into);
  if (level === "full") await copyLargeObjects(source, into);
  onProgress?.("Making indexes and constraints");
  await making(definitions.afterRows(into, { extensions, later: broken.indexes }));
  await making(broken.atLast(into));
  await making(makeAtLast(source, into));
  if (superuser) {
    await giveExtensions(extensions, into);
    await copyDatabaseProperties(source, into, ours);
  }
  const session = await openSession(place);
  const difference = await session
    .snapshot({ dependencies: false })
    .then((made) => differences(source.schema, made))
    .finally(() => session.close());
  if (difference !== undefined)
    throw new CannotCopy(`the copy is not the same as the database: ${difference}`);
  return chosen.length;
}

/** What others own (a host, its superuser) a role cannot make again in a database of its own. */
function orMayNot({ user }: Target): <T>(work: Promise<T>) => Promise<T> {
  return (work) =>
    work.catch((error: unknown) => {
      if (sqlState(error) !== "42501") throw error;
      throw new CannotCopy(
        `the role "${user}" may not make everything again that is in the database (${(error as Error).message})`,
        "Leave --clone out: on a server of our own everything can be made. Or give a copy that was made in another way (a restored backup, a branch of the hosted database) with --clone URL.",
        { cause: error },
      );
    });
}

function sizeOf(tables: readonly { readonly bytes: number }[]): string {
  const bytes = tables.reduce((sum, table) => sum + table.bytes, 0);
  return bytes < 1e9 ? `${Math.ceil(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}

/** Programs which end with us. */
class Children {
  readonly #running = new Set<ChildProcess>();

  async start(
    program: string,
    args: readonly string[],
    variables: Readonly<Record<string, string>>,
  ): Promise<{ succeeded: boolean; output: string; words: string }> {
    const child = spawn(program, args, {
      cwd: "/",
      // Nothing else of the user's environment: PGSERVICE, PGOPTIONS and their kin would change what is read.
      env: { ...variables, LANG: "C", LC_ALL: "C", LC_MESSAGES: "C" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#running.add(child);
    const output: Buffer[] = [];
    const words: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => output.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => words.push(chunk));
    const succeeded = await new Promise<boolean>((resolve) => {
      child.once("error", (error) => {
        words.push(Buffer.from(error.message));
        resolve(false);
      });
      child.once("close", (code) => resolve(code === 0));
    });
    this.#running.delete(child);
    return { succeeded, output: Buffer.concat(output).toString(), words: Buffer.concat(words).toString() };
  }

  kill(): void {
    for (const child of this.#running) child.kill("SIGKILL");
  }
}
