import type { Session } from "../../engines/engine.ts";
import type { Evidence } from "../evidence.ts";
import type { Observed } from "../observe.ts";
import { waiting } from "../waiting.ts";
import type { LackingFor } from "./lacking-for.ts";

/** Then it is not the session's role that is asked for rights. */
const actsAsAnother = /\bSET\s+(?:LOCAL\s+|SESSION\s+)?(?:ROLE|AUTHORIZATION)\b/i;

/** Adds to the evidence which rights the session's role lacks for what is still to be executed. Reads only. */
export async function withPrivileges(
  evidence: Evidence,
  { entries, engine, schema }: Pick<Observed, "entries" | "engine" | "schema">,
  session: Session,
): Promise<Evidence> {
  const { replay, history } = evidence;
  if (replay.outcome === "cannot-replay" || history.outcome === "locked") return evidence;
  const present = new Map(
    replay.location.verdicts.map(({ migration, statementsPresent }) => [
      migration,
      new Set(statementsPresent),
    ]),
  );
  const coming = entries.flatMap(({ name, state, migration }) =>
    migration?.sql === undefined || !waiting.has(state) || actsAsAnother.test(migration.sql)
      ? []
      : engine
          .split(migration.sql)
          .filter((_, i) => present.get(name)?.has(i + 1) !== true)
          .map(({ text, line }) => ({ migration: name, file: migration.file, line, text })),
  );
  if (coming.length === 0) return evidence;
  const answers = await session.lacking(
    coming.map(({ text }) => text),
    schema,
  );
  const lacking = coming.flatMap(({ text: _, ...place }, i): LackingFor[] => {
    const found = answers[i];
    return found === undefined ? [] : [{ ...place, ...found }];
  });
  return { ...evidence, lacking };
}
