import { LineCutter } from "./pieces.ts";
import { Recogniser, type Recognition } from "./recogniser.ts";
import { failures } from "./registry.ts";

/**
 * Says which known failures a log shows: root causes first, each with its evidence.
 *
 * Pure; never throws, whatever the text is. For logs larger than a string may be, feed a `Recogniser` piece by piece.
 *
 * @example
 * recognise("app-1  | Error: P3009").failures[0]?.failure.id; // "failed-migration"
 */
export function recognise(log: string): Recognition & { readonly lines: number } {
  const cutter = new LineCutter();
  const recogniser = new Recogniser(failures);
  for (const piece of cutter.add(log)) recogniser.read(piece);
  for (const piece of cutter.end()) recogniser.read(piece);
  return { ...recogniser.finish(), lines: cutter.lines };
}
