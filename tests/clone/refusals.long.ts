import assert from "node:assert/strict";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { dotted } from "../../src/sql/identifier.ts";
import {
  copyOf,
  dumpOf,
  environmentFor,
  filled,
  methods,
  rowsOf,
  type Servers,
  startServers,
  urlOf,
} from "./servers.ts";

const canary = "Canary-pw-123";
let servers: Servers;
before(async () => {
  servers = await startServers({ major: 15, auth: "scram" });
  await rowsOf(
    servers.source.url,
    `CREATE ROLE admin SUPERUSER LOGIN PASSWORD '${canary}'; CREATE ROLE app LOGIN PASSWORD '${canary}'; CREATE ROLE reader LOGIN PASSWORD '${canary}'; CREATE ROLE godwit LOGIN CREATEDB`,
  );
});
after(() => servers?.stop());

const as = (url: string, user: string) => url.replace("postgres:secret@", `${user}:${canary}@`);

async function code(url: string, sql: string): Promise<string> {
  return rowsOf(url, sql).then(
    () => "done",
    (error: { code?: string }) => error.code ?? String(error),
  );
}

for (const method of methods) {
  describe(method, () => {
    test("what is refused to a role is refused to it on the copy", async () => {
      const database = await filled(
        servers,
        `CREATE SCHEMA s; CREATE TABLE s.t (id int PRIMARY KEY, secret text); INSERT INTO s.t VALUES (1, 'x'); CREATE FUNCTION s.f() RETURNS int LANGUAGE sql AS 'SELECT 1';
         CREATE TABLE s.mine (id int); ALTER TABLE s.mine OWNER TO app; GRANT USAGE ON SCHEMA s TO app, reader; GRANT SELECT (id) ON s.t TO reader; GRANT INSERT ON s.t TO app;
         REVOKE EXECUTE ON FUNCTION s.f() FROM PUBLIC; GRANT EXECUTE ON FUNCTION s.f() TO app;`,
      );
      const name = new URL(database.url).pathname.slice(1);
      await database.run(
        `REVOKE TEMPORARY ON DATABASE ${name} FROM PUBLIC; GRANT CREATE ON DATABASE ${name} TO app; ALTER DATABASE ${name} SET statement_timeout = '77s'; ALTER ROLE reader IN DATABASE ${name} SET search_path = s, "$user"; ALTER SCHEMA public OWNER TO app`,
      );
      const copied = await copyOf(servers, database.url, method);
      assert.equal(copied.outcome.outcome, "copied", JSON.stringify(copied.outcome));
      const tries = {
        reader: [
          "SELECT id FROM s.t",
          "SELECT secret FROM s.t",
          "INSERT INTO s.t VALUES (2)",
          "SELECT s.f()",
          "DROP TABLE s.mine",
          "CREATE TEMP TABLE x ()",
          "CREATE SCHEMA reader",
          "CREATE TABLE public.x ()",
          "CREATE ROLE x",
          "SHOW statement_timeout; SELECT id FROM t",
        ],
        app: [
          "SELECT id FROM s.t",
          "INSERT INTO s.t VALUES (3)",
          "SELECT s.f()",
          "ALTER TABLE s.t ADD x int",
          "ALTER TABLE s.mine ADD x int",
          "CREATE SCHEMA app",
          "CREATE TABLE public.x ()",
          "CREATE DATABASE x",
          "ALTER SYSTEM RESET ALL",
        ],
      };
      for (const [role, statements] of Object.entries(tries)) {
        const there: Record<string, string> = {};
        const here: Record<string, string> = {};
        for (const sql of statements) {
          there[sql] = await code(as(database.url, role), sql);
          here[sql] = await code(urlOf(servers, copied.name, role), sql);
        }
        assert.deepEqual(here, there, role);
        assert.ok(
          Object.values(here).includes("42501") && Object.values(here).includes("done"),
          JSON.stringify(here),
        );
      }
      assert.deepEqual(await rowsOf(urlOf(servers, copied.name, "reader"), "SHOW statement_timeout"), [
        { statement_timeout: "77s" },
      ]);
      await database.end();
    });

    test("each level has the rows that it says, and every foreign key holds", async () => {
      const hostile = 'It"s *? %I';
      const database = await filled(
        servers,
        `CREATE TABLE "${hostile.replaceAll('"', '""')}" (id int PRIMARY KEY); CREATE TABLE "It_s *? %I" (id int);
         CREATE TABLE region (id int PRIMARY KEY); CREATE TABLE owner (id int PRIMARY KEY, region int REFERENCES region, boss int REFERENCES owner);
         CREATE TABLE items (id int, at int, owner int REFERENCES owner, odd int REFERENCES "${hostile.replaceAll('"', '""')}", PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
         CREATE TABLE items_1 PARTITION OF items FOR VALUES FROM (0) TO (10); CREATE TABLE items_2 PARTITION OF items DEFAULT;
         CREATE TABLE line (id int, at int, FOREIGN KEY (id, at) REFERENCES items); CREATE TABLE unrelated (id int); CREATE TABLE history (name text);
         INSERT INTO "${hostile.replaceAll('"', '""')}" VALUES (7); INSERT INTO "It_s *? %I" VALUES (1); INSERT INTO region VALUES (1); INSERT INTO owner VALUES (1, 1, NULL), (2, 1, 1);
         INSERT INTO items VALUES (1, 1, 2, 7), (2, 20, 2, NULL); INSERT INTO line VALUES (1, 1), (2, 20); INSERT INTO unrelated VALUES (1); INSERT INTO history VALUES ('init');`,
      );
      const wishes = { tables: [dotted("public", "line"), "public.not_there"], always: ["public.history"] };
      const expected = {
        full: ['It"s *? %I', "It_s *? %I", "history", "items", "line", "owner", "region", "unrelated"],
        affected: ['It"s *? %I', "history", "items", "line", "owner", "region"],
        schema: ["history"],
      };
      for (const level of ["full", "affected", "schema"] as const) {
        const { outcome, name } = await copyOf(servers, database.url, method, { ...wishes, level });
        assert.equal(outcome.outcome, "copied", JSON.stringify(outcome));
        const url = urlOf(servers, name);
        const tables = await rowsOf(
          url,
          "SELECT relname, oid::regclass::text AS name FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace AND NOT relispartition ORDER BY relname COLLATE \"C\"",
        );
        const filledTables: unknown[] = [];
        for (const { relname, name: quoted } of tables) {
          const count = `SELECT count(*)::int FROM ${quoted}`;
          const [there, here] = await Promise.all([rowsOf(database.url, count), rowsOf(url, count)]);
          if (Number(here[0]?.["count"]) > 0) {
            assert.deepEqual(here, there, `${level} ${relname}`);
            filledTables.push(relname);
          }
        }
        assert.deepEqual(filledTables, expected[level].toSorted(), level);
        assert.deepEqual(
          await rowsOf(url, "SELECT FROM pg_constraint WHERE contype = 'f' AND NOT convalidated"),
          [],
        );
      }
      await database.end();
    });

    test("no password is seen", async () => {
      const database = await filled(
        servers,
        "CREATE TABLE t AS SELECT n, repeat('x', 100) FROM generate_series(1, 200000) n; CREATE SEQUENCE s",
      );
      const said: string[] = [];
      let seen = "";
      let open = true;
      // Our children alone: others on this machine run the same program.
      const children = `/proc/${process.pid}/task/${process.pid}/children`;
      const watching = (async () => {
        while (open) {
          for (const pid of (await readFile(children, "utf8")).split(" ").filter(Boolean))
            seen += `${await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")}\n`;
        }
      })();
      const { outcome } = await copyOf(servers, as(database.url, "admin"), method, {
        onProgress: (text) => said.push(text),
      });
      open = false;
      await watching;
      assert.equal(outcome.outcome, "copied", JSON.stringify(outcome));
      if (method === "pg_dump") assert.match(seen, /pg_dump\0--snapshot=/);
      const wrong = await copyOf(servers, as(database.url, "admin").replace(canary, `${canary}x`), method);
      const refused = await copyOf(servers, as(database.url, "reader"), method);
      for (const text of [seen, ...said, JSON.stringify([wrong.outcome, refused.outcome, outcome.outcome])])
        assert.ok(!text.includes(canary));
      assert.match(JSON.stringify(wrong.outcome), /"cannot-copy".*the password is wrong/);
      assert.match(
        JSON.stringify(refused.outcome),
        /"cannot-copy".*may not read public.s, public.t.*pg_read_all_data/,
      );
      await database.end();
    });

    test("a role of the source that is called as ours is", async () => {
      const database = await filled(
        servers,
        "CREATE TABLE t (a int); ALTER TABLE t OWNER TO godwit; CREATE TABLE other (a int)",
      );
      const own = await startServers({ major: 15 });
      try {
        const { outcome, name } = await copyOf({ ...servers, local: own.local }, database.url, method);
        assert.equal(outcome.outcome, "copied", JSON.stringify(outcome));
        assert.equal(await code(urlOf(own, name), "DROP TABLE other"), "42501");
        assert.equal(await code(urlOf(own, name), "DROP TABLE t"), "done");
      } finally {
        await own.stop();
        await database.end();
      }
    });

    test("a table that is locked, policies, a source that is busy", async () => {
      const database = await filled(
        servers,
        "CREATE TABLE t (a int); INSERT INTO t VALUES (1); CREATE TABLE p (a int); ALTER TABLE p ENABLE ROW LEVEL SECURITY; GRANT SELECT ON t, p TO reader",
      );
      const policies = await copyOf(servers, as(database.url, "reader"), method);
      assert.match(JSON.stringify(policies.outcome), /row security/);
      await database.run("BEGIN; INSERT INTO t VALUES (2)");
      const busy = await copyOf(servers, database.url, method);
      assert.equal(busy.outcome.outcome, "copied", JSON.stringify(busy.outcome));
      assert.deepEqual(await rowsOf(urlOf(servers, busy.name), "SELECT * FROM t"), [{ a: 1 }]);
      await database.run("LOCK TABLE t");
      const locked = await copyOf(servers, database.url, method);
      assert.match(JSON.stringify(locked.outcome), /"cannot-copy".*lock/);
      await database.run("ROLLBACK");
      await database.end();
    });

    test("rows which are not as their constraint says are not hidden", async () => {
      const database = await filled(
        servers,
        "CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (a int REFERENCES a)",
      );
      await database.run("SET session_replication_role = replica; INSERT INTO b VALUES (1)");
      const { outcome } = await copyOf(servers, database.url, method);
      assert.match(JSON.stringify(outcome), /"cannot-copy".*b_a_fkey/);
      await database.end();
    });

    test("foreign tables reach nothing", async () => {
      const database = await filled(
        servers,
        `CREATE EXTENSION postgres_fdw; CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '127.0.0.1', port '${servers.source.port}', dbname 'postgres');
         CREATE USER MAPPING FOR postgres SERVER far OPTIONS (user 'postgres', password 'secret'); CREATE FOREIGN TABLE distant (datname name) SERVER far OPTIONS (schema_name 'pg_catalog', table_name 'pg_database')`,
      );
      const { outcome, name } = await copyOf(servers, database.url, method);
      assert.equal(outcome.outcome, "copied", JSON.stringify(outcome));
      assert.equal(await code(database.url, "SELECT FROM distant"), "done");
      assert.notEqual(await code(urlOf(servers, name, "postgres"), "SELECT FROM distant"), "done");
      assert.doesNotMatch(await dumpOf(servers, urlOf(servers, name)), /secret/);
      await database.end();
    });

    test("neither do those of a wrapper that somebody made with an extension's handler, or with another", async () => {
      const far = `OPTIONS (host '127.0.0.1', port '${servers.source.port}', dbname 'postgres')`;
      const database = await filled(
        servers,
        `CREATE EXTENSION postgres_fdw; CREATE FOREIGN DATA WRAPPER mine HANDLER postgres_fdw_handler VALIDATOR postgres_fdw_validator; CREATE SERVER far FOREIGN DATA WRAPPER mine ${far};
         CREATE USER MAPPING FOR postgres SERVER far OPTIONS (user 'postgres', password 'secret'); CREATE FOREIGN TABLE distant (datname name) SERVER far OPTIONS (schema_name 'pg_catalog', table_name 'pg_database')`,
      );
      const { outcome, name } = await copyOf(servers, database.url, method);
      assert.equal(outcome.outcome, "copied", JSON.stringify(outcome));
      assert.equal(await code(database.url, "SELECT FROM distant"), "done");
      assert.equal(await code(urlOf(servers, name, "postgres"), "SELECT FROM distant"), "58P01");
      await database.run(
        "CREATE FUNCTION handle() RETURNS fdw_handler LANGUAGE c AS '$libdir/postgres_fdw', 'postgres_fdw_handler'; CREATE FOREIGN DATA WRAPPER own HANDLER handle",
      );
      const other = await copyOf(servers, database.url, method);
      assert.match(
        JSON.stringify(other.outcome),
        /cannot copy foreign-data wrapper .*own.*: its handler is no extension's/,
      );
      await database.end();
    });

    test("an extension which the server for the copy does not have", async () => {
      const database = await filled(servers, "CREATE TABLE t (a int)");
      await database.run(
        "INSERT INTO pg_extension SELECT 99999, 'nowhere', 10, 'public'::regnamespace, false, '1', NULL, NULL",
      );
      const { outcome } = await copyOf(servers, database.url, method);
      assert.deepEqual(outcome, {
        outcome: "cannot-copy",
        reason: 'the server for the copy has no extension "nowhere"',
        remedy: "Give a clone on a server which has it: --clone URL.",
      });
      await database.end();
    });
  });
}

test("a pg_dump that fails, or is too old, on PATH", async () => {
  const database = await filled(servers, "CREATE TABLE t (a int)");
  const directory = await mkdtemp(join(tmpdir(), "godwit-path-"));
  const program = join(directory, "pg_dump");
  await writeFile(program, "#!/bin/sh\necho 'pg_dump (PostgreSQL) 14.1'\n");
  await chmod(program, 0o755);
  const { outcome } = await copyOf(servers, database.url, "pg_dump", {
    environment: { ...environmentFor("pg_dump"), PATH: directory },
  });
  assert.equal(outcome.outcome === "copied" && outcome.method, "pg_dump", "the usual places come first");
  await rm(directory, { recursive: true });
  await database.end();
});
