import { stat } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { KnownError } from "../errors.ts";
import type { Planned } from "../planner/planning.ts";
import { fileProblem, proveWritable, writeBeside } from "../project/write-beside.ts";
import { jsonText } from "../report/json.ts";
import { planScriptText } from "../report/plan-script-text.ts";
import { planScript } from "../workflows/plan-script.ts";
import type { Prepared } from "../workflows/preparation.ts";
import { version } from "./version.ts";

/**
 * Proves that the files which `--plan-out` names can be written, before anything else is done.
 *
 * @throws KnownError USAGE for a name that ends otherwise, PLAN_FILE_UNWRITABLE
 */
export async function checkPlanFiles(files: readonly string[], cwd: string): Promise<void> {
  for (const file of files) {
    if (!file.endsWith(".json") && !file.endsWith(".sql"))
      throw new KnownError("USAGE", { problem: `--plan-out ${file} ends neither with .json nor with .sql.` });
  }
  for (const file of files) {
    const path = resolve(cwd, file);
    const isDirectory = await stat(path).then(
      (found) => found.isDirectory(),
      () => false,
    );
    if (isDirectory)
      throw new KnownError("PLAN_FILE_UNWRITABLE", { file: path, problem: "it is a directory" });
    await proveWritable(path).catch((error: unknown) => refuse(path, error));
  }
}

/**
 * Writes a plan to the files that `--plan-out` names, for nobody else to read: data statements may hold secrets.
 *
 * @param native the same plan without the framework's runner, which a script cannot start
 * @returns what was written
 * @throws KnownError PLAN_FILE_UNWRITABLE
 */
export async function writePlan(
  files: readonly string[],
  {
    planned,
    prepared,
    native,
    cwd,
  }: { planned: Planned; prepared: Prepared; native: () => Planned; cwd: string },
): Promise<string[]> {
  const written: string[] = [];
  for (const file of files) {
    const path = resolve(cwd, file);
    const text = file.endsWith(".sql") ? await scriptFor(file, native(), prepared) : jsonText(planned.plan);
    await writeBeside(path, [text]).catch((error: unknown) => refuse(path, error));
    written.push(file);
  }
  return written;
}

async function scriptFor(file: string, planned: Planned, prepared: Prepared): Promise<string> {
  return planScriptText(await planScript(planned, prepared), {
    version,
    moment: new Date(),
    file: basename(file),
    serverVersion: planned.plan.from.serverVersion,
  });
}

function refuse(file: string, error: unknown): never {
  const problem = fileProblem(error);
  if (problem === undefined) throw error;
  throw new KnownError("PLAN_FILE_UNWRITABLE", { file, problem }, { cause: error });
}
