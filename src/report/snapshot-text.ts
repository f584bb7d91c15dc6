import type { SnapshotResult } from "../workflows/snapshot.ts";
import type { TextOptions } from "./doctor-text.ts";
import { counted, kindText } from "./kind-text.ts";
import { printable } from "./printable.ts";
import { styleOf } from "./style.ts";
import { wrap } from "./wrap.ts";

/**
 * What a snapshot holds, counted, and its fingerprints.
 *
 * @param out the file to which it was written
 */
export function snapshotText(
  { of, file }: SnapshotResult,
  { colour, width, out }: TextOptions & { readonly out?: string },
): string {
  const style = styleOf(colour);
  const schemas = new Map<string, Map<string, number>>();
  for (const { schema, kind } of file.snapshot.objects.values()) {
    const kinds = schemas.get(schema) ?? new Map<string, number>();
    schemas.set(schema, kinds.set(kind, (kinds.get(kind) ?? 0) + 1));
  }
  const lines = [...schemas]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([schema, kinds]) => {
      const counts = [...kinds].map(([kind, count]) => counted(count, kindText(kind))).join(", ");
      return `  ${wrap(`${schema === "" ? "in no schema" : printable(schema)}: ${counts}`, width, "    ")}`;
    });
  const unread = of.unreadable.map(printable);
  return `${[
    style.bold(`${counted(of.objects, "object")}, fingerprint ${of.fingerprint}`),
    `${printable(of.title)}, version ${printable(of.serverVersion)}`,
    style.dim(`fingerprint of owners, grants, comments and the like: ${of.environmentFingerprint}`),
    "",
    ...lines,
    ...(unread.length === 0
      ? []
      : [
          "",
          style.yellow(
            wrap(
              `It is incomplete: ${unread.slice(0, 8).join(", ")}${unread.length > 8 ? ` and ${unread.length - 8} more` : ""} ${unread.length === 1 ? "was" : "were"} behind another session's lock. Take it again when the lock is gone.`,
              width,
            ),
          ),
        ]),
    "",
    out === undefined
      ? style.dim("`--out FILE` keeps it; `godwit diff FILE` tells later what has changed.")
      : `Written to ${printable(out)}. Later, \`godwit diff ${printable(out)}\` tells what has changed.`,
  ].join("\n")}\n`;
}
