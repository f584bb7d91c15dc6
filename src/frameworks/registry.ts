import { repeatableName } from "../config-source/repeatable-name.ts";
import { KnownError } from "../errors.ts";
import type { Framework } from "./framework.ts";

/** Adding a framework: one folder beside this file, one line here. The order is the order of detection. */
const frameworks: Readonly<Record<string, () => Promise<Framework>>> = {
  prisma: async () => (await import("./prisma/framework.ts")).prisma,
};

/** The names of all frameworks, in the order of detection. */
export const frameworkNames: readonly string[] = Object.keys(frameworks);

/** @throws KnownError FRAMEWORK_UNSUPPORTED */
export async function frameworkNamed(name: string): Promise<Framework> {
  const load = Object.hasOwn(frameworks, name) ? frameworks[name] : undefined;
  if (load === undefined) {
    throw new KnownError("FRAMEWORK_UNSUPPORTED", {
      framework: repeatableName(name),
      supported: frameworkNames,
    });
  }
  return load();
}
