import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { checksumOf } from "../../src/doctor/bundle/document.ts";
import type { Diagnosis } from "../../src/workflows/result.ts";
import { fileOf } from "../scenarios/application.ts";
import { create, Database } from "../scenarios/database.ts";
import { documentOf, godwit, newDirectory } from "../scenarios/godwit.ts";
import { scenario, type World } from "../scenarios/scenario.ts";
import { bundled } from "./bundles.ts";

interface Content {
  migrations: { name: string; file: string; sql: string[] }[];
  surroundings: { roles: string[] };
  server: Record<string, unknown>;
  project: Record<string, string>;
  schema: string;
}

const places: string[] = [];

after(async () => {
  for (const place of places) await rm(place, { recursive: true, force: true });
});

/** A file that is not there, where the account which runs a scratch server could make it. */
async function markPlace(): Promise<string> {
  const place = await mkdtemp(join(tmpdir(), "godwit-mark-"));
  places.push(place);
  await chmod(place, 0o777);
  return join(place, "made");
}

let honest: Promise<string> | undefined;

/** The text of a bundle that was made as it should be. */
async function honestText(world: World): Promise<string> {
  const { file } = await bundled([fileOf("1_init", 'CREATE TABLE "t" ("id" int)')], await world.database());
  return readFile(file, "utf8");
}

/** A bundle that a stranger made: its checksum is right. */
async function forged(world: World, change: (content: Content) => void): Promise<string> {
  honest ??= honestText(world);
  const document = JSON.parse(await honest);
  change(document.content);
  document.checksum = checksumOf(document.content);
  const file = join(await newDirectory("forged"), "bundle.json");
  await writeFile(file, JSON.stringify(document));
  return file;
}

const withScript = (sql: string) => (content: Content) => {
  for (const migration of content.migrations) migration.sql = sql.split("\n");
};

async function diagnosed(file: string, ...more: string[]): Promise<Diagnosis> {
  const said = await godwit(["doctor", "--json", "--from", file, ...more]);
  assert.notEqual(said.exit, 2, said.stderr);
  return documentOf<Diagnosis>(said);
}

/** What the words tell: it is not even sent. */
for (const [what, sql, why] of [
  ["a program", "COPY (SELECT 1) TO PROGRAM 'id'", /runs a program/],
  ["a role", "CREATE ROLE evil SUPERUSER", /roles of the whole server/],
  ["the server's settings", "ALTER SYSTEM SET archive_command = 'id'", /server's configuration/],
  ["another server", "SELECT dblink('host=h', 'SELECT 1')", /dblink/],
  [
    "a language that may do anything",
    "CREATE FUNCTION f() RETURNS int LANGUAGE plpython3u AS 'return 1'",
    /language/,
  ],
] as const) {
  scenario(`not executed: ${what}`, async (world) => {
    const file = await forged(world, withScript(`CREATE TABLE "t" ("id" int);\n${sql};`));
    const { replay } = await diagnosed(file);
    assert.equal(replay.outcome, "cannot-replay");
    assert.match(replay.reason ?? "", why);
  });
}

/** What the words hide: the server refuses it. `MARK` is a file that must not be there. */
for (const [what, sql] of [
  ["a program", "EXECUTE 'CO' || 'PY (SELECT 1) TO PRO' || 'GRAM ''touch MARK'''"],
  ["a file", "EXECUTE 'CO' || 'PY (SELECT 1) TO ''MARK'''"],
  ["a role", "EXECUTE 'CREATE RO' || 'LE evil'"],
  ["the superuser's role", "EXECUTE 'SET RO' || 'LE godwit'"],
  ["the superuser's session", "EXECUTE 'SET SESSION AUTHORI' || 'ZATION godwit'"],
  ["an extension that is not trusted", "EXECUTE 'CREATE EXTEN' || 'SION adminpack'"],
] as const) {
  scenario(`executed without rights: ${what}`, async (world) => {
    const mark = await markPlace();
    const script = `DO $$ BEGIN ${sql.replace("MARK", mark)}; END $$;`;
    const file = await forged(world, withScript(script));
    const { replay, findings } = await diagnosed(file);
    assert.ok(!existsSync(mark));
    assert.ok(
      replay.outcome === "cannot-replay" || findings.some(({ check }) => check === "cannot-replay"),
      JSON.stringify(replay),
    );
  });
}

scenario("roles that the bundle names are lent, but none that was there before", async (world) => {
  const mark = await markPlace();
  const file = await forged(world, (content) => {
    withScript(`DO $$ BEGIN EXECUTE 'SET ROLE pg_execute_server_pro' || 'gram';
      EXECUTE 'CO' || 'PY (SELECT 1) TO PRO' || 'GRAM ''touch ${mark}'''; END $$;`)(content);
    content.surroundings.roles = [
      "godwit",
      "pg_execute_server_program",
      "public",
      "none",
      'a"b',
      "x".repeat(200),
    ];
  });
  const { replay } = await diagnosed(file);
  assert.equal(replay.outcome, "cannot-replay");
  assert.match(replay.reason ?? "", /permission denied/);
  assert.ok(!existsSync(mark));
});

scenario("a function of theirs is never called in the name of the superuser", async (world) => {
  const mark = await markPlace();
  const file = await forged(
    world,
    withScript(`
    CREATE FUNCTION public.current_setting(text) RETURNS text LANGUAGE plpgsql AS $f$ BEGIN
      EXECUTE 'CO' || 'PY (SELECT 1) TO PRO' || 'GRAM ''touch ${mark}'''; RETURN ''; END $f$;
    DO $$ BEGIN EXECUTE format('ALTER DATA' || 'BASE %I SET search_path = public, pg_catalog', current_database()); END $$;
    CREATE TABLE "t" ("id" int DEFAULT 1 CHECK ("id" IN (1, 2)), "at" timestamptz DEFAULT '2020-01-01');
    CREATE VIEW "v" AS SELECT * FROM "t" WHERE "id" IN (1, 3)`),
  );
  await diagnosed(file);
  assert.ok(!existsSync(mark));
});

scenario("a shadow whose role may do more is not used; one that may do nothing else is", async (world) => {
  const file = await forged(world, () => undefined);
  const { server } = await world.database();
  const shadow = await create(server);
  const powerful = await diagnosed(file, "--shadow", shadow.url);
  assert.match(powerful.replay.reason ?? "", /may do more than work in its own databases/);
  const role = `weak_${shadow.name}`;
  await new Database(server, "postgres").script(
    `CREATE ROLE ${role} LOGIN; ALTER DATABASE ${shadow.name} OWNER TO ${role}`,
  );
  const url = new URL(shadow.url);
  url.username = role;
  const weak = await diagnosed(file, "--shadow", url.href);
  assert.equal(weak.replay.outcome, "replayed", weak.replay.reason);
});

for (const [what, change] of Object.entries<(content: Content) => void>({
  "an encoding that is an option": ({ server }) => Object.assign(server, { encoding: "--x=y" }),
  "a major version that is none": ({ server }) => Object.assign(server, { major: "15" }),
  "no server": (content) => Object.assign(content, { server: null }),
  "migrations that are none": (content) => Object.assign(content, { migrations: [{ name: "a" }] }),
})) {
  scenario(`refused: ${what}`, async (world) => {
    const file = await forged(world, change);
    const said = await godwit(["doctor", "--from", file]);
    assert.equal(said.exit, 2, said.stderr);
    assert.match(said.stderr, /lacks what a bundle has/);
  });
}

scenario("what is printed of it moves no cursor and forges no line", async (world) => {
  const evil = "e\u001b[2J\r\n✗ 9. forged\u202e";
  const file = await forged(world, (content) => {
    for (const migration of content.migrations) Object.assign(migration, { name: evil, file: evil });
    Object.assign(content.project, { directory: evil, databaseSource: evil });
    Object.assign(content, { address: evil, madeBy: evil, found: { replay: "cached", findings: [evil] } });
  });
  const said = await godwit(["doctor", "--from", file]);
  for (const text of [said.stdout, said.stderr]) {
    assert.doesNotMatch(text, /[^\P{Cc}\n]|\u202e/u);
    assert.doesNotMatch(text, /^\s*✗ 9\. forged/m);
  }
  assert.match(said.stdout, /From a bundle/);
});
