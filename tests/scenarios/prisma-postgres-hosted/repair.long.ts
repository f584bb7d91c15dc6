import assert from "node:assert/strict";
import { test } from "node:test";
import { prismaDeploy, prismaStatus } from "../../prisma/cli.ts";
import { drawApplication, fileOf } from "../application.ts";
import { create, Database, quote, startServer } from "../database.ts";
import { found } from "../doctor.ts";
import { type Hosted, plainHostServer, urlFor } from "../hosted.ts";
import { type MigrationFile, PrismaHistory } from "../prisma-history.ts";
import { Random } from "../random.ts";
import { explain, repair } from "../repair.ts";
import { schemaText } from "../truth.ts";
import { ask, newHosted } from "./asking.ts";
import { applicationFiles } from "./files.ts";

const rowsOfHost = `SELECT (SELECT json_agg(u ORDER BY id) FROM auth.users u)::text AS users, (SELECT json_agg(s) FROM vault.secrets s)::text AS secrets`;

/** Owners and rights included, it is what the customer would have made; the host's is what it was. */
async function brought(
  files: readonly MigrationFile[],
  db: Hosted,
  how: Parameters<typeof repair>[2],
): Promise<void> {
  const before = await db.database.rows(rowsOfHost);
  const answer = await repair(files, db.database, { ...how, url: db.url });
  assert.deepEqual([answer.outcome, answer.exit], ["done", 0], explain(answer));
  const truth = await newHosted();
  assert.equal(await truth.history.deploy(files), undefined);
  assert.equal(await schemaText(db.database), await schemaText(truth.database));
  assert.deepEqual(await db.database.rows(rowsOfHost), before);
  const diagnosis = await ask(files, db);
  assert.deepEqual([found(diagnosis), diagnosis.outcome], [["info foreign-objects"], "healthy"]);
  assert.equal((await repair(files, db.database, { url: db.url })).outcome, "nothing-to-do");
  assert.equal((await prismaStatus(files, db.url)).exit, 0);
  const deployed = await prismaDeploy(files, db.url);
  assert.match(deployed.output, /^No pending migrations to apply\.$/m);
}

test("a new hosted database is not the wrong one: it is built", async () => {
  const db = await newHosted();
  const answer = await ask(applicationFiles, db);
  assert.deepEqual([found(answer), answer.outcome, answer.empty], [[], "healthy", true]);
  await brought(applicationFiles, db, { command: "migrate" });
});

test("a pending migration on a hosted database, as a role which is no superuser", async () => {
  const db = await newHosted();
  await db.history.deploy(applicationFiles.slice(0, 1));
  await db.script("INSERT INTO profiles (id, name) SELECT id, email FROM auth.users");
  await brought(applicationFiles, db, { command: "migrate" });
  await db.database.script(
    "INSERT INTO auth.users (id, email) VALUES ('00000000-0000-4000-8000-000000000003', 'eve@example.com')",
  );
  assert.deepEqual(await db.database.rows("SELECT count(*)::int AS n FROM public.profiles"), [{ n: 3 }]);
});

test("a migration failed on a hosted database: repaired to the head", async () => {
  const [profiles, newUser, posts] = applicationFiles;
  const db = await newHosted();
  await db.history.deploy([profiles]);
  await db.script("INSERT INTO profiles (id, name) SELECT id, email FROM auth.users");
  // One statement of it ran by hand, and so the file was refused.
  await db.script(newUser.sql.slice(0, newUser.sql.indexOf("CREATE TRIGGER")));
  assert.equal((await db.history.deploy([newUser]))?.code, "42723");
  await brought([profiles, newUser, posts], db, { command: "repair" });
});

test("a copy on the host's own server: why not, and what to do", async () => {
  const { migrations } = drawApplication(new Random("hosted"));
  const db = await newHosted();
  await db.history.deploy(migrations.slice(0, -1));
  const before = await db.database.dump();
  const answer = await repair(migrations, db.database, {
    url: db.url,
    command: "migrate",
    args: ["--clone", "same-server"],
  });
  assert.deepEqual([answer.outcome, answer.exit], ["cannot-rehearse", 3], explain(answer));
  assert.match(answer.reasons.join(), /role "postgres" may not make everything again .*supabase_admin/);
  assert.match(answer.remedy ?? "", /^Leave --clone out/);
  assert.equal(await db.database.dump(), before);
});

for (const { host, reads } of [
  { host: "Neon", reads: true },
  { host: "RDS", reads: false },
]) {
  test(`a role as on ${host}, beside tables that are not its own`, async () => {
    const server = await startServer();
    try {
      await plainHostServer(server, { reads });
      const files = [
        ...drawApplication(new Random(host)).migrations,
        fileOf("0009_stats", 'CREATE TABLE "stats" ("id" int PRIMARY KEY);\n'),
      ];
      const db = await create(server);
      await db.script(`ALTER DATABASE ${quote(db.name)} OWNER TO shop;
        CREATE SCHEMA audit; CREATE TABLE audit.log (id int PRIMARY KEY, word text); INSERT INTO audit.log VALUES (1, 'x');
        CREATE TABLE audit.veiled (id int); INSERT INTO audit.veiled VALUES (1); ALTER TABLE audit.veiled ENABLE ROW LEVEL SECURITY;`);
      const url = urlFor(db.url, "shop");
      const history = new PrismaHistory(
        new Database({ ...server, url: urlFor(server.url, "shop") }, db.name),
      );
      await history.deploy(files.slice(0, -1));
      assert.deepEqual(found(await ask(files, { url })), ["info foreign-objects", "info pending"]);
      const again = () => repair(files, db, { url, command: "migrate" });
      if (!reads) {
        for (const [reason, remedy, statement] of [
          [/may not read audit\.log/, /GRANT pg_read_all_data TO "shop"/, "GRANT pg_read_all_data TO shop"],
          [
            /row security keeps rows of audit\.veiled/,
            /ALTER ROLE "shop" BYPASSRLS/,
            "ALTER ROLE shop BYPASSRLS",
          ],
        ] as const) {
          const answer = await again();
          assert.deepEqual([answer.outcome, answer.exit], ["cannot-rehearse", 3], explain(answer));
          assert.match(answer.reasons.join(), reason);
          assert.match(answer.remedy ?? "", remedy);
          await db.script(statement);
        }
      }
      const done = await again();
      assert.deepEqual([done.outcome, done.exit], ["done", 0], explain(done));
      assert.deepEqual(await db.rows("SELECT tableowner FROM pg_tables WHERE tablename = 'stats'"), [
        { tableowner: "shop" },
      ]);
      assert.deepEqual(found(await ask(files, { url })), ["info foreign-objects"]);
    } finally {
      await server.stop();
    }
  });
}
