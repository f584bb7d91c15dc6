import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * The licenses of the packages whose code went into a bundle, as one text.
 *
 * @param inputs the paths of the files that were bundled, relative to `root`
 * @param root the directory above `node_modules`
 * @throws Error if a package states no license text
 */
export async function thirdPartyLicenses(inputs: Iterable<string>, root: string): Promise<string> {
  const places = new Set<string>();
  for (const input of inputs) {
    // Greedy: the innermost of nested `node_modules` is the one that holds the package.
    const place = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0];
    if (place !== undefined) places.add(place);
  }
  const parts: string[] = [];
  for (const place of [...places].sort()) {
    const { name, version }: { name: string; version: string } = JSON.parse(
      await readFile(join(root, place, "package.json"), "utf8"),
    );
    parts.push(`${name} ${version}\n\n${await licenseText(join(root, place))}\n`);
  }
  return parts.join(`\n${"-".repeat(80)}\n\n`);
}

/** Some packages (pg-types, pgpass) have their license as the last section of the README, and no file for it. */
async function licenseText(place: string): Promise<string> {
  const names = await readdir(place);
  const file = names.find((name) => /^licen[cs]e([.](md|txt))?$/i.test(name));
  if (file !== undefined) return (await readFile(join(place, file), "utf8")).trim();
  const readme = names.find((name) => /^readme([.]md)?$/i.test(name));
  const words = readme === undefined ? "" : await readFile(join(place, readme), "utf8");
  const section = /^#+ *licen[cs]e *\n([\s\S]*?)(?=^#|$(?![\s\S]))/im.exec(words)?.[1]?.trim() ?? "";
  // The text itself is wanted: "MIT" alone names a license and grants nothing.
  if (!/^Copyright /m.test(section) || !/Permission is hereby granted/.test(section))
    throw new Error(`${place} has no license text, so it cannot be bundled`);
  return section;
}
