import { randomBytes } from "node:crypto";
import type { Target } from "../engines/engine.ts";
import { cleanOnSignals } from "../shadow/cleaning-on-signals.ts";
import type { ChosenLevel } from "./level.ts";
import { describeCopy } from "./own-server.ts";
import type { Clone, CloneWishes, NoClone } from "./wishes.ts";

/**
 * A clone in a new database on the real database's own server, dropped afterwards: where nobody else is connected as the
 * server's own copy of the files, else filled as on any other server.
 */
export async function onSameServer(wishes: CloneWishes): Promise<Clone | NoClone> {
  const { engine, target, server, onProgress } = wishes;
  if (!(await engine.scratch.mayCreateDatabase(target))) {
    const reason = `the role "${target.user}" may not create databases on ${target.address}`;
    return { outcome: "no-clone", reason, remedy: "Give a copy of the database with --clone URL." };
  }
  const owner = await isOwner(wishes);
  if (!owner) {
    const reason = `the role "${target.user}" does not own the database, and would own the copy, where it may do more`;
    return {
      outcome: "no-clone",
      reason,
      remedy: "Give a copy of the database with --clone URL, or leave --clone out.",
    };
  }
  const name = `godwit_clone_${randomBytes(6).toString("hex")}`;
  const drop = () =>
    engine.scratch.dropDatabase(target, name).catch((error: unknown) => {
      const why = error instanceof Error ? error.message : String(error);
      onProgress?.(
        `The database ${name} at ${target.address} could not be dropped; drop it yourself. ${why}`,
      );
    });
  const unwatch = cleanOnSignals(drop);
  const close = async () => {
    await drop();
    unwatch();
  };
  try {
    const made = await fill(wishes, name);
    if ("outcome" in made) {
      await close();
      return made;
    }
    const url = engine.url(target, { database: name });
    const description = `a copy in the database ${name} on ${engine.title} ${server.version} at ${target.address}, ${made.words}`;
    return { ...made.clone, description, target: engine.parse(url), url, close };
  } catch (error) {
    await close();
    throw error;
  }
}

type Filled = { readonly words: string; readonly clone: Pick<Clone, "method" | "level" | "source"> };

async function fill(wishes: CloneWishes, name: string): Promise<Filled | NoClone> {
  const { engine, target, server, onProgress, environment = {} } = wishes;
  const level = wishes.level === "auto" ? "full" : wishes.level;
  const chosen: ChosenLevel = {
    level,
    why: wishes.level === "auto" ? "its server has the rows already" : "as chosen",
  };
  const { encoding, database } = server;
  const source = await soleSnapshot(wishes);
  if (source !== undefined && level === "full") {
    const copied = await engine.scratch.createDatabase(target, name, { encoding, template: database }).then(
      () => true,
      // Somebody has connected meanwhile, or the role may not.
      () => false,
    );
    if (copied)
      return {
        words: "made by the server itself, with all rows",
        clone: { method: "template", level, source },
      };
  }
  const into: Target = await engine.scratch.createDatabase(target, name, { encoding });
  const { tables, always } = wishes;
  const outcome = await engine.copyDatabase({
    source: target,
    into,
    level,
    tables,
    always,
    environment,
    ...(onProgress && { onProgress }),
  });
  if (outcome.outcome === "cannot-copy") return { ...outcome, outcome: "no-clone" };
  return {
    words: describeCopy(outcome, chosen),
    clone: { method: outcome.method, level, source: outcome.source },
  };
}

/** Whether the role may do as much on a database which it has made as on the real one, and no more. */
async function isOwner({ engine, target }: CloneWishes): Promise<boolean> {
  const session = await engine.connect(target);
  try {
    const answer = await session.read(
      "SELECT pg_catalog.pg_has_role(datdba, 'USAGE') AS owner FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()",
    );
    return answer.outcome === "rows" && answer.rows[0]?.["owner"] === true;
  } finally {
    await session.close();
  }
}

/** The schema, where no other session is connected: while the files are copied, nobody could connect. */
async function soleSnapshot({ engine, target }: CloneWishes) {
  const session = await engine.connect(target);
  try {
    const others = await session.read(
      "SELECT 1 FROM pg_catalog.pg_stat_activity WHERE datname = pg_catalog.current_database() AND pid <> pg_catalog.pg_backend_pid()",
    );
    return others.outcome === "rows" && others.rows.length === 0
      ? await session.snapshot({ dependencies: false })
      : undefined;
  } finally {
    await session.close();
  }
}
