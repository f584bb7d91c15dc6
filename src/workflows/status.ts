import { type Compared, compareWithHistory } from "../doctor/gather.ts";
import { KnownError } from "../errors.ts";
import { openProject, type ProjectFlags, type ProjectSurroundings } from "../project/open.ts";
import type { ProjectFacts, StatusResult } from "./result.ts";

/**
 * What files and history say, over one connection. The schema is not looked at, so this does not say what is really
 * there.
 *
 * @throws KnownError when the project or the database cannot be read
 */
export async function status(flags: ProjectFlags, surroundings: ProjectSurroundings): Promise<StatusResult> {
  const project = await openProject(flags, surroundings);
  const compared = await compareWithHistory(project);
  await compared.session.close();
  refuseLocked(compared);
  const migrations = compared.entries.map(({ name, state }) => ({ name, state }));
  return {
    godwit: 1,
    outcome: migrations.every(({ state }) => state === "applied" || state === "asserted")
      ? "healthy"
      : "findings",
    project: projectFacts(compared),
    migrations,
    findings: [],
  };
}

/** Without the history there is nothing that `status` could say. */
function refuseLocked({ historyOutcome, history, surroundings }: Compared): void {
  if (historyOutcome !== "locked") return;
  const holder = surroundings?.holders.find(({ holds }) => holds.kind === "relations");
  throw new KnownError("HISTORY_LOCKED", {
    table: history.table,
    holder: holder ? `session ${holder.pid}` : "another session",
  });
}

/** What is told of the project and its database in every result. */
export function projectFacts({
  project,
  engine,
  target,
  server,
  schema,
}: Omit<Compared, "session">): ProjectFacts {
  return {
    framework: project.framework.name,
    directory: project.directory,
    engine: engine.name,
    serverVersion: server.version,
    database: server.database,
    schema,
    software: `${project.framework.title} on ${engine.title} ${server.version}`,
    address: target.address,
    databaseSource: project.databaseSource,
  };
}
