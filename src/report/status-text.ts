import type { StatusResult } from "../workflows/result.ts";
import type { TextOptions } from "./doctor-text.ts";
import { printable } from "./printable.ts";
import { styleOf } from "./style.ts";

/** What files and history say, one line a migration where something is to be said. */
export function statusText({ project, migrations }: StatusResult, { colour }: TextOptions): string {
  const style = styleOf(colour);
  const counts = new Map<string, number>();
  for (const { state } of migrations) counts.set(state, (counts.get(state) ?? 0) + 1);
  const unusual = migrations.filter(({ state }) => state !== "applied");
  const shown = unusual.slice(0, 40);
  const width = Math.max(0, ...shown.map(({ name }) => printable(name).length));
  const paint = (state: string) =>
    ["failed", "missing"].includes(state) ? style.red(state) : style.yellow(state);
  const needsDoctor = unusual.some(({ state }) => state !== "pending");
  return `${[
    style.bold(`Godwit status  ${printable(project.software)}`),
    style.dim(printable(`database "${project.database}", schema "${project.schema}", at ${project.address}`)),
    "",
    [...counts].map(([state, count]) => `${count} ${state}`).join(", "),
    ...shown.map(({ name, state }) => `   ${printable(name).padEnd(width)}  ${paint(state)}`),
    ...(unusual.length > shown.length ? [`   and ${unusual.length - shown.length} more`] : []),
    "",
    needsDoctor
      ? "This is what files and history say. `godwit doctor` finds out what is really in the database."
      : style.dim("This is what files and history say; `godwit doctor` looks at the schema itself."),
  ].join("\n")}\n`;
}
