import type { Question } from "../../planner/choices.ts";
import { jsonText } from "../../report/json.ts";
import { certificateText, planText } from "../../report/plan-text.ts";
import { questionText } from "../../report/repair-text.ts";
import { undoPlanText, undoText } from "../../report/undo-text.ts";
import { secondsOf } from "../../workflows/repair.ts";
import { undo as run, type UndoTalk } from "../../workflows/undo.ts";
import type { UndoOutcome } from "../../workflows/undo-result.ts";
import {
  type CommandLineWorld,
  type CommonOptions,
  type ExitCode,
  progressOf,
  projectSurroundings,
  textOptions,
} from "../surroundings.ts";
import { ask, levelOf, projectFlags } from "./repair.ts";

const exits: Readonly<Record<UndoOutcome, ExitCode>> = {
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

/** `godwit undo`: plan, rehearse, ask, take back, verify, and say how far it went. */
export async function undo(options: CommonOptions, world: CommandLineWorld): Promise<ExitCode> {
  const { choose, clone, level, rehearseOnly, withoutRehearsal, wait } = options;
  const seconds = secondsOf(wait);
  const result = await run(
    {
      ...projectFlags(options),
      ...(choose && { choose }),
      ...(clone !== undefined && { clone }),
      ...(level !== undefined && { level: levelOf(level) }),
      ...(rehearseOnly && { rehearseOnly }),
      ...(withoutRehearsal && { withoutRehearsal }),
      ...(seconds !== undefined && { wait: seconds }),
    },
    projectSurroundings(world),
    talkOf(options, world),
  );
  world.stdout.write(options.json ? jsonText(result) : undoText(result, textOptions(world, options)));
  return exits[result.outcome];
}

/** Shows, asks and listens: on a terminal where there is one. */
function talkOf(options: CommonOptions, world: CommandLineWorld): UndoTalk {
  const { stdin, stdout, stderr } = world;
  const text = textOptions(world, options);
  const isTerminal = stdin.isTTY === true && stderr.isTTY === true && options.json !== true;
  return {
    onProgress: progressOf(world, options),
    onPlan: async (planned, { id, startedAt, plan: { purpose } }) => {
      if (options.json === true) return;
      stdout.write(`${planText(planned.plan, text)}\n`);
      stdout.write(`${undoPlanText(planned, { id, startedAt, purpose }, text)}\n`);
    },
    ...(isTerminal && {
      choose: async (question: Question) => {
        stderr.write(questionText(question, text));
        const words = question.options.map(({ id }) => id).join(" or ");
        return (await ask(world, `Type ${words}, or nothing to stop: `)).trim();
      },
    }),
    confirm: async (_plan, certificate) => {
      if (options.json !== true && certificate !== undefined)
        stdout.write(`${certificateText(certificate, text)}\n`);
      if (options.yes === true) return true;
      if (!isTerminal) return false;
      return /^y(es)?$/i.test((await ask(world, "Take the repair back now? [y/N] ")).trim());
    },
  };
}
