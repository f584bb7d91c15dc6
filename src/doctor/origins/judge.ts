import type { Engine } from "../../engines/engine.ts";
import type { Entry } from "../../migration/compare.ts";
import type { Migration } from "../../migration/migration.ts";
import type { Statement } from "../../sql/statement.ts";
import { divergences } from "../../timeline/divergence.ts";
import type { Timeline } from "../../timeline/timeline.ts";
import type { Edit, Original, Origins } from "./origins.ts";

export interface JudgeWishes {
  readonly entries: readonly Entry[];
  readonly migrations: readonly Migration[];
  readonly origins: Origins | undefined;
  readonly timeline: Timeline;
  readonly engine: Pick<Engine, "split" | "sameButForLayout">;
  /** Replays other migrations in the place of the project's; undefined: it cannot be done now. */
  replay(migrations: readonly Migration[]): Promise<Timeline | undefined>;
}

const notAtHand = "its original is not at hand";

/**
 * What became of each file that was edited after it was applied: told by its original, which version control has, and by
 * what the two do to an empty database.
 */
export async function judgeEdits(wishes: JudgeWishes): Promise<Edit[]> {
  const { entries, migrations, origins, engine } = wishes;
  if (origins?.edits !== undefined) return [...origins.edits];
  const edited = entries.filter((entry) => entry.edited && entry.record?.state === "applied");
  const originals = new Map(origins?.originals.map((one) => [one.migration, one]));
  const others = edited.filter(({ name }) => originals.get(name)?.sameLayout === false);
  const replayed =
    others.length === 0
      ? undefined
      : await wishes.replay(migrations.map((file) => originals.get(file.name)?.text ?? file));
  return edited.map((entry): Edit => {
    const original = originals.get(entry.name);
    const about = { migration: entry.name, differences: [], ...(original && citing(original)) };
    if (original === undefined) return { ...about, kind: "unknown", reason: notAtHand };
    if (original.sameLayout) return { ...about, kind: "layout" };
    const scripts = [original.text, entry.migration].map((one) => engine.split(one?.sql ?? ""));
    return { ...about, ...byEffects(entry.name, wishes, replayed, scripts) };
  });
}

function citing({ object, changedIn }: Original): Pick<Edit, "object" | "changedIn"> {
  return { object, ...(changedIn && { changedIn }) };
}

/** @param scripts the original's statements, and the file's */
function byEffects(
  name: string,
  { timeline, engine }: JudgeWishes,
  replayed: Timeline | undefined,
  [original = [], file = []]: readonly Statement[][],
): Pick<Edit, "kind" | "reason"> & Partial<Edit> {
  if (replayed === undefined) return { kind: "unknown", reason: "its original could not be replayed" };
  for (const one of [timeline, replayed]) {
    if (one.migrations.some((known) => known.name === name && !known.replayed))
      return {
        kind: "unknown",
        reason: `it could not be replayed: ${one.failure?.message ?? "a migration before it was refused"}`,
      };
  }
  const parting = divergences(replayed, timeline);
  const own = parting.get(name) ?? [];
  if (own.length > 0) {
    const differences = own.map(({ object, attribute, one, other }) => ({
      object,
      attribute,
      ...(one !== undefined && { applied: one }),
      ...(other !== undefined && { file: other }),
    }));
    return { kind: "changed", differences };
  }
  // Where two files were edited, it is not told whose consequence a later difference is.
  if (parting.size > 0 || replayed.failure !== undefined || timeline.failure !== undefined)
    return { kind: "unknown", reason: "migrations after it do something else, or could not be replayed" };
  if ([...original, ...file].some(({ kind }) => kind === "untraced"))
    return {
      kind: "unknown",
      reason:
        "to the schema it does the same as its original, and what its statements do to rows leaves no trace there",
    };
  const beside = (script: readonly Statement[]) =>
    script
      .filter(({ kind }) => kind !== "schema")
      .map(({ text }) => text)
      .join(";\n");
  return engine.sameButForLayout(beside(original), beside(file))
    ? { kind: "equivalent" }
    : {
        kind: "unknown",
        reason:
          "to the schema it does the same as its original, and what it does to rights, comments or settings is something else",
      };
}
