import { diffText } from "../../report/diff-text.ts";
import { jsonText } from "../../report/json.ts";
import { type DiffResult, diffDocument, diff as run } from "../../workflows/diff.ts";
import {
  type CommandLineWorld,
  type CommonOptions,
  type ExitCode,
  progressOf,
  projectSurroundings,
  textOptions,
} from "../surroundings.ts";

const exits: Readonly<Record<DiffResult["outcome"], ExitCode>> = {
  equal: 0,
  environmental: 0,
  differ: 1,
  "cannot-tell": 2,
};

/** `godwit diff A [B]`: 0 when they are equal, 1 when they differ, 2 when that cannot be told. */
export async function diff(
  [a, b]: readonly [a: string, b: string | undefined],
  options: CommonOptions,
  world: CommandLineWorld,
): Promise<ExitCode> {
  const strict = options.strict === true;
  const result = await run(a, b, options, projectSurroundings(world), {
    onProgress: progressOf(world, options),
  });
  world.stdout.write(
    options.json
      ? jsonText(diffDocument(result))
      : diffText(result, { ...textOptions(world, options), strict }),
  );
  return strict && result.outcome === "environmental" ? 1 : exits[result.outcome];
}
