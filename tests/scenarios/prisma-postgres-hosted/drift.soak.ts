import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import type { Diagnosis } from "../../../src/workflows/result.ts";
import { drawApplication, fileOf } from "../application.ts";
import { finding, found, said } from "../doctor.ts";
import { documentOf, godwit, newDirectory, writeProject } from "../godwit.ts";
import { Random } from "../random.ts";
import { ask, newHosted } from "./asking.ts";
import { applicationFiles } from "./files.ts";

/** What the host does in the months after: its services upgrade themselves, and its dashboard is used. */
const hostsWork = `
  ALTER TABLE auth.users ADD COLUMN is_anonymous boolean NOT NULL DEFAULT false;
  CREATE TABLE auth.one_time_tokens (id uuid PRIMARY KEY, user_id uuid REFERENCES auth.users);
  INSERT INTO auth.schema_migrations VALUES ('20240427152123');
  CREATE FUNCTION auth.hook() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN END $$;
  CREATE EVENT TRIGGER issue_pg_cron_access ON ddl_command_end EXECUTE FUNCTION auth.hook();
  ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA public REVOKE ALL ON TABLES FROM anon;
  CREATE ROLE reports; CREATE SCHEMA reports AUTHORIZATION reports;`;

test("an ordinary history is healthy: neither the host's objects nor its rights are drift", async () => {
  const { migrations } = drawApplication(new Random("hosted"));
  const db = await newHosted();
  await db.history.deploy(migrations);
  const table = `public."${migrations[0].makes}"`;
  await db.database.script(`${hostsWork}
    GRANT ALL ON ALL TABLES IN SCHEMA public TO authenticated; REVOKE ALL ON ${table} FROM service_role;
    ALTER TABLE ${table} OWNER TO supabase_admin; COMMENT ON TABLE ${table} IS 'seen by everybody';
    ALTER PUBLICATION supabase_realtime ADD TABLE ${table};
    CREATE TABLE realtime.subscription (LIKE ${table}); CREATE VIEW reports.everything AS SELECT * FROM ${table};`);
  const answer = await ask(migrations, db);
  assert.deepEqual([found(answer), answer.outcome], [["info foreign-objects"], "healthy"]);
  assert.equal(answer.position?.exact, true);
  const { facts } = finding<{ foreign: string[] }>(answer, "foreign-objects");
  for (const key of ["table auth.users", "view reports.everything", "event-trigger pgrst_ddl_watch"])
    assert.ok(facts.foreign.includes(key), key);
  assert.deepEqual(answer.replay.ground, undefined);

  await db.database.script(`ALTER TABLE ${table} ADD COLUMN "by a hand" text`);
  const changed = await ask(migrations, db);
  assert.deepEqual(found(changed), ["warning drift", "info foreign-objects"]);
  assert.match(finding(changed, "drift").evidence.join(), /^added +column .*by a hand/);
});

test("a view with the columns which the host's table had at that time: it is not guessed which these were", async () => {
  const files = [
    fileOf(
      "0001_users",
      'CREATE VIEW "people" AS SELECT * FROM "auth"."users";\nCREATE TABLE "t" ("id" int);\n',
    ),
  ];
  const db = await newHosted();
  await db.history.deploy(files);
  await db.database.script("ALTER TABLE auth.users ADD COLUMN is_anonymous boolean NOT NULL DEFAULT false");
  const answer = await ask(files, db);
  assert.deepEqual(found(answer), ["warning cannot-replay"]);
  assert.deepEqual(said(answer), ["applied unknown"]);
});

test("a bundle of it gives the same diagnosis, on what the bundle has of the host's", async () => {
  const db = await newHosted();
  await db.history.deploy(applicationFiles.slice(0, 2));
  await db.database.script('DROP TRIGGER "on_auth_user_created" ON auth.users');
  const file = join(await newDirectory("bundle"), "report.json.gz");
  const project = await writeProject(applicationFiles);
  const made = await godwit(["doctor", "--bundle", file, "--project", project, "--database", db.url]);
  assert.match(made.stdout + made.stderr, /the bundle tells the same as the database/);
  const from = documentOf<Diagnosis>(await godwit(["doctor", "--json", "--from", file]));
  assert.deepEqual(found(from), found(await ask(applicationFiles, db)));
  assert.deepEqual(said(from), ["applied present", "applied partial 1,3 of 4", "pending absent"]);
});
