import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { frameworkNamed, frameworkNames } from "../frameworks/registry.ts";

/** Folders in which the packages of one repository usually are. */
const workspaces = ["packages", "apps", "services", "libs"];
const mostCandidates = 100;

/**
 * Looks for projects where somebody may have meant to start: below the directory, or the first one above it, up to
 * the repository's root. Called only when there is none in the directory itself.
 *
 * @returns paths relative to `from`, for people; at most three
 */
export async function projectsNearby(directory: string, from: string, home: string): Promise<string[]> {
  const below = subdirectories(directory).flatMap((name) => [
    name,
    ...(workspaces.includes(name)
      ? subdirectories(path.join(directory, name)).map((one) => `${name}/${one}`)
      : []),
  ]);
  const candidates = below.slice(0, mostCandidates).map((name) => path.join(directory, name));
  const found: string[] = [];
  for (const candidate of [...candidates, ...above(directory, home)]) {
    if (found.length < 3 && (await holdsProject(candidate)))
      found.push(path.relative(from, candidate) || ".");
  }
  return found;
}

async function holdsProject(directory: string): Promise<boolean> {
  for (const name of frameworkNames) {
    try {
      const framework = await frameworkNamed(name);
      if ((await framework.detect(directory, { environment: {} })) !== undefined) return true;
    } catch {
      // A suggestion is not worth an error: the refusal that is about to be shown is the news.
    }
  }
  return false;
}

function subdirectories(directory: string): string[] {
  try {
    return readdirSync(directory, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith(".") && entry.name !== "node_modules")
      .map(({ name }) => name)
      .sort();
  } catch {
    return [];
  }
}

/** The directories above one, nearest first, which belong to the same repository or are within the home directory. */
function above(directory: string, home: string): string[] {
  const found: string[] = [];
  for (let place = directory; !existsSync(path.join(place, ".git")); ) {
    const parent = path.dirname(place);
    if (parent === place || parent === home) break;
    found.push(parent);
    place = parent;
  }
  return found;
}
