import { KnownError } from "../../../errors.ts";
import type { Target } from "../../engine.ts";
import { sqlState, translate } from "../errors.ts";
import { CannotCopy } from "./cannot-copy.ts";

/**
 * Why copying failed, for people: a refusal of either server is an expected outcome.
 *
 * @param source its address is named where a connection is the reason
 * @returns undefined for everything else: a bug
 */
export function translateCopying(error: unknown, source: Target): CannotCopy | undefined {
  if (error instanceof CannotCopy) return error;
  if (error instanceof KnownError)
    return new CannotCopy(sentence(error.message), error.hint, { cause: error });
  const state = sqlState(error);
  if (state === undefined || !(error instanceof Error)) {
    const known = translate(error, source, "copying the database");
    return known && new CannotCopy(sentence(known.message), known.hint, { cause: error });
  }
  const reason = `the server refuses it: ${error.message.split("\n", 1)[0]} (${state})`;
  const remedies: Readonly<Record<string, string>> = {
    // A lock which another session holds.
    "55P03": "Try again when the other session has ended, or give a clone with --clone URL.",
    "42501": `Connect as a role that may read every table (GRANT pg_read_all_data TO the role of the URL, or its owner), or give a clone with --clone URL.`,
  };
  return new CannotCopy(reason, remedies[state], { cause: error });
}

/** The beginning of a sentence becomes the end of another. */
function sentence(text: string): string {
  return text.replace(/\.$/, "").replace(/^The /, "the ");
}
