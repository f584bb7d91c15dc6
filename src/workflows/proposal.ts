import type { ProposedStatement } from "../engines/differ.ts";
import type { Engine, LocalServer, Target } from "../engines/engine.ts";
import { objectDiffer } from "../engines/object-differ.ts";
import { engineNamed } from "../engines/registry.ts";
import type { Migration } from "../migration/migration.ts";
import { ownPlaces, type ProjectSurroundings } from "../project/open.ts";
import { compareSnapshots } from "../schema/compare.ts";
import { objectKey, type SchemaObject } from "../schema/object.ts";
import { fingerprint, type Snapshot, snapshotOf } from "../schema/snapshot.ts";
import { type Change, changesBetween, factsOf } from "../timeline/facts.ts";
import { replay } from "../timeline/replay.ts";
import type { Timeline } from "../timeline/timeline.ts";
import type { ReplayOptions } from "./files-side.ts";
import { majorOf, type OpenedSide } from "./side.ts";

/** Statements that were proven to bring side a to side b, or why there are none. */
export type Proposal =
  | {
      readonly outcome: "proven";
      /** The project's own migrations, in their order, where they do exactly that; else empty. */
      readonly migrations: readonly string[];
      readonly statements: readonly ProposedStatement[];
      /** Where it was tried, for people. */
      readonly on: string;
    }
  | {
      readonly outcome: "no-proposal";
      readonly reason: string;
      /** What is in the way, by the objects' keys. */
      readonly unproposed: readonly { readonly key: string; readonly why: string }[];
    };

/** What a proposal may use, and what it is not to look at. */
export interface ProposalWishes extends ReplayOptions {
  readonly surroundings: ProjectSurroundings;
  readonly leaveOut: (object: SchemaObject) => boolean;
}

/**
 * Finds statements which bring the schema of a to that of b: the project's own migrations where those do exactly that,
 * else statements about single objects. They are tried on a copy of a without rows, on a server of our own; what does not
 * give b's fingerprint is not proposed.
 */
export async function propose(a: OpenedSide, b: OpenedSide, wishes: ProposalWishes): Promise<Proposal> {
  const refusal = refusalOf(a, b);
  if (refusal !== undefined) return none(refusal);
  const { onProgress, surroundings } = wishes;
  const engine = await engineNamed(a.engine);
  const encoding = a.replayed?.encoding ?? a.database?.server.encoding ?? "UTF8";
  const server = await engine.scratch.localServer({
    major: majorOf(a),
    encoding,
    ...ownPlaces({}, surroundings),
    environment: surroundings.environment,
    ...(onProgress && { onProgress }),
  });
  if ("reason" in server) return none(`it cannot be tried: ${server.reason}`);
  try {
    return await new Trials(engine, server, encoding, wishes).propose(a, b);
  } finally {
    await server.stop();
  }
}

function refusalOf(a: OpenedSide, b: OpenedSide): string | undefined {
  if (a.kind === "snapshot-file")
    return "a snapshot file is no database on which it could be tried; name the database itself as the first side";
  if (majorOf(a) !== majorOf(b)) return "the two sides are of different versions of the server";
  if (a.snapshot.unreadable.length + b.snapshot.unreadable.length > 0)
    return "a part is behind another session's lock";
  return undefined;
}

function none(
  reason: string,
  unproposed: (Proposal & { outcome: "no-proposal" })["unproposed"] = [],
): Proposal {
  return { outcome: "no-proposal", reason, unproposed };
}

/** The first of the last migrations which together change these facts to these values and no others; else past the end. */
function firstOfExactly({ migrations }: Timeline, wanted: ReadonlyMap<string, string | undefined>): number {
  const facts = new Map<string, string>();
  // What each migration found.
  const found = migrations.map(({ steps }) =>
    steps.flatMap(({ changes }) =>
      changes.map(([key, value]): Change => {
        const before: Change = [key, facts.get(key)];
        if (value === undefined) facts.delete(key);
        else facts.set(key, value);
        return before;
      }),
    ),
  );
  const differing = new Set<string>();
  for (let first = migrations.length - 1; first >= 0; first--) {
    for (const [key, before] of (found[first] ?? []).toReversed()) {
      if (before === facts.get(key)) differing.delete(key);
      else differing.add(key);
    }
    const isExact = differing.size === wanted.size && [...differing].every((key) => wanted.has(key));
    if (isExact) return first;
  }
  return migrations.length;
}

/** What came of a trial. */
type Trial =
  | { readonly outcome: "equal" }
  | { readonly outcome: "refused"; readonly sql: string; readonly message: string }
  | { readonly outcome: "different"; readonly keys: readonly string[] };

class Trials {
  readonly #engine: Engine;
  readonly #server: LocalServer;
  readonly #encoding: string;
  readonly #wishes: ProposalWishes;
  #databases = 0;

  constructor(engine: Engine, server: LocalServer, encoding: string, wishes: ProposalWishes) {
    this.#engine = engine;
    this.#server = server;
    this.#encoding = encoding;
    this.#wishes = wishes;
  }

  async propose(a: OpenedSide, b: OpenedSide): Promise<Proposal> {
    const base = await this.#build(a);
    if ("reason" in base) return none(`it cannot be tried: ${base.reason}`);
    const from = await this.#look(base);
    if (fingerprint(from) !== fingerprint(a.snapshot))
      return none("the copy on which it is to be tried is not like side a");
    const to = b.replayed === undefined ? b.snapshot : await this.#replayed(b.replayed.migrations, b);
    const schema = (a.replayed ?? b.replayed)?.schema;
    const on = `a copy of a without rows, on ${this.#server.description}`;

    const migrations = b.replayed === undefined ? [] : await this.#missingMigrations(from, to, b);
    if (migrations.length > 0) {
      const statements = migrations.map(
        ({ name, sql = "" }): ProposedStatement => ({
          sql,
          objects: [name],
          does: "change",
          destructive: false,
          first: true,
        }),
      );
      const trial = await this.#try(base, statements, to, schema);
      if (trial.outcome === "equal")
        return { outcome: "proven", migrations: migrations.map(({ name }) => name), statements, on };
    }
    const differ = objectDiffer(await this.#engine.objectSql());
    const { statements, unproposed } = differ.propose(from.objects, to.objects);
    if (unproposed.length > 0) return none("no statement is known for some of the differences", unproposed);
    const trial = await this.#try(base, statements, to, schema);
    if (trial.outcome === "equal") return { outcome: "proven", migrations: [], statements, on };
    if (trial.outcome === "refused")
      return none(`the server refuses one of them: ${trial.message}`, [
        { key: trial.sql, why: "this statement" },
      ]);
    return none(
      "what would come out is not side b",
      trial.keys.map((key) => ({ key, why: "it would still differ" })),
    );
  }

  /** The last migrations, where what they do is exactly what differs. */
  async #missingMigrations(
    from: Snapshot,
    to: Snapshot,
    { replayed }: OpenedSide,
  ): Promise<readonly Migration[]> {
    if (replayed === undefined) return [];
    const { migrations } = replayed;
    const { leaveOut } = this.#wishes;
    const wanted = new Map(changesBetween(factsOf(from), factsOf(to)));
    const fresh = async () => this.#engine.scratch.connect(await this.#empty(), replayed);
    const timeline = await replay({ fresh, migrations, split: this.#engine.split, leaveOut });
    return migrations.slice(firstOfExactly(timeline, wanted));
  }

  async #try(
    base: Target,
    statements: readonly ProposedStatement[],
    to: Snapshot,
    schema: string | undefined,
  ): Promise<Trial> {
    const place = await this.#empty(base.database);
    const session = await this.#engine.scratch.connect(place, { ...(schema !== undefined && { schema }) });
    try {
      const script = [
        ...statements.filter(({ first }) => first).map(({ sql }) => sql),
        "BEGIN",
        ...statements.filter(({ first }) => !first).map(({ sql }) => sql),
        "COMMIT",
      ];
      for (const sql of script) {
        const error = await session.script(sql);
        if (error !== undefined)
          return { outcome: "refused", sql, message: `${error.code}, ${error.message}` };
      }
    } finally {
      await session.close();
    }
    const { onlyInA, onlyInB, changed } = compareSnapshots(await this.#look(place), to);
    const keys = [
      ...[...onlyInA, ...onlyInB].flatMap(({ object }) => (object.environmental ? [] : [objectKey(object)])),
      ...changed.flatMap(({ key, semantic }) => (semantic.length > 0 ? [key] : [])),
    ];
    return keys.length === 0 ? { outcome: "equal" } : { outcome: "different", keys };
  }

  /** Side a without rows. */
  async #build({ database, replayed }: OpenedSide): Promise<Target | { readonly reason: string }> {
    const into = await this.#empty();
    if (replayed !== undefined) {
      await this.#run(into, replayed.migrations, replayed);
      return into;
    }
    if (database === undefined) return { reason: "side a is no database" };
    const { onProgress, surroundings } = this.#wishes;
    const copied = await this.#engine.copyDatabase({
      source: database.target,
      into,
      level: "schema",
      tables: [],
      always: [],
      environment: surroundings.environment,
      ...(onProgress && { onProgress }),
    });
    return copied.outcome === "copied" ? into : { reason: copied.reason };
  }

  async #replayed(migrations: readonly Migration[], { replayed }: OpenedSide): Promise<Snapshot> {
    const place = await this.#empty();
    if (replayed !== undefined) await this.#run(place, migrations, replayed);
    return this.#look(place);
  }

  async #run(
    place: Target,
    migrations: readonly Migration[],
    { schema, roles }: { readonly schema: string; readonly roles: readonly string[] },
  ): Promise<void> {
    const session = await this.#engine.scratch.connect(place, { schema, roles });
    try {
      // They were replayed before: what is refused now is a role that is left of that, and was made.
      for (const { sql = "" } of migrations) await session.script(sql);
    } finally {
      await session.close();
    }
  }

  /** With what objects depend on, which statements about them must know. */
  async #look(place: Target): Promise<Snapshot> {
    const session = await this.#engine.connect(place);
    try {
      const { objects, unreadable } = await session.snapshot();
      const { leaveOut } = this.#wishes;
      return snapshotOf(
        [...objects.values()].filter((object) => !leaveOut(object)),
        unreadable,
      );
    } finally {
      await session.close();
    }
  }

  #empty(template?: string): Promise<Target> {
    this.#databases += 1;
    const like = { encoding: this.#encoding, ...(template !== undefined && { template }) };
    return this.#engine.scratch.createDatabase(this.#server.target, `proposal_${this.#databases}`, like);
  }
}
