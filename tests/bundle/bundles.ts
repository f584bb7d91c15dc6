import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { Diagnosis } from "../../src/workflows/result.ts";
import type { Database } from "../scenarios/database.ts";
import { documentOf, godwit, newDirectory, type Said, writeProject } from "../scenarios/godwit.ts";
import type { MigrationFile } from "../scenarios/prisma-history.ts";

/** A diagnosis, the file that was made with it, and the diagnosis of that file alone. */
export interface Pair {
  readonly live: Diagnosis;
  readonly recalled: Diagnosis;
  readonly file: string;
  /** What was said while the bundle was made. */
  readonly said: Said;
  /** What was said of the bundle. */
  readonly saidOfBundle: Said;
}

/** Diagnoses a database into a bundle, and then the bundle with nothing else at hand. */
export async function bundled(
  migrations: readonly MigrationFile[],
  database: Database,
  { packed = false, query = "" }: { packed?: boolean; query?: string } = {},
): Promise<Pair> {
  const file = join(await newDirectory("bundle"), packed ? "bundle.json.gz" : "bundle.json");
  const said = await godwit([
    ...["doctor", "--json", "--bundle", file, "--database", database.url + query],
    ...["--project", await writeProject(migrations)],
  ]);
  const live = documentOf<Diagnosis>(said);
  const saidOfBundle = await godwit(["doctor", "--json", "--from", file]);
  return { live, recalled: documentOf<Diagnosis>(saidOfBundle), file, said, saidOfBundle };
}

/** Both diagnoses say the same, but for what must differ: where the project is, and whether the replay was remembered. */
export function expectSame({ live, recalled, said, saidOfBundle }: Pair): void {
  const { bundle, ...told } = recalled;
  assert.ok(bundle);
  const { project, replay, ...rest } = told;
  // A bundle has nothing of any row: that some are in the way, it can only pass on.
  const findings = live.findings.filter(({ check }) => check !== "rows-in-the-way");
  assert.deepEqual(rest, withoutPlaces({ ...live, findings }));
  assert.deepEqual({ ...project, directory: "" }, { ...live.project, directory: "" });
  assert.deepEqual(
    bundle.found,
    live.findings.map(({ severity, check }) => `${severity} ${check}`),
  );
  assert.equal(saidOfBundle.exit, said.exit);
  assert.match(said.stderr, /tells the same as the database/);
}

function withoutPlaces({
  project: _,
  replay: __,
  ...rest
}: Diagnosis): Omit<Diagnosis, "project" | "replay"> {
  return rest;
}

/** The file's text, unpacked. */
export async function textOf(file: string): Promise<string> {
  const bytes = await readFile(file);
  return (file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
}
