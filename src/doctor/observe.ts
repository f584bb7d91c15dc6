import type { Access, Session } from "../engines/engine.ts";
import { KnownError } from "../errors.ts";
import type { SchemaObject } from "../schema/object.ts";
import type { Snapshot } from "../schema/snapshot.ts";
import { dotted } from "../sql/identifier.ts";
import { isBookkeeping } from "../timeline/locate/locate.ts";
import type { Gathered } from "./gather.ts";
import { type LookOptions, lookForOrigins } from "./origins/look.ts";
import type { Origins } from "./origins/origins.ts";

/** All that a diagnosis rests on and that only the database can tell. A bundle is its record. */
export interface Observed extends Omit<Gathered, "session"> {
  readonly snapshot: Snapshot;
  /** History tables of other frameworks or projects which are in the database. */
  readonly otherHistories: readonly string[];
  /** Other schemas whose history table names migrations of this project. */
  readonly ownElsewhere: readonly string[];
  /** How the database is reached; absent in bundles which were made before that was asked. */
  readonly access?: Access;
  /** What version control knows, where it was asked. */
  readonly origins?: Origins;
}

/** Reads the schema and what other histories there are; and of version control, what the history tells of and files do not. */
export async function observe({ session, ...gathered }: Gathered, options: LookOptions): Promise<Observed> {
  const origins = await lookForOrigins(gathered, options);
  const snapshot = await session.snapshot();
  const leaveOut = isBookkeeping(gathered.project.framework.historyTable(gathered.schema));
  const otherHistories = [...snapshot.objects.values()].filter(
    (object) => object.kind === "table" && knownHistories.has(object.name) && !leaveOut(object),
  );
  return {
    ...gathered,
    snapshot,
    otherHistories: otherHistories.map((object) => dotted(object.schema, object.name)),
    ownElsewhere: await ownElsewhere({ session, ...gathered }, otherHistories),
    access: await accessOf(session),
    ...(origins && { origins }),
  };
}

async function accessOf(session: Session): Promise<Access> {
  // Where no second connection is to be had, nothing shows.
  const shared = await session.isShared().catch((error: unknown) => {
    if (error instanceof KnownError) return false;
    throw error;
  });
  const readOnly = await session.readOnlyReason();
  return { shared, ...(readOnly && { readOnly }) };
}

/** Schemas in which the framework keeps a history with names of this project: its tables are there. */
async function ownElsewhere({ session, project, migrations }: Gathered, tables: readonly SchemaObject[]) {
  const { framework } = project;
  const ours = new Set(migrations.map(({ name }) => name));
  const found: string[] = [];
  for (const { schema, name } of tables) {
    if (framework.historyTable(schema).name !== name) continue;
    const answer = await session.read(framework.historyQuery(schema));
    if (answer.outcome !== "rows") continue;
    // A table of that name and another shape is somebody else's.
    const named = answer.rows.some((row) => Object.values(row).some((value) => ours.has(String(value))));
    if (named) found.push(schema);
  }
  return found;
}

/** Tables in which migration frameworks keep their histories. */
const knownHistories: ReadonlySet<string> = new Set([
  "_prisma_migrations",
  "schema_migrations",
  "data_migrations",
  "migrations",
  "alembic_version",
  "__drizzle_migrations",
  "django_migrations",
  "knex_migrations",
  "SequelizeMeta",
  "flyway_schema_history",
  "databasechangelog",
  "goose_db_version",
  "pgmigrations",
]);
