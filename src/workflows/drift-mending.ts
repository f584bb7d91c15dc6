import { listNames } from "../doctor/cite.ts";
import { driftOf } from "../doctor/drift/objects.ts";
import type { Evidence } from "../doctor/evidence.ts";
import type { Gathered } from "../doctor/gather.ts";
import type { ScratchSession } from "../engines/engine.ts";
import { Choices } from "../planner/choices.ts";
import { type AdoptDriftWishes, draftAdoption, draftProblems } from "../planner/drift/adopt-drift.ts";
import { type ChosenDrift, chosenDrift } from "../planner/drift/chosen.ts";
import type { Adoption, CannotMend, DriftMending } from "../planner/drift/drift-mending.ts";
import { undoDrift } from "../planner/drift/undo-drift.ts";
import type { Snapshot } from "../schema/snapshot.ts";
import { onGround } from "../shadow/ground.ts";
import { rolesNotMadeBy } from "../shadow/roles.ts";
import { openShadow, type Shadow } from "../shadow/shadow.ts";
import { factKey } from "../timeline/facts.ts";
import { runExecuted, runOne } from "../timeline/state-after.ts";
import { reprintKey } from "../timeline/timeline.ts";

export interface DriftMendingWishes {
  readonly gathered: Gathered;
  readonly evidence: Evidence;
  /** `check:object=remedy`, as they were given. */
  readonly choices: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly onProgress?: (text: string) => void;
}

type Replayed = Exclude<Evidence["replay"], { outcome: "cannot-replay" }>;

/**
 * Finds out how what a hand has changed becomes what somebody chose. What the migrations make is made once more on the
 * shadow, since a timeline does not know enough of objects; a migration that adopts something is tried there.
 *
 * @returns undefined where nothing was chosen
 * @throws KnownError as {@link chosenDrift}, and those of a shadow that was named
 */
export async function driftMendingFor(
  wishes: DriftMendingWishes,
): Promise<DriftMending | CannotMend | undefined> {
  const { evidence } = wishes;
  const { replay } = evidence;
  if (replay.outcome === "cannot-replay") return undefined;
  const chosen = chosenDrift(evidence, new Choices(wishes.choices));
  const { keep, undo, adopt } = chosen;
  if (keep.size + undo.size + adopt.size === 0) return undefined;
  const kept = new Set([...keep, ...adopt]);
  const notes = keptNotes(keep);
  if (undo.size + adopt.size === 0) return { parts: [], kept, byChoice: keep, notes, reprints: new Map() };
  const strangers = evidence.entries.filter(({ state }) => state === "missing").map(({ name }) => name);
  if (strangers.length > 0)
    return {
      reasons: [
        `what was chosen to be undone or adopted may be the work of ${listNames(strangers)}, whose files are not here`,
      ],
    };
  const opened = await shadowFor(wishes);
  if ("outcome" in opened)
    return { reasons: [`what the migrations make cannot be looked at: ${opened.reason}`] };
  const shadow = replay.ground === undefined ? opened : onGround(opened, replay.ground);
  try {
    const looked = await lookAtState(shadow, wishes, replay, chosen);
    if ("reasons" in looked) return looked;
    const mended =
      undo.size === 0 ? { parts: [], notes: [] } : await undone(wishes, replay, chosen, looked.target);
    if ("reasons" in mended) return mended;
    const adoption = adopt.size === 0 ? undefined : await adopted(shadow, wishes, chosen);
    if (adoption !== undefined && "reasons" in adoption) return adoption;
    return {
      parts: mended.parts,
      kept,
      byChoice: keep,
      notes: [...notes, ...mended.notes],
      reprints: looked.reprints,
      ...(adoption && { adoption }),
    };
  } finally {
    await shadow.close();
  }
}

function keptNotes(keep: ReadonlySet<string>): string[] {
  return keep.size === 0 ? [] : [`Kept as a hand has made it, by choice: ${[...keep].join(", ")}.`];
}

async function shadowFor({ gathered, environment, onProgress }: DriftMendingWishes) {
  const { project, engine, target, server, schema, migrations, surroundings } = gathered;
  return openShadow({
    engine,
    target,
    server,
    schema,
    roles: rolesNotMadeBy(migrations, surroundings.roles),
    scripts: migrations.map(({ name, sql }) => ({ name, statements: engine.split(sql ?? "") })),
    packageRoots: project.packageRoots,
    cacheDirectory: project.cacheDirectory,
    environment,
    ...(project.shadow !== undefined && { choice: project.shadow }),
    ...(onProgress && { onProgress }),
  });
}

interface Looked {
  readonly target: Snapshot;
  readonly reprints: ReadonlyMap<string, string>;
}

/** What the steps that ran make of an empty database; it must be what the diagnosis expects of what was chosen. */
async function lookAtState(
  shadow: Shadow,
  { gathered, evidence }: DriftMendingWishes,
  { timeline, location }: Replayed,
  { undo }: ChosenDrift,
): Promise<Looked | CannotMend> {
  const session = await shadow.fresh();
  try {
    const refused = await runExecuted(
      session,
      { ...gathered, split: gathered.engine.split },
      timeline,
      location.executed,
    );
    if (refused !== undefined)
      return { reasons: [`what ran here cannot be made again on an empty database: ${refused}`] };
    const target = await session.snapshot({ inTransaction: false, dependencies: true });
    const strange = driftOf(evidence).filter(({ key, kind, differences }) => {
      if (!undo.has(key)) return false;
      const object = target.objects.get(key);
      if (kind === "extra" || object === undefined) return kind !== "extra" || object !== undefined;
      return differences.some(
        ({ attribute, expected }) =>
          attribute !== "" &&
          !timeline.volatile.has(factKey(key, attribute)) &&
          textOf(object.attributes[attribute]) !== expected,
      );
    });
    if (strange.length > 0)
      return {
        reasons: strange.map(
          ({ key }) => `what the migrations make of ${key} differs from one replay to the next`,
        ),
      };
    return { target, reprints: await reprintsOf(session, target, undo) };
  } finally {
    await session.close();
  }
}

function textOf(value: unknown): string | undefined {
  return value === undefined || typeof value === "string" ? value : JSON.stringify(value);
}

/** What is made by the server's own text may be printed otherwise than what the migrations' text made. */
async function reprintsOf(session: ScratchSession, target: Snapshot, keys: ReadonlySet<string>) {
  const objects = [...keys].flatMap((key) => target.objects.get(key) ?? []);
  const reprints = new Map<string, string>();
  for (const [key, attributes] of await session.reprint(objects)) {
    for (const [attribute, text] of Object.entries(attributes)) {
      const former = String(target.objects.get(key)?.attributes[attribute]);
      reprints.set(reprintKey(factKey(key, attribute), former), String(text));
    }
  }
  return reprints;
}

async function undone(
  { gathered, evidence }: DriftMendingWishes,
  { timeline, location }: Replayed,
  { undo }: ChosenDrift,
  target: Snapshot,
) {
  const { engine, migrations, server } = gathered;
  return undoDrift({
    objects: driftOf(evidence).filter(({ key }) => undo.has(key)),
    now: evidence.snapshot.objects,
    target: target.objects,
    sql: await engine.objectSql(),
    role: server.user,
    timeline,
    executed: location.executed,
    migrations,
    split: engine.split,
  });
}

/** Drafts the migration, and runs it after all others: only what makes exactly what the hand made is offered. */
async function adopted(
  shadow: Shadow,
  { gathered, evidence }: DriftMendingWishes,
  { adopt }: ChosenDrift,
): Promise<Adoption | CannotMend> {
  const { engine, migrations, project } = gathered;
  const session = await shadow.fresh();
  try {
    for (const migration of migrations) {
      const refused = await runOne(session, migration);
      if (refused !== undefined)
        return { reasons: [`${migration.name} is refused on an empty database: ${refused}`] };
    }
    const { objects: head } = await session.snapshot({ inTransaction: false, dependencies: true });
    const wishes: AdoptDriftWishes = {
      objects: driftOf(evidence).filter(({ key }) => adopt.has(key)),
      now: evidence.snapshot.objects,
      head,
      schema: gathered.schema,
      sql: await engine.objectSql(),
    };
    const draft = draftAdoption(wishes);
    if ("reasons" in draft) return draft;
    const made = project.framework.newMigration({
      migrations: project.migrationsDirectory,
      projectDirectory: project.directory,
      existing: migrations.map(({ name }) => name),
      title: draft.title,
      sql: draft.sql,
      moment: new Date(),
    });
    if (made === undefined) return { reasons: ["the framework's migrations are not written in SQL"] };
    const refused = await runOne(session, made.migration);
    if (refused !== undefined)
      return { reasons: [`the migration that would adopt it is refused: ${refused}`] };
    const problems = draftProblems(draft, wishes, await session.snapshot({ inTransaction: false }));
    if (problems.length > 0) return { reasons: problems };
    return { ...made, objects: draft.objects, hazardsElsewhere: draft.hazards };
  } finally {
    await session.close();
  }
}
