import assert from "node:assert/strict";
import { after } from "node:test";
import type { Diagnosis } from "../../../src/workflows/result.ts";
import type { TestServer } from "../../servers/postgres.ts";
import { startServer } from "../database.ts";
import { documentOf, godwit, writeProject } from "../godwit.ts";
import { type Hosted, hostedDatabase, hostServer } from "../hosted.ts";
import type { MigrationFile } from "../prisma-history.ts";

let starting: Promise<{ server: TestServer; hosted: TestServer }> | undefined;

after(async () => (await starting)?.server.stop());

/** A new database on the hosted server which the tests of one file share. */
export async function newHosted(): Promise<Hosted> {
  starting ??= startServer().then(async (server) => ({ server, hosted: await hostServer(server) }));
  return hostedDatabase((await starting).hosted);
}

/** `godwit doctor` as the customer. */
export async function ask(files: readonly MigrationFile[], { url }: Pick<Hosted, "url">): Promise<Diagnosis> {
  const answer = await godwit([
    ...["doctor", "--json", "--project", await writeProject(files), "--database", url],
  ]);
  assert.ok(!`${answer.stdout}${answer.stderr}`.includes("canary-of-the-vault"));
  return documentOf<Diagnosis>(answer);
}
