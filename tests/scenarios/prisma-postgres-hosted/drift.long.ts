import assert from "node:assert/strict";
import { test } from "node:test";
import { drawApplication, fileOf } from "../application.ts";
import { finding, found, said } from "../doctor.ts";
import { Random } from "../random.ts";
import { ask, newHosted } from "./asking.ts";

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
