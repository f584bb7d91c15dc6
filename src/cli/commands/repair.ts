import { createInterface } from "node:readline/promises";
import type { CopyLevel } from "../../engines/copying.ts";
import { KnownError } from "../../errors.ts";
import type { Question } from "../../planner/choices.ts";
import type { ProjectFlags } from "../../project/open.ts";
import { jsonText } from "../../report/json.ts";
import { certificateText, planText } from "../../report/plan-text.ts";
import { questionText, repairText } from "../../report/repair-text.ts";
import { repair as run, secondsOf } from "../../workflows/repair.ts";
import type { RepairOutcome } from "../../workflows/repair-result.ts";
import type { RepairTalk } from "../../workflows/repair-wishes.ts";
import { checkPlanFiles, writePlan } from "../plan-files.ts";
import {
  type CommandLineWorld,
  type CommonOptions,
  type ExitCode,
  progressOf,
  projectSurroundings,
  textOptions,
} from "../surroundings.ts";

const exits: Readonly<Record<RepairOutcome, ExitCode>> = {
  "nothing-to-do": 0,
  done: 0,
  rehearsed: 0,
  refused: 3,
  choose: 3,
  declined: 3,
  "cannot-rehearse": 3,
  "rehearsal-failed": 2,
  failed: 2,
};

/** `godwit repair` and `godwit migrate`: plan, rehearse, ask, apply, verify. */
export async function repair(
  purpose: "repair" | "migrate",
  options: CommonOptions,
  world: CommandLineWorld,
): Promise<ExitCode> {
  const { choose, clone, level, rehearseOnly, withoutRehearsal, native, wait } = options;
  const seconds = secondsOf(wait);
  await checkPlanFiles(options.planOut ?? [], world.cwd);
  const result = await run(
    {
      ...projectFlags(options),
      purpose,
      ...(choose && { choose }),
      ...(clone !== undefined && { clone }),
      ...(level !== undefined && { level: levelOf(level) }),
      ...(rehearseOnly && { rehearseOnly }),
      ...(withoutRehearsal && { withoutRehearsal }),
      ...(native && { native }),
      ...(seconds !== undefined && { wait: seconds }),
    },
    projectSurroundings(world),
    talkOf(options, world),
  );
  const text = textOptions(world, options);
  // Nobody is asked then, and it is what was asked for.
  if (options.json !== true && result.outcome === "rehearsed" && result.certificate !== undefined)
    world.stdout.write(`${certificateText(result.certificate, text)}\n`);
  world.stdout.write(options.json ? jsonText(result) : repairText(result, text));
  return exits[result.outcome];
}

/** @throws KnownError USAGE */
export function levelOf(level: string): CopyLevel {
  if (level === "full" || level === "affected" || level === "schema") return level;
  throw new KnownError("USAGE", { problem: `--level ${level} is none of full, affected, schema.` });
}

/** What says which project and database it is. */
export function projectFlags({
  project,
  database,
  shadow,
  stateDir,
  framework,
  migrations,
}: CommonOptions): ProjectFlags {
  return {
    ...(project !== undefined && { project }),
    ...(database !== undefined && { database }),
    ...(shadow !== undefined && { shadow }),
    ...(stateDir !== undefined && { stateDir }),
    ...(framework !== undefined && { framework }),
    ...(migrations !== undefined && { migrations }),
  };
}

/** Shows, asks and listens: on a terminal where there is one. */
function talkOf(options: CommonOptions, world: CommandLineWorld): RepairTalk {
  const { stdin, stdout, stderr } = world;
  const text = textOptions(world, options);
  const onProgress = progressOf(world, options);
  const isTerminal = stdin.isTTY === true && stderr.isTTY === true && options.json !== true;
  const choose = async (question: Question) => {
    stderr.write(questionText(question, text));
    const answer = (
      await ask(world, `Type ${question.options.map(({ id }) => id).join(" or ")}, or nothing to stop: `)
    ).trim();
    const isOne = question.options.some(
      ({ id, prefix }) => id === answer || (prefix !== undefined && answer.startsWith(prefix)),
    );
    return isOne ? answer : undefined;
  };
  return {
    onProgress,
    onPlan: async (planned, prepared, native) => {
      if (options.json !== true) stdout.write(`${planText(planned.plan, text)}\n`);
      return writePlan(options.planOut ?? [], { planned, prepared, native, cwd: world.cwd });
    },
    ...(isTerminal && { choose, chooseEnding: choose }),
    confirmEnding: async () => {
      if (options.yes === true) return true;
      return isTerminal && /^y(es)?$/i.test((await ask(world, "End this session now? [y/N] ")).trim());
    },
    confirm: async (_plan, certificate) => {
      if (options.json !== true && certificate !== undefined)
        stdout.write(`${certificateText(certificate, text)}\n`);
      if (options.yes === true) return true;
      if (!isTerminal) return false;
      return /^y(es)?$/i.test((await ask(world, "Apply this plan to the database now? [y/N] ")).trim());
    },
  };
}

/** Asks on standard error, and takes a line. */
export async function ask({ stdin, stderr }: CommandLineWorld, prompt: string): Promise<string> {
  const lines = createInterface({ input: stdin, output: stderr });
  try {
    return await lines.question(prompt);
  } finally {
    lines.close();
  }
}
