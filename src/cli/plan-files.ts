import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { KnownError } from "../errors.ts";
import type { Planned } from "../planner/planning.ts";
import { jsonText } from "../report/json.ts";
import type { Prepared } from "../workflows/preparation.ts";

/**
 * Writes a plan to the files that `--plan-out` names.
 *
 * @returns what was written
 * @throws KnownError USAGE for a name that ends otherwise
 */
export async function writePlan(
  files: readonly string[],
  planned: Planned,
  _prepared: Prepared,
): Promise<string[]> {
  const written: string[] = [];
  for (const file of files) {
    if (!file.endsWith(".json"))
      throw new KnownError("USAGE", { problem: `--plan-out ${file} ends neither with .json nor with .sql.` });
    await writeFile(resolve(file), jsonText(planned.plan));
    written.push(file);
  }
  return written;
}
