import { directWords } from "../doctor/access-words.ts";
import type { Gathered } from "../doctor/gather.ts";

/** Why nothing is changed by way of a pooler which shares server connections: locks and settings of a session are lost there. */
export async function refusalOfShared({
  session,
  target,
}: Gathered): Promise<{ reasons: string[]; remedy: string } | undefined> {
  if (!(await session.isShared())) return undefined;
  return {
    reasons: [
      `between here and the server, at ${target.address}, is a pooler that shares server connections (transaction or statement mode): locks would be lost`,
    ],
    remedy: directWords,
  };
}
