import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { engineOf } from "../../src/engines/registry.ts";
import type { Testimony } from "../../src/timeline/locate/fit.ts";
import { locate } from "../../src/timeline/locate/locate.ts";
import { lookCloser, replay } from "../../src/timeline/replay.ts";
import { startPostgres, type TestServer } from "../servers/postgres.ts";
import { makeDatabase } from "./database.ts";

/** Statements that begin with a star leave no trace in the schema. */
const histories: Record<string, string[][]> = {
  "squashed from a dump": [
    [
      "*SET statement_timeout = 0",
      "*SELECT pg_catalog.set_config('search_path', '', false)",
      "CREATE TYPE public.role AS ENUM ('user', 'admin')",
      "*SET default_tablespace = ''",
      "CREATE TABLE public.account (id integer NOT NULL, role public.role DEFAULT 'user'::public.role, mail varchar(80))",
      "CREATE SEQUENCE public.account_id_seq AS integer START WITH 1",
      "ALTER SEQUENCE public.account_id_seq OWNED BY public.account.id",
      "ALTER TABLE ONLY public.account ALTER COLUMN id SET DEFAULT nextval('public.account_id_seq'::regclass)",
      "ALTER TABLE ONLY public.account ADD CONSTRAINT account_pkey PRIMARY KEY (id)",
      "*INSERT INTO public.account (mail) SELECT n || '@x' FROM generate_series(1, 50) n",
    ],
    [
      "CREATE INDEX account_mail ON public.account (mail) WHERE mail IN ('a', 'b')",
      "ALTER TABLE public.account ADD COLUMN born date",
    ],
    [
      "CREATE VIEW public.admins AS SELECT id FROM public.account WHERE role = 'admin'",
      "ALTER TABLE public.account ALTER COLUMN mail TYPE text",
    ],
  ],
  "a table that is made twice": [
    ["CREATE TABLE note (id serial PRIMARY KEY, body text)", "*INSERT INTO note (body) VALUES ('a'), ('b')"],
    ["CREATE TABLE tag (id int PRIMARY KEY, name text NOT NULL)", "*INSERT INTO tag VALUES (1, 'x')"],
    ["DROP TABLE note"],
    [
      "CREATE TABLE note (id serial PRIMARY KEY, body text)",
      "ALTER TABLE note ADD COLUMN tag int REFERENCES tag (id)",
      "*INSERT INTO note (body, tag) VALUES ('c', 1)",
    ],
    [
      "ALTER TABLE tag RENAME COLUMN name TO owner",
      "ALTER TABLE tag RENAME owner TO holder",
      "CREATE UNIQUE INDEX tag_holder ON tag (holder)",
    ],
  ],
  "with data on the way": [
    [
      "CREATE TABLE person (id int PRIMARY KEY, first text, last text)",
      "*INSERT INTO person SELECT n, 'f' || n, 'l' || n FROM generate_series(1, 100) n",
    ],
    [
      "ALTER TABLE person ADD COLUMN name text",
      "*UPDATE person SET name = first || ' ' || last",
      "ALTER TABLE person ALTER COLUMN name SET NOT NULL",
      "ALTER TABLE person DROP COLUMN first",
      "ALTER TABLE person DROP COLUMN last",
    ],
    [
      "CREATE TABLE visit (id int PRIMARY KEY, person int NOT NULL)",
      "*INSERT INTO visit SELECT n, n FROM generate_series(1, 100) n",
      "ALTER TABLE visit ADD CONSTRAINT visit_person FOREIGN KEY (person) REFERENCES person (id) NOT VALID",
      "ALTER TABLE visit VALIDATE CONSTRAINT visit_person",
      "*DELETE FROM visit WHERE id > 50",
    ],
    ["*UPDATE person SET name = upper(name)"],
    ["CREATE TABLE copied AS SELECT * FROM person", "ALTER TABLE copied ADD PRIMARY KEY (id)"],
  ],
};

let server: TestServer;
before(async () => {
  server = await startPostgres({ settings: { max_connections: "60" } });
});
after(() => server?.stop());

for (const [name, history] of Object.entries(histories)) {
  test(`${name}: at every cut, with and without a history, what ran is told from what did not`, async (t) => {
    const engine = await engineOf(server.url);
    const migrations = history.map((statements, m) => ({
      name: `m${m}`,
      file: `m${m}.sql`,
      checksums: [],
      sql: statements.map((one) => `${one.replace(/^\*/, "")};\n`).join(""),
    }));
    const wishes = {
      migrations,
      split: engine.split,
      leaveOut: () => false,
      fresh: async () => {
        const { url, end } = await makeDatabase(server);
        await end();
        return engine.scratch.connect(engine.parse(url), { schema: "public" });
      },
    };
    const first = await replay(wishes);
    assert.equal(first.failure, undefined);
    const real = await makeDatabase(server);
    const session = await engine.connect(engine.parse(real.url));
    const tally = { told: 0, unknown: 0 };
    const judgeCut = async (done: readonly number[]) => {
      const snapshot = await session.snapshot();
      for (const knows of [true, false]) {
        const testimony = history.map((statements, m): Testimony => {
          if (!knows) return "silent";
          return done[m] === statements.length ? "ran" : (done[m] ?? 0) > 0 ? "failed" : "did-not";
        });
        const looked = {
          snapshot,
          testimony,
          perhapsUndone: new Set<string>(),
          strangers: false,
          leaveOut: () => false,
        };
        const { closer } = locate(first, looked);
        const again = closer.refine.size + closer.reprint.size > 0;
        const { verdicts, residue } = locate(again ? await lookCloser(first, closer, wishes) : first, looked);
        assert.deepEqual(
          [residue.missing, residue.different, residue.extra, residue.foreign],
          [[], [], [], []],
        );
        for (const [m, { actual, statementsPresent, untraced }] of verdicts.entries()) {
          const statements = history[m] ?? [];
          const ran = statements.slice(0, done[m]);
          const where = `${done.join()}, history ${knows}: m${m} is ${actual}`;
          const traced = ran.flatMap((one, i) => (one.startsWith("*") ? [] : [i + 1]));
          const waiting = statements.slice(done[m]).some((one) => !one.startsWith("*"));
          tally[actual === "unknown" ? "unknown" : "told"]++;
          if (actual === "unknown") {
            assert.ok(!knows, where);
            continue;
          }
          if (traced.length === 0) assert.ok(actual === "absent" || actual === "no-trace", where);
          else if (waiting) {
            assert.equal(actual, "partial", where);
            assert.deepEqual(statementsPresent, traced, where);
          } else assert.ok(actual === "present" || actual === "overwritten", where);
          const data = statements.flatMap((one, i) =>
            /^\*(?:INSERT|UPDATE|DELETE)|^CREATE TABLE \w+ AS/.test(one) ? [i + 1] : [],
          );
          assert.deepEqual(untraced, data, where);
        }
      }
    };
    try {
      const done = history.map(() => 0);
      await judgeCut(done);
      for (const [m, statements] of history.entries()) {
        for (const statement of statements) {
          await real.run(statement.replace(/^\*/, ""));
          done[m] = (done[m] ?? 0) + 1;
          await judgeCut(done);
        }
      }
    } finally {
      await session.close();
      await real.end();
    }
    t.diagnostic(JSON.stringify(tally));
    assert.ok(tally.unknown <= tally.told / 10, JSON.stringify(tally));
  });
}
