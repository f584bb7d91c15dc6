import type { Engine } from "../engines/engine.ts";
import { engineOf } from "../engines/registry.ts";
import type { Runner, RunnerOptions, RunnerOutcome } from "../frameworks/framework.ts";
import type { Project } from "../project/open.ts";
import { cleanOnSignals } from "../shadow/cleaning-on-signals.ts";

/**
 * Looks for the framework's own runner, and sees to it that no password is handed to it: what a program does with its
 * URL is its own affair, and Prisma's puts it on a command line, which everybody on the machine can read.
 *
 * @returns why there is none that could be used
 */
export async function findRunner(project: Project): Promise<Runner | { readonly reason: string }> {
  const { directory, migrationsDirectory: migrations } = project;
  const found = await project.framework.runner({ directory, migrations });
  if ("reason" in found) return found;
  const engine = await engineOf(project.databaseUrl);
  // Known now, and not in the middle of a plan.
  const door = await engine.openDoor(project.databaseUrl);
  if ("reason" in door) return door;
  await door.close();
  return behindDoor(found, engine);
}

/** The same runner, which reaches the database by a door of its own. */
export function behindDoor(runner: Runner, engine: Engine): Runner {
  const through =
    (run: (options: RunnerOptions) => Promise<RunnerOutcome>) =>
    async (options: RunnerOptions): Promise<RunnerOutcome> => {
      const door = await engine.openDoor(options.url);
      if ("reason" in door) return { outcome: "cannot-run", reason: door.reason };
      const endWatch = cleanOnSignals(() => door.close());
      try {
        return await run({ ...options, url: door.url, secretUrl: options.url });
      } finally {
        endWatch();
        await door.close();
      }
    };
  return {
    description: runner.description,
    migrate: through((options) => runner.migrate(options)),
    status: through((options) => runner.status(options)),
  };
}
