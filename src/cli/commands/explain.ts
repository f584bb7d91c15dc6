import { checks } from "../../doctor/registry.ts";
import { KnownError } from "../../errors.ts";
import { explainText, failureText } from "../../report/explain-text.ts";
import { jsonText } from "../../report/json.ts";
import { explainFailure, explainLog } from "../../workflows/explain.ts";
import { type CommandLineWorld, type CommonOptions, type ExitCode, textOptions } from "../surroundings.ts";

/**
 * `godwit explain`: the page of a check, or which failures the log on standard input shows (then 1 when it shows one).
 */
export async function explain(
  name: string | undefined,
  options: CommonOptions,
  world: CommandLineWorld,
): Promise<ExitCode> {
  const { stdin, stdout } = world;
  if (name !== undefined) {
    stdout.write(pageNamed(name, options, world));
    return 0;
  }
  if (stdin.isTTY === true)
    throw new KnownError("LOG_UNREADABLE", { problem: "no log on standard input, and no name" });
  const result = await explainLog(stdin as AsyncIterable<string | Uint8Array>);
  if (result.lines === 0) throw new KnownError("LOG_UNREADABLE", { problem: "standard input is empty" });
  stdout.write(options.json ? jsonText(result) : explainText(result, textOptions(world, options)));
  return result.outcome === "recognised" ? 1 : 0;
}

/** The page of a check of the doctor's, or of a failure that is known from logs. */
function pageNamed(name: string, options: CommonOptions, world: CommandLineWorld): string {
  const check = checks.find(({ id }) => id === name);
  if (check !== undefined) {
    const { id, summary, explain: page } = check;
    return options.json ? jsonText({ godwit: 1, check: id, summary, page: page.trim() }) : `${page.trim()}\n`;
  }
  const failure = explainFailure(name);
  if (failure === undefined)
    throw new KnownError("UNKNOWN_CHECK", { check: name, known: checks.map(({ id }) => id) });
  return options.json ? jsonText({ godwit: 1, failure }) : failureText(failure, textOptions(world, options));
}
