import { diffText } from "../../report/diff-text.ts";
import { jsonText } from "../../report/json.ts";
import { proposalText } from "../../report/proposal-text.ts";
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

/** `godwit diff A [B]`: 0 when they are equal, 1 when they differ, 2 when that cannot be told, or no proposal be made. */
export async function diff(
  [a, b]: readonly [a: string, b: string | undefined],
  options: CommonOptions,
  world: CommandLineWorld,
): Promise<ExitCode> {
  const strict = options.strict === true;
  const result = await run(a, b, options, projectSurroundings(world), {
    onProgress: progressOf(world, options),
    ...(options.sql && { sql: true }),
  });
  world.stdout.write(textOf(result, options, { ...textOptions(world, options), strict }));
  if (result.proposal?.outcome === "no-proposal") return 2;
  return strict && result.outcome === "environmental" ? 1 : exits[result.outcome];
}

function textOf(
  result: DiffResult,
  { json, sql }: CommonOptions,
  options: Parameters<typeof diffText>[1],
): string {
  if (json) return jsonText(diffDocument(result));
  return sql ? proposalText(result) : diffText(result, options);
}
