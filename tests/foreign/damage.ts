import { mkdir, readFile, rm, symlink, truncate, writeFile } from "node:fs/promises";
import type { Random } from "../scenarios/random.ts";

/** Ways in which a file comes to be other than it was written. */
const ways: Readonly<Record<string, (file: string, bytes: Buffer, random: Random) => Promise<void>>> = {
  "cut off": (file, bytes, random) => truncate(file, random.integer(0, Math.max(0, bytes.length - 1))),
  empty: (file) => writeFile(file, ""),
  "a byte changed": (file, bytes, random) => {
    const at = random.integer(0, bytes.length - 1);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << random.integer(0, 7));
    return writeFile(file, bytes);
  },
  "a digit changed": (file, bytes, random) => {
    const digits = [...bytes.entries()].filter(([, byte]) => byte >= 0x30 && byte <= 0x39);
    const [at, byte] = random.pick(digits.length > 0 ? digits : [[0, 0x30]]);
    bytes[at] = 0x30 + ((byte - 0x30 + 1) % 10);
    return writeFile(file, bytes);
  },
  "other JSON": (file, _bytes, random) =>
    writeFile(
      file,
      random.pick(["null", "[]", "{}", "1", '"x"', '{"tables":1,"parts":{},"objects":7,"history":null}\n']),
    ),
  "noise of another program": (file, _bytes, random) =>
    writeFile(file, Buffer.from(Array.from({ length: 4000 }, () => random.integer(0, 255)))),
  "a value of another type": (file, bytes, random) => {
    const text = bytes.toString();
    const values = [...text.matchAll(/:\s*("(?:[^"\\]|\\.)*"|\d+|true|false|null)/g)];
    const found = values.length > 0 ? random.pick(values) : undefined;
    const at = (found?.index ?? 0) + (found?.[0].length ?? 0) - (found?.[1]?.length ?? 0);
    const other = random.pick(["null", "[]", "{}", "-1", '"x"', '"\\u001b[2J\\n✗ 9. forged"', '"../../x"']);
    return writeFile(file, text.slice(0, at) + other + text.slice(at + (found?.[1]?.length ?? 0)));
  },
  "a directory": async (file) => {
    await rm(file);
    await mkdir(file);
  },
  "a link to nothing": async (file) => {
    await rm(file);
    await symlink("/nonexistent/godwit", file);
  },
  "a link to itself": async (file) => {
    await rm(file);
    await symlink(file, file);
  },
  gone: (file) => rm(file),
};

/** All ways, in an order drawn by lot. */
export function drawWays(random: Random): string[] {
  return random.shuffle(Object.keys(ways));
}

/** Damages a file in one of these ways. */
export async function damage(file: string, way: string, random: Random): Promise<void> {
  await ways[way]?.(file, await readFile(file), random);
}
