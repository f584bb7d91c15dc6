import type { CopyOutcome } from "../engines/copying.ts";
import { type ChosenLevel, chooseLevel, fullDisk, rowsAt } from "./level.ts";
import type { Clone, CloneWishes, NoClone } from "./wishes.ts";

/** A clone on a server of our own, which ends with this process, however that ends. */
export async function onOwnServer(wishes: CloneWishes): Promise<Clone | NoClone> {
  const { engine, target, server, packageRoots, cacheDirectory, environment, onProgress } = wishes;
  const { major, encoding } = server;
  const local = await engine.scratch.localServer({
    major,
    encoding,
    packageRoots,
    cacheDirectory,
    ...(environment && { environment }),
    ...(onProgress && { onProgress }),
  });
  if ("reason" in local) {
    const remedy = `Install ${engine.title} ${major} on this machine, or give a copy of the database with --clone URL.`;
    return { outcome: "no-clone", reason: local.reason, remedy };
  }
  try {
    const chosen = await chooseLevel(wishes, local.directory);
    // Of the same name: migrations may state it.
    const { database } = server;
    const into =
      database === local.target.database
        ? local.target
        : await engine.scratch.createDatabase(local.target, database, { encoding });
    const outcome = await engine.copyDatabase({
      source: target,
      into,
      level: chosen.level,
      tables: wishes.tables,
      always: wishes.always,
      environment: environment ?? {},
      ...(onProgress && { onProgress }),
    });
    if (outcome.outcome === "cannot-copy") {
      const full = await fullDisk(local.directory);
      await local.stop();
      if (full === undefined) return { ...outcome, outcome: "no-clone" };
      const remedy = `Make room there, name another directory with TMPDIR=DIR, or give a copy of the database with --clone URL.`;
      return { outcome: "no-clone", reason: `${full} (${outcome.reason})`, remedy };
    }
    await (await engine.scratch.connect(into, { roles: wishes.roles })).close();
    const url = engine.url(into, {
      user: server.user,
      ...(target.schema !== undefined && { schema: target.schema }),
    });
    return {
      description: `a copy on ${local.description}, ${describeCopy(outcome, chosen)}`,
      method: outcome.method,
      level: chosen.level,
      source: outcome.source,
      target: engine.parse(url),
      url,
      close: () => local.stop().catch(() => undefined),
    };
  } catch (error) {
    await local.stop();
    throw error;
  }
}

/** `made by pg_dump in 3.2 s, with all rows (12 tables)` */
export function describeCopy(
  { method, tables, seconds }: CopyOutcome & { outcome: "copied" },
  { level, why }: ChosenLevel,
): string {
  const by = method === "own" ? "from its catalogs" : `by ${method}`;
  const reason = level === "full" ? "" : `; ${why}`;
  return `made ${by} in ${seconds.toFixed(1)} s, with ${rowsAt[level]} (${tables} tables${reason})`;
}
