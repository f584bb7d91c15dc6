import { engineNamed } from "../../engines/registry.ts";
import { frameworkNamed } from "../../frameworks/registry.ts";
import type { Migration } from "../../migration/migration.ts";
import type { OwnPlaces } from "../../project/open.ts";
import { entriesOf } from "../gather.ts";
import type { Observed } from "../observe.ts";
import type { Stranger } from "../survey.ts";
import type { Bundle, BundledMigration } from "./bundle.ts";
import { replaySession } from "./replay-session.ts";

/**
 * Gives back what was observed when the bundle was made. Nothing in it is taken for a path or an address of this machine.
 *
 * @throws KnownError FRAMEWORK_UNSUPPORTED, ENGINE_UNSUPPORTED
 */
export async function recall(
  bundle: Bundle,
  places: OwnPlaces,
): Promise<{ observed: Observed; stranger: Stranger }> {
  const { project, address, server, schema, snapshot, surroundings, otherHistories, ownElsewhere, origins } =
    bundle;
  const framework = await frameworkNamed(project.framework);
  const engine = await engineNamed(bundle.engine);
  const masking = await engine.masking();
  const { outcome, ...history } = bundle.history;
  const migrations = bundle.migrations.map(migrationOf);
  const observed: Observed = {
    project: { ...places, ...project, framework, migrationsDirectory: project.directory, databaseUrl: "" },
    engine,
    // For words alone: there is no database, and nothing to connect with.
    target: {
      engine: engine.name,
      address,
      database: server.database,
      user: server.user,
      secret: undefined,
    },
    server,
    schema,
    migrations,
    history,
    historyOutcome: outcome,
    surroundings,
    entries: entriesOf({ migrations, history, historyOutcome: outcome, surroundings }),
    snapshot,
    ...(bundle.access && { access: bundle.access }),
    otherHistories,
    ownElsewhere,
    ...(origins && { origins }),
  };
  const { refused } = bundle;
  const stranger: Stranger = {
    through: (session) => replaySession(session, bundle, { masking, split: engine.split }),
    ...(refused && { refused: refused.migration }),
  };
  return { observed, stranger };
}

function migrationOf({ name, file, checksum, accepted, sql }: BundledMigration): Migration {
  return {
    name,
    file,
    ...(checksum !== undefined && {
      checksum,
      hasChecksum: (one: string) => one === checksum || accepted.includes(one),
    }),
    ...(sql !== undefined && { sql }),
  };
}
