import { z } from "zod";

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
    return { problem: `it has no key "${key}"; ${suggestion(key)}` };
  }
  const place = issue?.path.join(".") ?? "";
  return { problem: place === "" ? "it must be an object" : `${place} must be a text that is not empty` };
}

function suggestion(key: string): string {
  const [nearest] = configKeys
    .map((known) => ({ known, distance: editDistance(key.toLowerCase(), known.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  return nearest !== undefined && nearest.distance <= 3
    ? `did you mean "${nearest.known}"?`
    : `its keys are ${configKeys.join(", ")}`;
}

/** How many letters must be added, removed or replaced. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries()) {
      const replaced = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
