import { jsonText } from "../../report/json.ts";
import { statusText } from "../../report/status-text.ts";
import { status as readStatus } from "../../workflows/status.ts";
import {
  type CommandLineWorld,
  type CommonOptions,
  type ExitCode,
  projectSurroundings,
  textOptions,
} from "../surroundings.ts";

/** `godwit status`: 0 when all migrations are applied, 1 when one is pending, failed or otherwise not in order. */
export async function status(options: CommonOptions, world: CommandLineWorld): Promise<ExitCode> {
  const result = await readStatus(options, projectSurroundings(world));
  world.stdout.write(options.json ? jsonText(result) : statusText(result, textOptions(world, options)));
  return result.outcome === "healthy" ? 0 : 1;
}
