import { Random } from "../scenarios/random.ts";

/** Seconds for each state in the long run (`npm run soak`); absent in the ordinary one. */
const seconds = Number(process.env["GODWIT_SOAK"] ?? 0);

/**
 * The points at which a repair is interrupted: those that are given, and in the long run all from 1 to the last, in an
 * order drawn by lot, until the time is over.
 */
export function* pointsOf(random: Random, last: number, given: readonly number[]): Generator<number> {
  const end = performance.now() + seconds * 1000;
  yield* given;
  const others = Array.from({ length: last }, (_, i) => i + 1).filter((point) => !given.includes(point));
  while (others.length > 0 && performance.now() < end) {
    const [point] = others.splice(random.integer(0, others.length - 1), 1);
    if (point !== undefined) yield point;
  }
}

/** Whether it is the long run. */
export const isSoak = process.env["GODWIT_SOAK"] !== undefined;

/** In the long run all; in the ordinary one as many as are wanted, drawn by lot. */
export function drawnOf<T>(title: string, all: Readonly<Record<string, T>>, wanted: number): [string, T][] {
  const left = Object.entries(all);
  if (isSoak) return left;
  const random = new Random(title);
  return Array.from({ length: wanted }, () => left.splice(random.integer(0, left.length - 1), 1)).flat();
}
