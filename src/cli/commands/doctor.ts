import { doctorText } from "../../report/doctor-text.ts";
import { jsonText } from "../../report/json.ts";
import { diagnose } from "../../workflows/diagnose.ts";
import {
  type CommandLineWorld,
  type CommonOptions,
  type ExitCode,
  progressOf,
  projectSurroundings,
  textOptions,
} from "../surroundings.ts";

/** `godwit doctor`: 0 when nothing is wrong, 1 when something was found. */
export async function doctor(options: CommonOptions, world: CommandLineWorld): Promise<ExitCode> {
  const diagnosis = await diagnose(options, projectSurroundings(world), {
    onProgress: progressOf(world, options),
  });
  world.stdout.write(options.json ? jsonText(diagnosis) : doctorText(diagnosis, textOptions(world, options)));
  return diagnosis.outcome === "healthy" ? 0 : 1;
}
