import type { Framework } from "../../frameworks/framework.ts";
import { countsAsApplied, type Entry } from "../../migration/compare.ts";
import type { Migration } from "../../migration/migration.ts";
import { Git } from "../../version-control/git.ts";
import {
  type FormerText,
  formerTexts,
  lastChange,
  type Release,
  releases,
} from "../../version-control/texts.ts";
import type { Gathered } from "../gather.ts";
import type { Fitting, Original, Origins } from "./origins.ts";

/** What looking may use of the machine. */
export interface LookOptions {
  /** The user's: where git is looked for. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Told, in words for a person, what takes long. */
  readonly onProgress?: (text: string) => void;
}

/**
 * Asks version control, where it is at hand, what the history tells of and the files do not: the originals of edited
 * files, and which release has all that was applied. Reads what is on this machine; nothing is fetched.
 *
 * @returns undefined where nothing is to be asked, or nobody can be
 */
export async function lookForOrigins(
  gathered: Omit<Gathered, "session">,
  { environment, onProgress }: LookOptions,
): Promise<Origins | undefined> {
  const { project, entries } = gathered;
  const edited = entries.filter((entry) => entry.edited && entry.migration !== undefined);
  const isMissing = entries.some(({ state }) => state === "missing");
  if (edited.length === 0 && !isMissing) return undefined;
  const git = await Git.open(project.migrationsDirectory, environment);
  if (git === undefined) return undefined;
  onProgress?.("Asking version control for what was applied ...");
  const originals = edited.length === 0 ? [] : await originalsOf(edited, gathered, git);
  const fitting = await fittingReleases(entries, project.framework, git);
  return { originals, ...(fitting && { fitting }) };
}

/** Texts of the same migration are looked at first; then all others, since it may have been renamed too. */
async function originalsOf(
  edited: readonly Entry[],
  { project, engine }: Pick<Gathered, "project" | "engine">,
  git: Git,
): Promise<Original[]> {
  const { framework } = project;
  const all = await formerTexts(git);
  const names = new Set(edited.map(({ name }) => name));
  const isOwn = ({ path }: FormerText) => names.has(framework.migrationAt(path) ?? "");
  const found = new Map<string, Original>();
  for (const texts of [all.filter(isOwn), all.filter((text) => !isOwn(text))]) {
    const wanted = edited.filter(({ name }) => !found.has(name));
    if (wanted.length === 0) break;
    const contents = await git.contents([...new Set(texts.map(({ object }) => object))]);
    for (const { name, record, migration } of wanted) {
      for (const text of texts) {
        const content = contents.get(text.object);
        if (content === undefined || framework.migrationAt(text.path) === undefined) continue;
        const original = framework.migrationFrom(name, migration?.file ?? name, content);
        if (record?.checksum === undefined || original.hasChecksum?.(record.checksum) !== true) continue;
        const changedIn = await lastChange(git, text);
        const sameLayout = engine.sameButForLayout(original.sql ?? "", migration?.sql ?? "");
        found.set(name, {
          migration: name,
          object: text.object,
          sameLayout,
          text: original,
          ...(changedIn && { changedIn }),
        });
        break;
      }
    }
  }
  return [...found.values()];
}

/**
 * The releases which have every migration that counts as applied, with the content that is recorded for it.
 *
 * @returns undefined where none was found, and not all could be looked at: then it is not said that there is none
 */
async function fittingReleases(
  entries: readonly Entry[],
  framework: Framework,
  git: Git,
): Promise<Fitting[] | undefined> {
  const applied = entries.filter(({ state }) => countsAsApplied(state) || state === "renamed");
  const listed = await releases(git);
  if (listed === undefined) return undefined;
  const known = listed.found.map((release) => ({ release, files: byMigration(release, framework) }));
  const having = known.filter(({ files }) => applied.every((entry) => files.has(nameIn(entry))));
  const objects = having.flatMap(({ files }) => applied.map((entry) => files.get(nameIn(entry)) ?? ""));
  const contents = await git.contents([...new Set(objects)]);
  const read = new Map<string, Migration>();
  const hasContent = (entry: Entry, object: string) => {
    const checksum = entry.record?.checksum;
    if (checksum === undefined) return true;
    const content = contents.get(object);
    if (content === undefined) return false;
    const migration = read.get(object) ?? framework.migrationFrom(entry.name, entry.name, content);
    read.set(object, migration);
    return migration.hasChecksum?.(checksum) !== false;
  };
  const fitting = having
    .filter(({ files }) => applied.every((entry) => hasContent(entry, files.get(nameIn(entry)) ?? "")))
    .map(({ release, files }) => ({ release: release.name, pending: files.size - applied.length }))
    .toSorted((a, b) => a.pending - b.pending)
    .slice(0, 20);
  const isRead = listed.all && objects.every((object) => contents.has(object));
  return fitting.length > 0 || isRead ? fitting : undefined;
}

/** The name by which the history knows it. */
function nameIn({ record, name }: Entry): string {
  return record?.migration ?? name;
}

function byMigration({ files }: Release, framework: Framework): Map<string, string> {
  return new Map(
    [...files].flatMap(([path, object]) => {
      const name = framework.migrationAt(path);
      return name === undefined ? [] : [[name, object] as const];
    }),
  );
}
