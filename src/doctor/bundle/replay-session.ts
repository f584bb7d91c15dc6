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
  const sql = migrations.find(({ name }) => name === refused?.migration)?.sql ?? "";
  const statements = refused === undefined ? [] : split(sql);
  // Once the file was refused, its statements come one by one.
  let taken: number | undefined;
  const refusal = (script: string): ScriptError | undefined => {
    if (refused === undefined) return undefined;
    const { code, message, statement, passed } = refused;
    if (taken === undefined) {
      if (script !== sql) return undefined;
      taken = 0;
      const offset = statements[statement ?? -1]?.start;
      return { code, message, ...(offset !== undefined && { offset }) };
    }
    if (script !== statements[taken]?.text) return undefined;
    taken += 1;
    return passed !== undefined && taken > passed ? { code, message } : undefined;
  };
  return {
    ...session,
    script: async (script) => refusal(script) ?? session.script(masking.executable(script)),
  };
}
