import { repair } from "../../src/workflows/repair.ts";
import type { RepairResult } from "../../src/workflows/repair-result.ts";
import type { RepairTalk } from "../../src/workflows/repair-wishes.ts";
import { leakingNothing } from "./canary-watch.ts";
import type { Database } from "./database.ts";
import { newDirectory, ownPlaces, surroundings, writeProject } from "./godwit.ts";
import type { RepairAnswer } from "./repair.ts";
import type { Executable } from "./truth.ts";

/**
 * A repair in which something happens between the rehearsal and the moment when it is carried out.
 *
 * @param wait for locks, in seconds
 */
export async function repairWith(
  confirm: () => Promise<boolean>,
  migrations: readonly Executable[],
  { url }: Database,
  { wait = 2, talk = {} }: { wait?: number; talk?: RepairTalk } = {},
): Promise<RepairResult> {
  const flags = {
    purpose: "repair",
    project: await writeProject(migrations),
    database: url,
    stateDir: await newDirectory("state"),
    wait,
  } as const;
  const world = await surroundings();
  return leakingNothing(["--state-dir", flags.stateDir], await ownPlaces(), () =>
    repair(flags, world, { ...talk, confirm }),
  );
}

/** As the command line would have answered. */
export function answerOf(result: RepairResult): RepairAnswer {
  return { ...result, exit: result.outcome === "done" ? 0 : 2, stdout: "", stderr: "" };
}
