import { listNames } from "../doctor/cite.ts";
import type { Evidence } from "../doctor/evidence.ts";
import type { Gathered } from "../doctor/gather.ts";
import type { Target } from "../engines/engine.ts";
import type { TableColumns, Writer } from "../engines/writer.ts";
import { KnownError } from "../errors.ts";
import { execute } from "../executor/execute.ts";
import { type Execution, type ExecutionOutcome, Stop } from "../executor/execution.ts";
import type { Runner } from "../frameworks/framework.ts";
import type { History, Migration } from "../migration/migration.ts";
import { quarantineSchema, quarantineTables } from "../plan/quarantine.ts";
import { dressProblems, headProblems, historyProblems, schemaProblems } from "../planner/outcome.ts";
import type { Planned } from "../planner/planning.ts";
import type { SchemaObject } from "../schema/object.ts";
import type { Snapshot } from "../schema/snapshot.ts";
import { dotted, ownersOf } from "../sql/identifier.ts";
import { factsOf } from "../timeline/facts.ts";
import { isBookkeeping } from "../timeline/locate/locate.ts";
import { filesHash, historyHash, schemaFingerprint } from "./preparation.ts";

/** Where a plan is carried out, and how: the rehearsal's copy, or the database itself. */
export interface CarryOut {
  readonly gathered: Gathered;
  readonly evidence: Evidence;
  readonly planned: Planned;
  readonly target: Target;
  /** For the framework's runner; may hold a password. */
  readonly url: string;
  readonly runner?: Runner;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly execution: Pick<
    Execution,
    "journal" | "patience" | "measure" | "fault" | "backUp" | "waitsFor" | "onProgress"
  >;
  /** Tables whose rows are compared; all that are there, unless given. */
  readonly protect?: readonly TableColumns[];
  /** Called when all is as it should be, before the last COMMIT. */
  whenVerified?(seen: { readonly snapshot: Snapshot; readonly writer: Writer }): Promise<void>;
}

/** Milliseconds which the framework's runner may take: migrations of large tables take their time. */
const runnerLimit = 6 * 60 * 60 * 1000;

/** Carries a plan out: the same code for the rehearsal and for the database itself. */
export async function carryOut(wishes: CarryOut): Promise<ExecutionOutcome & { readonly schema?: string }> {
  const { gathered, evidence, planned, target, runner, execution } = wishes;
  const { project, engine, schema, migrations } = gathered;
  const { framework } = project;
  const leaveOut = isBookkeeping(framework.historyTable(schema));
  const { objects } = evidence.snapshot;
  const before = { facts: factsOf(evidence.snapshot, leaveOut), objects };
  const writer = await engine.openWriter(target, { schema });
  const isBlind = execution.measure && planned.plan.parts.some(({ kind }) => kind !== "transaction");
  // Without it there is less to tell, and the same is proven.
  const witness = isBlind ? await engine.openWriter(target, { schema }).catch(() => undefined) : undefined;
  let reached: string | undefined;
  try {
    const outcome = await execute({
      ...execution,
      ...(witness && { witness }),
      plan: planned.plan,
      writer,
      locks: framework.lock(writer.server.database),
      protect: wishes.protect ?? tablesOf(evidence.snapshot, planned, leaveOut),
      leaveOut: new Set([nameOfHistory(gathered), ...ownTables]),
      check: (session) => changesSince(wishes, session, leaveOut),
      async verify(part, seen) {
        const problems = schemaProblems(planned, part, before, seen.snapshot, leaveOut);
        if (part < planned.plan.parts.length - 1) return problems;
        reached = schemaFingerprint(seen.snapshot, leaveOut);
        const history = await readHistory(gathered, seen.writer, seen.snapshot);
        const all = [
          ...problems,
          ...dressProblems(planned, evidence.snapshot, seen.snapshot),
          ...headProblems(planned, seen.snapshot, leaveOut),
          ...historyProblems(withAdopted(migrations, planned), history),
        ];
        if (all.length === 0) await wishes.whenVerified?.(seen);
        return all;
      },
      ...(runner && {
        run: () =>
          runner.migrate({
            url: withSchema(wishes.url, schema),
            environment: wishes.environment,
            timeout: runnerLimit,
            lockIsHeld: true,
          }),
      }),
    });
    return { ...outcome, ...(reached !== undefined && { schema: reached }) };
  } finally {
    await Promise.all([writer.close(), witness?.close()]);
  }
}

/** The framework's runner is to work in the very schema that was diagnosed. */
export function withSchema(url: string, schema: string): string {
  if (/[?&]schema=/.test(url)) return url;
  return `${url}${url.includes("?") ? "&" : "?"}schema=${encodeURIComponent(schema)}`;
}

/** The project's migrations, and the one that is to be written, whether it is there yet or not. */
function withAdopted(migrations: readonly Migration[], { adoption }: Pick<Planned, "adoption">) {
  if (adoption === undefined || migrations.some(({ name }) => name === adoption.migration.name))
    return migrations;
  return [...migrations, adoption.migration];
}

/** What is another now than when the plan was made. */
async function changesSince(
  { gathered, planned }: CarryOut,
  writer: Writer,
  leaveOut: (object: SchemaObject) => boolean,
): Promise<string[]> {
  const { from } = planned.plan;
  const snapshot = await writer.snapshot({ inTransaction: true });
  if (snapshot.unreadable.length > 0) throw await locked(gathered, listNames(snapshot.unreadable));
  const { project } = gathered;
  const written = await project.framework.readMigrations(project.migrationsDirectory, project.directory);
  const migrations = withAdopted(written, planned);
  const history = await readHistory(gathered, writer, snapshot);
  return [
    ...(schemaFingerprint(snapshot, leaveOut) === from.schema ? [] : ["the schema"]),
    ...(historyHash(history) === from.history ? [] : ["the history"]),
    ...(filesHash(migrations) === from.files ? [] : ["the project's migration files"]),
    ...(writer.server.version === from.serverVersion ? [] : ["the server's version"]),
  ];
}

/** What is behind a lock looks as if it had changed, and need not have. */
async function locked({ session }: Gathered, what: string): Promise<Stop> {
  const { holders } = await session.surroundings([]);
  const [holder] = holders;
  return new Stop({
    kind: "locked",
    what: `a lock without which ${what} cannot be read`,
    ...(holder && { holder }),
  });
}

/** The history as this session sees it. */
export async function readHistory(
  { project, schema }: Gathered,
  writer: Writer,
  snapshot: Snapshot,
): Promise<History> {
  const { framework } = project;
  const { schema: place, name } = framework.historyTable(schema);
  const table = `${place}.${name}`;
  // Asked for only where it is there: a refusal would end the transaction.
  if (!snapshot.objects.has(`table ${dotted(place, name)}`)) return { table, exists: false, records: [] };
  const answer = await writer.read(framework.historyQuery(schema));
  if ("code" in answer && answer.code === "55P03")
    throw new Stop({ kind: "locked", what: `a lock on ${table}` });
  if ("code" in answer) throw new KnownError("HISTORY_UNREADABLE", { table, problem: answer.message });
  return framework.readHistory(answer.rows, schema);
}

/** Where Godwit keeps rows that were set aside, as `dotted()` writes it: the executor's to write. */
export const ownTables = Object.values(quarantineTables).map((name) => dotted(quarantineSchema, name));

/** The history table, as `dotted()` writes it. */
export function nameOfHistory({ project, schema }: Gathered): string {
  const { schema: place, name } = project.framework.historyTable(schema);
  return dotted(place, name);
}

/**
 * The tables of a database, with the columns by which rows can be compared before and after a plan: those which it
 * neither removes nor gives another type, and which the server does not compute.
 */
export function tablesOf(
  snapshot: Snapshot,
  { expected, plan }: Planned,
  leaveOut: (object: SchemaObject) => boolean,
): TableColumns[] {
  const final = expected.at(-1) ?? new Map<string, string>();
  const columns = new Map<string, string[]>();
  for (const [key, object] of snapshot.objects) {
    if (object.kind !== "column" || object.relation === undefined) continue;
    const { type, generated } = object.attributes;
    const kept =
      !plan.empties.includes(key) && expected.every((facts) => facts.get(`${key}\n`) !== undefined);
    if (!kept || final.get(`${key}\ntype`) !== String(type) || generated !== "") continue;
    const table = dotted(object.schema, object.relation);
    columns.set(table, [...(columns.get(table) ?? []), object.name]);
  }
  const removed = new Set([...plan.removes, ...plan.empties]);
  return [...snapshot.objects].flatMap(([key, object]) => {
    const { partitioned, foreign } = object.attributes;
    if (object.kind !== "table" || leaveOut(object) || removed.has(key)) return [];
    // Their rows are their partitions', or somewhere else.
    if (partitioned === true || foreign === true) return [];
    return [
      {
        schema: object.schema,
        name: object.name,
        columns: columns.get(dotted(object.schema, object.name)) ?? [],
      },
    ];
  });
}

/** Of these, the tables which the plan alters: themselves, or a part of them. */
export function alteredTables(
  tables: readonly TableColumns[],
  { plan }: Planned,
  snapshot: Snapshot,
): TableColumns[] {
  const altered = new Set<string>();
  for (const object of [...plan.makes, ...plan.changes, ...plan.removes]) {
    const identity = object.slice(object.indexOf(" ") + 1);
    const relation = snapshot.objects.get(object);
    if (relation?.relation !== undefined) altered.add(dotted(relation.schema, relation.relation));
    for (const owner of ownersOf(identity)) altered.add(owner);
  }
  return tables.filter(({ schema, name }) => altered.has(dotted(schema, name)));
}
