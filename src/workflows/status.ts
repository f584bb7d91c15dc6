import { type Gathered, gather } from "../doctor/gather.ts";
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
  const gathered = await gather(project);
  await gathered.session.close();
  const migrations = gathered.entries.map(({ name, state }) => ({ name, state }));
  return {
    godwit: 1,
    outcome: migrations.every(({ state }) => state === "applied" || state === "asserted")
      ? "healthy"
      : "findings",
    project: projectFacts(gathered),
    migrations,
    findings: [],
  };
}

export function projectFacts({ project, engine, target, server, schema }: Gathered): ProjectFacts {
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
