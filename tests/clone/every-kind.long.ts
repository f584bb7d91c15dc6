import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { postgres } from "../../src/engines/postgres/engine.ts";
import { openSession } from "../../src/engines/postgres/session.ts";
import { environmentFingerprint, fingerprint, type Snapshot, snapshotOf } from "../../src/schema/snapshot.ts";
import { makeDatabase, type TestDatabase } from "../heart/database.ts";
import { Random, seed } from "../scenarios/random.ts";
import { type Major, majors, serverOf, whyNot } from "../servers/majors.ts";
import { beyondPgDumpFor, execute, roles, statementsFor } from "./every-kind/fill.ts";
import { canary } from "./every-kind/rest.ts";
import { copyOf, dumpOf, type Method, rowsOf, type Servers, startServers, urlOf } from "./servers.ts";

/**
 * Copies are compared with what they were made of in two ways: by the snapshot, and by pg_dump, which knows nothing of
 * it. The dump of a copy made by our own reading is to be that of the source.
 */
let started: Promise<Servers> | undefined;
function servers(): Promise<Servers> {
  started ??= startServers({ major: 15 }).then(async (all) => {
    await rowsOf(all.source.url, roles);
    return all;
  });
  return started;
}
after(async () => (await started)?.stop());

async function snapshotAt(url: string): Promise<Snapshot> {
  const session = await openSession(postgres.parse(url));
  return session.snapshot().finally(() => session.close());
}

/** What a copy does not have: a subscription's slot, and that it is enabled; it would take what is the source's. */
function withoutSlots({ objects }: Snapshot): Snapshot {
  return snapshotOf(
    [...objects.values()].map((object) => {
      const { slot: _slot, enabled: _enabled, ...environment } = object.environment;
      return object.kind === "subscription" ? { ...object, environment, hash: object.hash } : object;
    }),
  );
}

/** Where objects differ, for people; by hand, as `differences` is under test too. */
function differing(a: Snapshot, b: Snapshot): string[] {
  const keys = new Set([...a.objects.keys(), ...b.objects.keys()]);
  return [...keys].flatMap((key) => {
    const [one, other] = [a.objects.get(key), b.objects.get(key)].map((object) =>
      JSON.stringify(object && [object.attributes, object.environment]),
    );
    return one === other ? [] : [`${key}: ${one} is ${other}`];
  });
}

async function sameSnapshots(source: string, copy: string): Promise<Snapshot> {
  const [a, b] = await Promise.all([snapshotAt(source), snapshotAt(copy)]);
  assert.deepEqual(differing(withoutSlots(a), withoutSlots(b)), []);
  assert.equal(fingerprint(b), fingerprint(a));
  assert.equal(environmentFingerprint(withoutSlots(b)), environmentFingerprint(withoutSlots(a)));
  return a;
}

/** Secrets and connections are not copied; neither is the slot. */
function comparable(dump: string): string {
  return dump
    .replaceAll(canary, "[redacted]")
    .replaceAll(/^(CREATE SUBSCRIPTION .*) CONNECTION '[^']*'/gm, "$1")
    .replaceAll(/slot_name = (?:NONE|'[^']*')/g, "slot_name");
}

async function copied(database: TestDatabase, method: Method): Promise<string> {
  const { outcome, name } = await copyOf(await servers(), database.url, method);
  assert.equal(outcome.outcome === "copied" ? outcome.method : outcome.reason, method);
  return urlOf(await servers(), name);
}

/** The entries of dumps are compared, each to the letter: circles are in the order of object identifiers. */
async function sameDumps(source: string, copy: string): Promise<void> {
  const [expected = "", actual = ""] = await Promise.all(
    [source, copy].map(async (url) => dumpOf(await servers(), url)),
  );
  assert.doesNotMatch(actual, new RegExp(canary));
  const entries = (dump: string) => comparable(dump).split("--\n-- Name: ").toSorted();
  const [those, these] = [entries(expected), entries(actual)];
  assert.deepEqual(
    these.filter((entry) => !those.includes(entry)),
    those.filter((entry) => !these.includes(entry)),
  );
  assert.equal(these.length, those.length);
}

async function filled(statements: readonly string[]): Promise<TestDatabase> {
  const database = await makeDatabase((await servers()).source);
  assert.deepEqual(await execute(database, statements), []);
  return database;
}

/** A value for each kind of type; the types without a binary form too. */
const rows = `INSERT INTO every.of_types VALUES ('b "q"', 'abc@d', ROW ('s', 'z', '{x}'), '7', 'text', '[1,5)', '{"[1,2)"}', 'c');
INSERT INTO every.fast (b) VALUES ('x'); SELECT nextval('every."Seq *"');
UPDATE pg_inherits SET inhdetachpending = true WHERE inhrelid = 'every.other_part'::regclass`;

describe("PostgreSQL 15, beside pg_dump", () => {
  test("every kind of object, by our own reading", async () => {
    const database = await filled([...statementsFor(15, { contrib: true }), ...rows.split("\n")]);
    const copy = await copied(database, "own");
    await sameDumps(database.url, copy);
    const snapshot = await sameSnapshots(database.url, copy);
    const kinds = new Set([...snapshot.objects.values()].map(({ kind }) => kind));
    assert.deepEqual(
      allKinds.filter((kind) => !kinds.has(kind)),
      [],
    );
    await database.end();
  });

  test("every kind of object, by pg_dump", async () => {
    const database = await filled(statementsFor(15, { contrib: true }));
    const copy = await copied(database, "pg_dump");
    const [a, b] = await Promise.all([snapshotAt(database.url), snapshotAt(copy)]);
    assert.equal(fingerprint(b), fingerprint(a));
    // pg_dump puts an heir's columns in another order, and makes an extension in its newest version.
    const other = differing(withoutSlots(a), withoutSlots(b)).map((text) => text.split(":", 1)[0]);
    assert.deepEqual(
      other.filter(
        (key) => !/^(?:column every\.(?:late_heir|heir|of_two)\.|extension citext$)/.test(key ?? ""),
      ),
      [],
    );
    assert.doesNotMatch(await dumpOf(await servers(), copy), new RegExp(canary));
    await database.end();
  });

  test("circles which pg_dump does not bring into an order", async () => {
    const database = await filled([...statementsFor(15, { contrib: true }), ...beyondPgDumpFor(15)]);
    const copy = await copied(database, "own");
    await sameSnapshots(database.url, copy);
    assert.deepEqual(await rowsOf(copy, "SELECT every.ping(3) AS a, NULL::every.defaulted IS NULL AS b"), [
      { a: 0, b: true },
    ]);
    await database.end();
  });

  for (const name of ["one order", "another order"])
    test(`made in ${name} (GODWIT_SEED=${seed})`, async () => {
      const database = await makeDatabase((await servers()).source);
      const statements = new Random(name).shuffle([
        ...statementsFor(15, { contrib: true }),
        ...beyondPgDumpFor(15),
      ]);
      // A type that is but announced cannot be made by whoever does not own it.
      const givesAway = (text: string) => / OWNER TO /.test(text);
      const refused = [
        ...(await execute(
          database,
          statements.filter((text) => !givesAway(text)),
        )),
        ...(await execute(database, statements.filter(givesAway))),
      ];
      // What came too early for good: a type's name after the type, an heir of what has grown meanwhile.
      assert.ok(refused.length < statements.length / 15, JSON.stringify(refused, undefined, 1));
      const copy = await copied(database, "own");
      await sameDumps(database.url, copy);
      await sameSnapshots(database.url, copy);
      await database.end();
    });

  test("what cannot be made is named, with the reason", async () => {
    const database = await filled(["CREATE SCHEMA every", ...lost]);
    await database.run("UPDATE pg_proc SET probin = '$libdir/nowhere' WHERE proname LIKE 'lost%'");
    const { outcome } = await copyOf(await servers(), database.url, "own");
    assert.match(
      outcome.outcome === "copied" ? "copied" : outcome.reason,
      /^cannot copy function every\.lost\(\): could not access file "\$libdir\/nowhere": .* \(58P01\); language "Lost \*": function every\.lost\(\) does not exist \(42883\); function every\.spoken\(\): language "Lost \*" does not exist \(42704\)$/,
    );
    await database.end();
  });
});

const lost = [
  "CREATE FUNCTION every.lost() RETURNS language_handler LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_call_handler'",
  'CREATE LANGUAGE "Lost *" HANDLER every.lost',
  `CREATE FUNCTION every.spoken() RETURNS int LANGUAGE "Lost *" AS ''`,
];

for (const major of majors.filter((each) => each !== 15))
  test(`PostgreSQL ${major}`, async (context) => {
    const missing = await whyNot(major);
    if (missing !== false) return context.skip(missing);
    await onOneServer(major);
  });

/** pg_dump of another version is not to be had: only snapshots are compared, on one server. */
async function onOneServer(major: Major): Promise<void> {
  const server = await serverOf(major);
  await rowsOf(server.url, roles);
  const database = await makeDatabase(server);
  const statements = [...statementsFor(major, { contrib: false }), ...beyondPgDumpFor(major)];
  assert.deepEqual(await execute(database, statements), []);
  const into = await postgres.scratch.createDatabase(postgres.parse(server.url), "the_copy", {
    encoding: "UTF8",
  });
  const outcome = await postgres.copyDatabase({
    source: postgres.parse(database.url),
    into,
    level: "full",
    tables: [],
    always: [],
    environment: { GODWIT_PG_BINARIES: "none" },
  });
  assert.equal(outcome.outcome, "copied", JSON.stringify(outcome));
  await sameSnapshots(database.url, server.url.replace(/\/postgres$/, "/the_copy"));
  await database.end();
}

/** Kinds of which the schema has at least one object. */
const allKinds = [
  "schema",
  "extension",
  "table",
  "column",
  "constraint",
  "index",
  "sequence",
  "view",
  "materialized-view",
  "function",
  "trigger",
  "rule",
  "policy",
  "enum",
  "enum-value",
  "domain",
  "type",
  "cast",
  "operator",
  "operator-class",
  "operator-family",
  "access-method",
  "collation",
  "conversion",
  "language",
  "transform",
  "statistics",
  "text-search-parser",
  "text-search-template",
  "text-search-dictionary",
  "text-search-configuration",
  "foreign-data-wrapper",
  "foreign-server",
  "user-mapping",
  "event-trigger",
  "publication",
  "publication-table",
  "publication-schema",
  "subscription",
  "default-privileges",
] as const;
