import type { Question } from "../../src/planner/choices.ts";
import type { Log } from "./broken.ts";

/**
 * Answers a question as whoever did it all would: by the log.
 *
 * @returns a `--choose`; undefined where none of the options is the truth
 */
export function answerOf({ check, migration, options }: Question, log: Log): string | undefined {
  const index = log.files.findIndex(({ name }) => name === migration);
  const statements = (log.files[index]?.statements ?? []).map(({ changes }, number) => ({
    changes,
    ran: log.executed[index]?.[number] === true,
  }));
  const all = statements.every(({ ran }) => ran);
  const none = statements.every(({ ran }) => !ran);
  const data = statements.filter(({ changes }) => changes === "rows");
  const [dataRan, dataDidNot] = [data.every(({ ran }) => ran), data.every(({ ran }) => !ran)];
  const schemaRan = statements.every(({ changes, ran }) => changes === "rows" || ran);
  const inPart = options.some(({ id }) => id.endsWith("-with-data"));
  const isTrue: Readonly<Record<string, boolean>> = {
    "mark-applied": all,
    run: none,
    "run-again": none,
    "run-data": schemaRan && dataDidNot,
    finish: dataRan,
    "finish-with-data": dataDidNot,
    execute: inPart ? dataRan : none,
    "execute-with-data": dataDidNot,
  };
  const chosen = options.find(({ id }) => isTrue[id]);
  return chosen && `${check}:${migration}=${chosen.id}`;
}
