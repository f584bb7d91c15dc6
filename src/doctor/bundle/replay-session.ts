import type { Masking, ScratchSession, ScriptError } from "../../engines/engine.ts";
import type { Statement } from "../../sql/statement.ts";
import type { Bundle } from "./bundle.ts";

/**
 * A scratch session which executes of masked scripts what can still be executed, and refuses what the server had refused
 * where the bundle was made: without the rows it might not be refused here.
 *
 * @param split the engine's
 */
export function replaySession(
  session: ScratchSession,
  { migrations, refused }: Pick<Bundle, "migrations" | "refused">,
  { masking, split }: { masking: Masking; split: (script: string) => readonly Statement[] },
): ScratchSession {
  const sql = refused && (migrations.find(({ name }) => name === refused.migration)?.sql ?? "");
  const statement = refused?.statement === undefined ? undefined : split(sql ?? "")[refused.statement];
  // Earlier migrations may have a statement of the same text: it counts once the file was refused.
  let wasRefused = false;
  const refusal = (script: string): ScriptError | undefined => {
    if (refused === undefined) return undefined;
    const { code, message } = refused;
    if (wasRefused) return script === statement?.text ? { code, message } : undefined;
    if (script !== sql) return undefined;
    wasRefused = true;
    return { code, message, ...(statement && { offset: statement.start }) };
  };
  return {
    ...session,
    script: async (script) => refusal(script) ?? session.script(masking.executable(script)),
  };
}
