import type { Execution } from "../executor/execution.ts";

/**
 * Breaks a repair on purpose, for tests of what happens then: `GODWIT_FAULT=rehearsal/statement:2` lets the second
 * statement of the rehearsal fail, `apply/kill:7` ends this process at once (SIGKILL) after the seventh entry of the
 * journal.
 */
export function faultsOf(
  environment: Readonly<Record<string, string | undefined>>,
  where: "rehearsal" | "apply",
): { fault?: NonNullable<Execution["fault"]>; afterEntry?: (entries: number) => void } {
  const match = /^(rehearsal|apply)\/(statement|kill):(\d+)$/.exec(environment["GODWIT_FAULT"] ?? "");
  if (match === null || match[1] !== where) return {};
  const wanted = Number(match[3]);
  if (match[2] === "kill") {
    return {
      afterEntry: (entries) => {
        if (entries === wanted) process.kill(process.pid, "SIGKILL");
      },
    };
  }
  let statements = 0;
  return {
    fault: () => {
      statements += 1;
      if (statements === wanted) throw new Error("broken on purpose (GODWIT_FAULT)");
    },
  };
}
