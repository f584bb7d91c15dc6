import { KnownError } from "../../errors.ts";
import { jsonText } from "../../report/json.ts";
import { quarantineText } from "../../report/quarantine-text.ts";
import { type QuarantineResult, quarantine as run } from "../../workflows/quarantine.ts";
import { secondsOf } from "../../workflows/repair.ts";
import {
  type CommandLineWorld,
  type CommonOptions,
  type ExitCode,
  projectSurroundings,
  textOptions,
} from "../surroundings.ts";
import { projectFlags } from "./repair.ts";

const exits: Readonly<Record<QuarantineResult["outcome"], ExitCode>> = {
  listed: 0,
  restored: 0,
  refused: 3,
  failed: 2,
  unknown: 2,
};

/** `godwit quarantine` lists what was set aside; `godwit quarantine restore <id>` puts it back. */
export async function quarantine(
  action: string | undefined,
  id: string | undefined,
  options: CommonOptions,
  world: CommandLineWorld,
): Promise<ExitCode> {
  const isRestore = action === "restore" && id !== undefined;
  if (action !== undefined && !isRestore)
    throw new KnownError("USAGE", {
      problem:
        action === "restore" ? "It is not said which rows." : `'${action}' is nothing that can be done.`,
      hint: "`godwit quarantine` lists what was set aside; `godwit quarantine restore <id>` puts it back.",
    });
  const wait = secondsOf(options.wait);
  const result = await run(
    projectFlags(options),
    projectSurroundings(world),
    isRestore
      ? { id, ...(options.partly && { partly: true }), ...(wait !== undefined && { wait }) }
      : undefined,
  );
  world.stdout.write(options.json ? jsonText(result) : quarantineText(result, textOptions(world, options)));
  return exits[result.outcome];
}
