import type { AdvisoryKey, LockHolder, SessionEnding, SessionMark } from "../engines/server.ts";
import type { Writer } from "../engines/writer.ts";
import type { Journal } from "./journal.ts";

/** A session that a person has chosen to end, as it was shown. */
export interface ChosenSession extends Pick<LockHolder, "pid" | "user" | "application" | "client"> {
  readonly mark: SessionMark;
  /** It was at work when it was shown, and that was said. */
  readonly working: boolean;
}

/** Ends exactly one session, with the intent and what came of it in the journal. */
export async function endSession(
  { writer, journal, keys }: { writer: Writer; journal: Journal; keys: readonly AdvisoryKey[] },
  { pid, user, application, client, mark, working }: ChosenSession,
): Promise<SessionEnding> {
  const who = { pid, ...(user && { user }), ...(application && { application }), ...(client && { client }) };
  await journal.append({ event: "ending-session", ...who, working });
  const ending = await writer.endSession({ pid, mark, working }, keys);
  await journal.append({ event: "session-ended", pid, outcome: ending.outcome });
  return ending;
}
