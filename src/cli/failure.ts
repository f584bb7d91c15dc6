import { KnownError } from "../errors.ts";
import { jsonText } from "../report/json.ts";
import { printable } from "../report/printable.ts";
import { styleOf } from "../report/style.ts";
import type { CommandLineWorld, ExitCode } from "./surroundings.ts";

/**
 * Says why a command did not do what it was asked: one sentence and what to do, or, for a bug, its stack.
 *
 * @param json the one document of standard output says it too
 */
export function reportFailure(error: unknown, { stdout, stderr }: CommandLineWorld, json: boolean): ExitCode {
  const style = styleOf(stderr.isTTY === true);
  if (error instanceof KnownError) {
    if (json) {
      const { code, message, hint } = error;
      const outcome = error.exitCode === 3 ? "refused" : "failed";
      stdout.write(jsonText({ godwit: 1, outcome, error: { code, message, hint } }));
    }
    stderr.write(`${style.red("godwit:")} ${printable(error.message)}\n        ${printable(error.hint)}\n`);
    return error.exitCode;
  }
  const stack = withoutCredentials(error instanceof Error ? (error.stack ?? error.message) : String(error));
  if (json) {
    const message = stack.split("\n", 1)[0] ?? "";
    stdout.write(jsonText({ godwit: 1, outcome: "failed", error: { code: "BUG", message } }));
  }
  stderr.write(
    `${style.red("godwit:")} This is a bug in Godwit. \`godwit doctor\` tells what is there now. Please report it with these lines:\n${stack.split("\n").map(printable).join("\n")}\n`,
  );
  return 2;
}

/** A stack may quote what the program was given. */
function withoutCredentials(text: string): string {
  return text.replace(/([a-z][a-z0-9+.-]*:\/\/[^\s:/@]*):[^\s@]+@/gi, "$1:…@");
}
