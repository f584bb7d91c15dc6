/** One line of two texts laid over each other: in both, or on one side alone. */
export interface DiffLine {
  readonly in: "both" | "a" | "b";
  readonly text: string;
}

/** A table of so many cells takes a few milliseconds. */
const mostCells = 4_000_000;

/**
 * Lays two texts over each other with as many common lines as possible. Where that would take too long, what is between
 * their common beginning and end is told as replaced.
 */
export function lineDiff(a: readonly string[], b: readonly string[]): DiffLine[] {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  const both = (lines: readonly string[]) => lines.map((text): DiffLine => ({ in: "both", text }));
  return [
    ...both(a.slice(0, start)),
    ...between(a.slice(start, a.length - end), b.slice(start, b.length - end)),
    ...both(a.slice(a.length - end)),
  ];
}

function between(a: readonly string[], b: readonly string[]): DiffLine[] {
  const only = (side: "a" | "b", lines: readonly string[]) =>
    lines.map((text): DiffLine => ({ in: side, text }));
  if (a.length === 0 || b.length === 0 || a.length * b.length > mostCells)
    return [...only("a", a), ...only("b", b)];
  // At [i, j]: the most lines that a from i and b from j have in common.
  const width = b.length + 1;
  const common = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number) => common[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      common[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const lines: DiffLine[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push({ in: "both", text: a[i++] ?? "" });
      j++;
    } else if (j >= b.length || (i < a.length && at(i + 1, j) >= at(i, j + 1)))
      lines.push({ in: "a", text: a[i++] ?? "" });
    else lines.push({ in: "b", text: b[j++] ?? "" });
  }
  return lines;
}

/**
 * What differs, with some common lines around it.
 *
 * @param context how many common lines before and after
 * @returns runs of lines; between two of them, common lines were left out
 */
export function hunks(lines: readonly DiffLine[], context: number): DiffLine[][] {
  const found: DiffLine[][] = [];
  let last = Number.NEGATIVE_INFINITY;
  const isNear = (index: number) =>
    lines.slice(Math.max(0, index - context), index + context + 1).some((line) => line.in !== "both");
  for (const [index, line] of lines.entries()) {
    if (!isNear(index)) continue;
    if (index === last + 1) found.at(-1)?.push(line);
    else found.push([line]);
    last = index;
  }
  return found;
}
