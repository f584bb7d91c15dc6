import type { Git } from "./git.ts";

/** A text that a file of the migrations' directory has or had. */
export interface FormerText {
  /** What git calls its content. */
  readonly object: string;
  /** Within the migrations' directory. */
  readonly path: string;
}

/** Every text that any file of the migrations' directory ever had, on any branch that is here. */
export async function formerTexts(git: Git): Promise<FormerText[]> {
  const listed = await git.text(["rev-list", "--objects", "--full-history", "--all", "HEAD", "--", "."]);
  return lines(listed).flatMap((line) => {
    const at = line.indexOf(" ");
    const path = line.slice(at + 1);
    return at < 0 || !path.startsWith(git.prefix) || path.length === git.prefix.length
      ? []
      : [{ object: line.slice(0, at), path: path.slice(git.prefix.length) }];
  });
}

/** A commit, for a person. Who made it, and what was said of it, is nobody's business here. */
export interface Commit {
  readonly commit: string;
  /** `2026-11-21`. */
  readonly date: string;
}

/** The last commit which took a text away from a path or put it there: where it was edited, or, where it is still, made. */
export async function lastChange(git: Git, { object, path }: FormerText): Promise<Commit | undefined> {
  const answer = await git.text([
    "log",
    ...["--all", "--full-history", "--max-count=1", "--no-ext-diff", "--no-textconv", "--no-show-signature"],
    ...[`--find-object=${object}`, "--format=%h %cs", "--", path],
  ]);
  const [commit, date] = answer?.trim().split(" ") ?? [];
  return commit && date ? { commit, date } : undefined;
}

/** A tag or a branch, with the files of its migrations' directory. */
export interface Release {
  /** `v2.1.0`, `origin/main`. */
  readonly name: string;
  readonly kind: "tag" | "branch";
  /** What git calls the content of each file, by its path within the migrations' directory. */
  readonly files: ReadonlyMap<string, string>;
}

/** How many tags and branches are looked at: the newest. */
const mostReleases = 500;

/**
 * The tags, and then the branches, which have the directory: the newest first.
 *
 * @returns undefined where git did not answer; `all`: false where there are more than were looked at
 */
export async function releases(
  git: Git,
): Promise<{ readonly found: readonly Release[]; readonly all: boolean } | undefined> {
  const fields = "--format=%(refname)";
  const newest = ["--sort=-creatordate", `--count=${mostReleases}`];
  const tags = await git.text(["for-each-ref", fields, ...newest, "refs/tags"]);
  const branches = await git.text(["for-each-ref", fields, ...newest, "refs/heads", "refs/remotes"]);
  if (tags === undefined || branches === undefined) return undefined;
  const all = [tags, branches].every((text) => lines(text).length < mostReleases);
  const listed = [...lines(tags), ...lines(branches).filter((ref) => !ref.endsWith("/HEAD"))];
  const directory = git.prefix.replace(/\/$/, "");
  const named = listed.map((ref) => `${ref}:${directory}\n`).join("");
  const checked = await git.text(["cat-file", "--batch-check"], named);
  if (checked === undefined) return undefined;
  const answers = lines(checked);
  const trees = new Map<string, ReadonlyMap<string, string>>();
  const found: Release[] = [];
  for (const [index, ref] of listed.entries()) {
    const [tree, kind] = answers[index]?.split(" ") ?? [];
    if (tree === undefined || kind !== "tree") continue;
    const files = trees.get(tree) ?? (await filesOf(git, tree));
    if (files === undefined) return undefined;
    trees.set(tree, files);
    const isTag = ref.startsWith("refs/tags/");
    found.push({
      name: ref.replace(/^refs\/(?:tags|heads|remotes)\//, ""),
      kind: isTag ? "tag" : "branch",
      files,
    });
  }
  return { found, all };
}

async function filesOf(git: Git, tree: string): Promise<Map<string, string> | undefined> {
  const listed = await git.text(["ls-tree", "-r", "-z", "--full-tree", tree]);
  if (listed === undefined) return undefined;
  return new Map(
    listed.split("\0").flatMap((entry) => {
      const [, , object = "", path] = /^(\d+) blob ([0-9a-f]+)\t(.*)$/s.exec(entry)?.slice(0) ?? [];
      return path === undefined ? [] : [[path, object] as const];
    }),
  );
}

function lines(text: string | undefined): string[] {
  return (text ?? "").split("\n").filter((line) => line !== "");
}
