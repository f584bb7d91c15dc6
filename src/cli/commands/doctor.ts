import { resolve } from "node:path";
import { KnownError } from "../../errors.ts";
import { doctorText } from "../../report/doctor-text.ts";
import { documentText, jsonText } from "../../report/json.ts";
import { diagnose } from "../../workflows/diagnose.ts";
import type { Diagnosis } from "../../workflows/result.ts";
import {
  type CommandLineWorld,
  type CommonOptions,
  type ExitCode,
  progressOf,
  projectSurroundings,
  textOptions,
} from "../surroundings.ts";

/** `godwit doctor`: 0 when nothing is wrong, 1 when something was found. */
export async function doctor(options: CommonOptions, world: CommandLineWorld): Promise<ExitCode> {
  if (options.from !== undefined) return fromBundle(options.from, options, world);
  if (options.bundle !== undefined) return intoBundle(options.bundle, options, world);
  const diagnosis = await diagnose(options, projectSurroundings(world), {
    onProgress: progressOf(world, options),
  });
  return tell(diagnosis, options, world);
}

function tell(diagnosis: Diagnosis, options: CommonOptions, world: CommandLineWorld): ExitCode {
  world.stdout.write(options.json ? jsonText(diagnosis) : doctorText(diagnosis, textOptions(world, options)));
  return diagnosis.outcome === "healthy" ? 0 : 1;
}

/** `--from FILE`: whatever else would say which database or project is meant contradicts it. */
async function fromBundle(file: string, options: CommonOptions, world: CommandLineWorld): Promise<ExitCode> {
  const others = ["database", "project", "framework", "migrations", "stateDir", "bundle"] as const;
  const other = others.find((one) => options[one] !== undefined);
  const problem =
    file === ""
      ? "--from was given without a value."
      : other !== undefined
        ? `--from names all that is diagnosed; --${other === "stateDir" ? "state-dir" : other} cannot stand beside it.`
        : options.shadow === "same-server"
          ? "--from has no server of its own, so --shadow same-server cannot stand beside it."
          : undefined;
  if (problem !== undefined) throw new KnownError("USAGE", { problem });
  const { diagnoseBundle } = await import("../../workflows/bundle.ts");
  const { bundleDifferenceText } = await import("../../report/bundle-text.ts");
  const diagnosis = await diagnoseBundle(file, options, projectSurroundings(world), {
    onProgress: progressOf(world, options),
  });
  const exit = tell(diagnosis, options, world);
  if (options.quiet !== true) world.stderr.write(bundleDifferenceText(diagnosis));
  return exit;
}

/** `--bundle FILE`: that it can be written is proven first, that it was is told last. */
async function intoBundle(file: string, options: CommonOptions, world: CommandLineWorld): Promise<ExitCode> {
  if (file === "") throw new KnownError("USAGE", { problem: "--bundle was given without a value." });
  const path = resolve(world.cwd, file);
  const { checkBundleFile, writeBundle } = await import("../../doctor/bundle/write.ts");
  const { diagnoseIntoBundle } = await import("../../workflows/bundle.ts");
  const { bundleText } = await import("../../report/bundle-text.ts");
  const { version } = await import("../version.ts");
  await checkBundleFile(path);
  const { diagnosis, bundle, document } = await diagnoseIntoBundle(options, projectSurroundings(world), {
    onProgress: progressOf(world, options),
    version,
  });
  const write = () => writeBundle(path, documentText(document));
  // With --json, a failure is the one document instead; a person is shown what was found in any case.
  if (options.json) await write();
  const exit = tell(diagnosis, options, world);
  if (!options.json) await write();
  if (options.quiet !== true) world.stderr.write(bundleText(bundle, file));
  return exit;
}
