import { readFileSync } from "node:fs";
import path from "node:path";

/** Prisma's command line as it is installed in a project. */
export interface CommandLine {
  /** The JavaScript file, absolute. */
  readonly program: string;
  readonly version: string;
  readonly major: Major;
  /** It has the switch which leaves its lock alone. */
  readonly canSkipLock: boolean;
  /** Relative to the project's directory, for people. */
  readonly place: string;
}

const majors = [5, 6, 7] as const;
export type Major = (typeof majors)[number];

/** Looks for `node_modules/prisma` in a directory and above it; nothing of it is executed. */
export function findCommandLine(directory: string): CommandLine | { readonly reason: string } {
  const found = nearest(directory);
  if (found === undefined) {
    return { reason: `Prisma is not installed in ${directory}: there is no node_modules/prisma` };
  }
  const place = path.relative(directory, path.dirname(found.home)).replaceAll(path.sep, "/");
  const { version, bin } = found.manifest;
  const [, major, minor] = /^(\d+)\.(\d+)\./.exec(String(version)) ?? [];
  const known = majors.find((one) => String(one) === major);
  if (known === undefined || typeof version !== "string") {
    return {
      reason: `Prisma ${version} of ${place} is not one that Godwit knows how to run (5, 6 and 7 are)`,
    };
  }
  const program = typeof bin === "string" ? bin : bin?.prisma;
  if (typeof program !== "string") return { reason: `Prisma ${version} of ${place} has no program` };
  return {
    program: path.join(found.home, program),
    version,
    major: known,
    canSkipLock: known > 5 || Number(minor) >= 3,
    place,
  };
}

interface Manifest {
  readonly version?: unknown;
  readonly bin?: string | { readonly prisma?: unknown };
}

function nearest(directory: string): { home: string; manifest: Manifest } | undefined {
  for (let place = directory; ; place = path.dirname(place)) {
    const home = path.join(place, "node_modules", "prisma");
    const manifest = manifestIn(home);
    if (manifest !== undefined) return { home, manifest };
    if (place === path.dirname(place)) return undefined;
  }
}

function manifestIn(home: string): Manifest | undefined {
  try {
    const manifest: unknown = JSON.parse(readFileSync(path.join(home, "package.json"), "utf8"));
    return typeof manifest === "object" && manifest !== null ? manifest : {};
  } catch {
    // Not there, or half installed: it may be further up.
    return undefined;
  }
}
