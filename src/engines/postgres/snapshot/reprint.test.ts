import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { startPostgres, type TestServer } from "../../../../tests/servers/postgres.ts";
import type { SchemaObject } from "../../../schema/object.ts";
import { fingerprint, type Snapshot } from "../../../schema/snapshot.ts";
import type { ScratchSession } from "../../engine.ts";
import { parsePostgresUrl } from "../connection/url.ts";
import { connectScratch } from "../scratch.ts";

let server: TestServer;
let session: ScratchSession;
let snapshot: Snapshot;

const look = () => session.snapshot({ inTransaction: false });
const hostile = String.raw`"we""ird.$1 \';--"`;

before(async () => {
  server = await startPostgres();
  session = await connectScratch(parsePostgresUrl(server.url), {});
  const error = await session.script(`
CREATE TABLE t (id int PRIMARY KEY, s varchar(9) DEFAULT 'x', g int GENERATED ALWAYS AS (1 + id) STORED, CONSTRAINT chk CHECK (s IN ('a', 'b')));
CREATE UNIQUE INDEX idx ON t (id) WHERE s = 'a';
CREATE VIEW vw AS SELECT id FROM t WHERE id > 1;
CREATE MATERIALIZED VIEW mv AS SELECT id FROM t WHERE id > 1;
CREATE FUNCTION fn(a int) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER trg BEFORE INSERT ON t FOR EACH ROW WHEN (NEW.id > 1) EXECUTE FUNCTION noted();
CREATE POLICY pol ON t FOR UPDATE USING (id > 1) WITH CHECK (id > 2);
CREATE SCHEMA ${hostile};
CREATE TABLE ${hostile}.${hostile} (${hostile} int DEFAULT 1, CONSTRAINT ${hostile} CHECK (${hostile} > 1));
CREATE INDEX "i""${hostile.slice(1)} ON ${hostile}.${hostile} (${hostile});
CREATE TRIGGER ${hostile} BEFORE INSERT ON ${hostile}.${hostile} FOR EACH ROW EXECUTE FUNCTION noted();
CREATE POLICY ${hostile} ON ${hostile}.${hostile} USING (${hostile} > 1);
CREATE VIEW ${hostile}."v""${hostile.slice(1)} AS SELECT ${hostile} FROM ${hostile}.${hostile};
`);
  assert.equal(error, undefined, JSON.stringify(error));
  snapshot = await look();
});
after(async () => {
  await session?.close();
  await server?.stop();
});

/** The object with other words for the same, as somebody might write them. */
function reworded(key: string, words: Readonly<Record<string, string>>): SchemaObject {
  const object = snapshot.objects.get(key);
  assert.ok(object, key);
  for (const [attribute, text] of Object.entries(words)) assert.notEqual(object.attributes[attribute], text);
  return { ...object, attributes: { ...object.attributes, ...words } };
}

const kinds: Readonly<Record<string, readonly [key: string, words: Readonly<Record<string, string>>]>> = {
  constraint: ["constraint public.t.chk", { definition: "CHECK (s in ('a','b'))" }],
  index: ["index public.idx", { definition: "CREATE UNIQUE INDEX idx ON public.t (id) where s='a'" }],
  view: ["view public.vw", { definition: "select t.id from public.t where t.id>1" }],
  "materialized view": [
    "materialized-view public.mv",
    { definition: "select t.id from public.t where t.id>1" },
  ],
  default: ["column public.t.s", { default: "'x'::varchar" }],
  "generated column": ["column public.t.g", { default: "1+id" }],
  function: [
    "function public.fn(a integer)",
    {
      definition:
        "CREATE OR REPLACE function public.fn(a int4) returns int4 as $function$SELECT 1$function$ language sql",
    },
  ],
  trigger: [
    "trigger public.t.trg",
    {
      definition:
        "CREATE TRIGGER trg before insert on public.t for each row when (new.id>1) execute procedure public.noted()",
    },
  ],
  policy: ["policy public.t.pol", { using: "id>1", check: "id>2" }],
};

describe("the server's own words for what is written in others", () => {
  for (const [name, [key, words]] of Object.entries(kinds)) {
    test(name, async () => {
      const own = snapshot.objects.get(key)?.attributes ?? {};
      const expected = Object.fromEntries(Object.keys(words).map((attribute) => [attribute, own[attribute]]));
      assert.deepEqual(await session.reprint([reworded(key, words)]), new Map([[key, expected]]));
    });
  }

  test("all of them at once, and the database is as it was", async () => {
    const objects = Object.values(kinds).map(([key, words]) => reworded(key, words));
    const printed = await session.reprint(objects);
    assert.deepEqual(
      [...printed.keys()].sort(),
      Object.values(kinds)
        .map(([key]) => key)
        .sort(),
    );
    assert.equal(fingerprint(await look()), fingerprint(snapshot));
  });
});

test("what is printed as before is not told, whatever the names", async () => {
  assert.deepEqual(await session.reprint([...snapshot.objects.values()]), new Map());
  assert.equal(fingerprint(await look()), fingerprint(snapshot));
});

test("hostile names", async () => {
  const own = [...snapshot.objects].filter(([, { schema }]) => schema.startsWith("we"));
  const texts = own.flatMap(([key, object]) =>
    ["definition", "default", "using"].flatMap((attribute) => {
      const text = object.attributes[attribute];
      if (typeof text !== "string" || text === "") return [];
      return [
        {
          key,
          attribute,
          object: { ...object, attributes: { ...object.attributes, [attribute]: `${text} ` } },
        },
      ];
    }),
  );
  assert.equal(texts.length, 6);
  const printed = await session.reprint(texts.map(({ object }) => object));
  for (const { key, attribute } of texts)
    assert.deepEqual(printed.get(key), { [attribute]: snapshot.objects.get(key)?.attributes[attribute] });
  assert.equal(fingerprint(await look()), fingerprint(snapshot));
});

test("what the server refuses is left out, and the others are told", async () => {
  const broken = reworded("view public.vw", { definition: "SELECT nothing FROM nowhere" });
  const [key, words] = kinds["policy"] ?? ["", {}];
  assert.deepEqual([...(await session.reprint([broken, reworded(key, words)])).keys()], [key]);
  assert.equal(fingerprint(await look()), fingerprint(snapshot));
});
