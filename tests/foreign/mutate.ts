import type { Random } from "../scenarios/random.ts";

/** What stands in the way of those who read texts. */
const oddities = [
  "\u0000",
  "\u001b[2J\r\n✗ 9. forged",
  "\ufeff",
  "\u202e",
  "'",
  '"',
  "`",
  "\\",
  "$" + "{",
  "}",
  "//",
  "/*",
  "*/",
  "#",
  "=",
  "=>",
  ";",
  "env(",
  "process.env",
  "__proto__",
  "../../../../etc/passwd",
  "[".repeat(3000),
  "{a:".repeat(3000),
  "(".repeat(3000),
  "x".repeat(50_000),
  "-",
  "%00",
  "postgresql://",
];

/** A text some of whose bytes are gone, doubled, changed, or those of another text. */
export function mutated(text: string, random: Random, others: readonly string[] = []): Buffer {
  let bytes = Buffer.from(text);
  for (let times = random.integer(1, 4); times > 0; times--) {
    const [a, b] = [random.integer(0, bytes.length), random.integer(0, bytes.length)].sort(
      (x, y) => x - y,
    ) as [number, number];
    const inserted = random.pick([
      () => Buffer.alloc(0),
      () => Buffer.from(random.pick(oddities)),
      () => Buffer.from(Array.from({ length: random.integer(1, 6) }, () => random.integer(0, 255))),
      () => Buffer.concat([bytes.subarray(a, b), bytes.subarray(a, b)]),
      () => Buffer.from(random.pick(others.length > 0 ? others : oddities)).subarray(0, 5000),
    ])();
    const end = random.chance(0.5) ? b : Math.min(b, a + 3);
    bytes = Buffer.concat([bytes.subarray(0, a), inserted, bytes.subarray(end)]);
  }
  return bytes;
}
