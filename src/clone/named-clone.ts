import { KnownError } from "../errors.ts";
import { differences } from "../schema/differences.ts";
import type { Clone, CloneWishes, NoClone } from "./wishes.ts";

/**
 * Takes a clone which the user has made: it must be of the same major version, and have the schema that the real database
 * has now. It is used as it is, and never dropped.
 *
 * @throws KnownError CLONE_IS_TARGET, and those of connecting
 */
export async function namedClone(wishes: CloneWishes, url: string): Promise<Clone | NoClone> {
  const { engine, target, server } = wishes;
  const place = engine.parse(url);
  const there = await engine.connect(place);
  try {
    const { serverIdentity, database, major, version, readOnlyServer } = there.server;
    if (serverIdentity === server.serverIdentity && database === server.database)
      throw new KnownError("CLONE_IS_TARGET", { database });
    const named = `the clone "${database}" at ${place.address}`;
    const refuse = (reason: string, remedy: string): NoClone => ({ outcome: "no-clone", reason, remedy });
    if (major !== server.major)
      return refuse(
        `${named} is on ${engine.title} ${major}, the database on ${server.major}`,
        "Restore the copy on a server of the same major version, or leave --clone out.",
      );
    if (readOnlyServer)
      return refuse(`${named} is on a read-only standby`, "Give a copy that can be written to.");
    const here = await engine.connect(target);
    const objects = { dependencies: false };
    const [original, copy] = await Promise.all([here.snapshot(objects), there.snapshot(objects)]).finally(
      () => here.close(),
    );
    const difference = differences(original, copy);
    if (difference !== undefined)
      return refuse(
        `${named} does not have the schema that the database has: ${difference}`,
        "Make the copy anew, by a way that keeps what is broken (a physical backup or a branch; pg_dump loses invalid indexes), or leave --clone out.",
      );
    return {
      description: `${named}, on ${engine.title} ${version}, with the rows that it has`,
      method: "named",
      level: "full",
      source: undefined,
      target: place,
      url,
      close: async () => undefined,
    };
  } finally {
    await there.close();
  }
}
