import { defineCheck } from "../check.ts";
import type { Evidence } from "../evidence.ts";

type Facts = NonNullable<Evidence["interrupted"]>;

export const interruptedRepair = defineCheck<Facts>({
  id: "interrupted-repair",
  summary: "A repair of Godwit's own was interrupted.",
  explain: `
# An interrupted repair

Godwit writes down what it does before it does it (in \`--state-dir\`). The last entry of this journal is not the end: the
program was killed, the machine went down, or the connection broke.

**What it means.** A repair is one transaction wherever the server allows that: then either all of it is there or
nothing, and the server knows which. What cannot be in a transaction (CREATE INDEX CONCURRENTLY) may have been executed,
or have left an index behind INVALID. The framework's own runner leaves what its own interruption leaves.

**What to do.** Look at the other findings: they tell what is there now, whatever the journal says. Then run
\`godwit repair\` again: it begins with what is there. Nothing has to be cleaned up first.

**What not to do.** Do not delete the state directory before you have looked: the backup of the rows is in it.
`,
  detect: ({ interrupted }) => (interrupted === undefined ? [] : [interrupted]),
  severity: ({ isRunning, transaction, doing }) =>
    isRunning ||
    transaction?.fate === "in-progress" ||
    transaction?.fate === "unknown" ||
    doing === "statement" ||
    doing === "unknown"
      ? "warning"
      : "info",
  title: ({ isRunning, transaction, doing }) => {
    if (isRunning) return "A repair seems to be at work at this moment";
    if (transaction?.fate === "committed")
      return "A repair was interrupted after its transaction had been committed";
    if (transaction?.fate === "in-progress")
      return "A repair was interrupted, and its transaction is still open on the server";
    if (transaction?.fate === "unknown")
      return "A repair was interrupted, and the server no longer knows what became of it";
    if (transaction?.fate === "aborted") return "A repair was interrupted; the server undid its transaction";
    if (doing === "unknown")
      return "A repair's journal was damaged; what became of it is not known from there";
    if (doing === "runner") return "A repair was interrupted while the framework's own runner was at work";
    if (doing === "statement") return "A repair was interrupted in a statement that cannot be undone";
    return "A repair was interrupted between two of its parts";
  },
  explanation: ({ words }) => `${words} What is there now is told by the other findings.`,
  proof: ({ directory, startedAt }) => [`journal and backup: ${directory} (begun ${startedAt})`],
  remedies: ({ isRunning, transaction }) => [
    isRunning || transaction?.fate === "in-progress"
      ? {
          id: "wait",
          title: "Wait until it has ended, then look again",
          recommended: true,
          hazards: [],
          steps: [{ kind: "person" as const, action: "Run `godwit doctor` again in a minute." }],
        }
      : {
          id: "repair-again",
          title: "Repair again, from what is there now",
          recommended: true,
          hazards: [],
          steps: [
            { kind: "person" as const, action: "Run `godwit repair`; if nothing is left to do, it says so." },
          ],
        },
  ],
});
