import { z } from "zod";
import { repeatableName } from "../config-source/repeatable-name.ts";
import { nearestWord } from "./nearest-word.ts";

/** What a godwit.config file may say. */
export interface GodwitConfig {
  readonly framework?: string;
  /** The directory of the migrations, relative to the file. */
  readonly migrations?: string;
  readonly database?: string;
  readonly shadow?: string;
  /** Relative to the file. */
  readonly stateDir?: string;
}

const text = z.string().min(1).optional();
const schema = z.strictObject({
  framework: text,
  migrations: text,
  database: text,
  shadow: text,
  stateDir: text,
});

const configKeys = Object.keys(schema.shape);

/**
 * Checks what was read from a godwit.config file.
 *
 * @returns the configuration, or in words what is wrong with it; never a value
 */
export function checkConfig(value: unknown): GodwitConfig | { readonly problem: string } {
  const checked = schema.safeParse(value);
  // What zod leaves undefined is left out.
  if (checked.success)
    return Object.fromEntries(Object.entries(checked.data).filter(([, one]) => one !== undefined));
  const issue = checked.error.issues[0];
  if (issue?.code === "unrecognized_keys") {
    const key = issue.keys[0] ?? "";
    const name = repeatableName(key);
    return { problem: `it has no key ${name === key ? `"${key}"` : `for ${name}`}; ${suggestion(key)}` };
  }
  const place = issue?.path.join(".") ?? "";
  return { problem: place === "" ? "it must be an object" : `${place} must be a text that is not empty` };
}

function suggestion(key: string): string {
  const nearest = nearestWord(key, configKeys);
  return nearest === undefined ? `its keys are ${configKeys.join(", ")}` : `did you mean "${nearest}"?`;
}
