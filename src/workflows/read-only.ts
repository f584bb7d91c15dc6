import { readOnlyRemedy, readOnlyWords } from "../doctor/access-words.ts";
import type { Compared } from "../doctor/gather.ts";

/** Why nothing is changed by way of a connection by which nothing can be written, and where it can be. */
export async function refusalOfReadOnly({
  session,
}: Pick<Compared, "session">): Promise<{ reasons: string[]; remedy: string } | undefined> {
  const reason = await session.readOnlyReason();
  return reason && { reasons: [readOnlyWords(reason)], remedy: readOnlyRemedy(reason) };
}
