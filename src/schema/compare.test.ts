import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { type Comparison, compareSnapshots } from "./compare.ts";
import type { AttributeValue, ObjectKind, SchemaObject } from "./object.ts";
import { environmentFingerprint, fingerprint, hashOf, type Snapshot, snapshotOf } from "./snapshot.ts";

type Values = Record<string, AttributeValue>;

function make(
  kind: ObjectKind,
  path: string,
  attributes: Values = {},
  more: Partial<SchemaObject> = {},
): SchemaObject {
  const parts = path.split(".");
  const identity = `public.${path}`;
  const place = { schema: "public", name: parts.at(-1) ?? "" };
  const relation = parts.length > 1 ? { relation: parts[0] as string } : {};
  const hash = hashOf({ kind, identity, attributes });
  return {
    kind,
    identity,
    ...place,
    ...relation,
    attributes,
    environment: {},
    hash,
    dependsOn: [],
    shared: false,
    ...more,
  };
}

const table = (name: string, columns: Values, more: SchemaObject[] = []) => [
  make("table", name, {}, { relation: name }),
  ...Object.entries(columns).map(([column, type], position) =>
    make("column", `${name}.${column}`, { type, notNull: true }, { environment: { position } }),
  ),
  ...more,
];

const compared = (a: SchemaObject[], b: SchemaObject[]) => compareSnapshots(snapshotOf(a), snapshotOf(b));
const suggested = (a: SchemaObject[], b: SchemaObject[]) =>
  compared(a, b).renames.map(({ from, to, why }) => `${from} -> ${to}: ${why}`);

const value = fc.oneof(
  fc.constantFrom("", "x", "y"),
  fc.integer({ min: 0, max: 1 }),
  fc.boolean(),
  fc.array(fc.constantFrom("x", "y"), { maxLength: 2 }),
);
const values = fc.dictionary(fc.constantFrom("a", "b", "constructor"), value, { noNullPrototype: true });
const anyObject = fc
  .tuple(
    fc.constantFrom<ObjectKind>("table", "column", "index", "enum", "enum-value", "function", "view"),
    fc.constantFrom("t", "u", "t.a", "t.b", "u.a"),
    values,
    values,
    fc.boolean(),
  )
  .map(([kind, path, attributes, environment, environmental]) =>
    make(kind, path, attributes, { environment, ...(environmental && { environmental }) }),
  );
const snapshots: fc.Arbitrary<Snapshot> = fc
  .uniqueArray(anyObject, { selector: ({ kind, identity }) => `${kind} ${identity}`, maxLength: 12 })
  .map((objects) => snapshotOf(objects));

const isSemantic = ({ onlyInA, onlyInB, changed }: Comparison) =>
  [...onlyInA, ...onlyInB].some(({ object }) => !object.environmental) ||
  changed.some(({ semantic }) => semantic.length > 0);

describe("what holds of all snapshots", () => {
  test("nothing differs from itself", () => {
    const nothing = { onlyInA: [], onlyInB: [], changed: [], renames: [], undecided: [] };
    fc.assert(
      fc.property(snapshots, (a) => {
        assert.deepEqual(compareSnapshots(a, snapshotOf([...a.objects.values()])), nothing);
      }),
    );
  });
  test("the other way round it is the mirror image", () => {
    const sides = (differences: Comparison["changed"], turned: boolean) =>
      differences.map(({ key, semantic, environmental }) => [
        key,
        ...[semantic, environmental].map((all) =>
          all
            .map(({ attribute, a, b }) => JSON.stringify(turned ? [attribute, b, a] : [attribute, a, b]))
            .sort(),
        ),
      ]);
    fc.assert(
      fc.property(snapshots, snapshots, (a, b) => {
        const there = compareSnapshots(a, b);
        const back = compareSnapshots(b, a);
        assert.deepEqual(there.onlyInA, back.onlyInB);
        assert.deepEqual(there.onlyInB, back.onlyInA);
        assert.deepEqual(sides(there.changed, false), sides(back.changed, true));
        assert.deepEqual(
          there.renames.map(({ from, to, why }) => JSON.stringify([from, to, why])).sort(),
          back.renames.map(({ from, to, why }) => JSON.stringify([to, from, why])).sort(),
        );
      }),
      { numRuns: 500 },
    );
  });
  test("nothing semantic differs exactly where the fingerprints are equal; nothing at all, where both are", () => {
    fc.assert(
      fc.property(snapshots, fc.option(snapshots, { nil: undefined }), values, (a, other, environment) => {
        const redressed = [...a.objects.values()].map((one, i) => (i === 0 ? { ...one, environment } : one));
        const b = other ?? snapshotOf(redressed);
        const comparison = compareSnapshots(a, b);
        const { onlyInA, onlyInB, changed } = comparison;
        const equal = fingerprint(a) === fingerprint(b);
        assert.equal(!isSemantic(comparison), equal);
        const environmentIsEqual = environmentFingerprint(a) === environmentFingerprint(b);
        assert.equal(onlyInA.length + onlyInB.length + changed.length === 0, equal && environmentIsEqual);
      }),
      { numRuns: 500 },
    );
  });
  test("a suggestion is of one kind, each object in one at most, and both are listed", () => {
    fc.assert(
      fc.property(snapshots, snapshots, (a, b) => {
        const { renames } = compareSnapshots(a, b);
        for (const { kind, from, to } of renames) {
          assert.equal(a.objects.get(from)?.kind, kind);
          assert.equal(b.objects.get(to)?.kind, kind);
          assert.ok(!b.objects.has(from) && !a.objects.has(to));
        }
        assert.equal(new Set(renames.map(({ from }) => from)).size, renames.length);
        assert.equal(new Set(renames.map(({ to }) => to)).size, renames.length);
      }),
      { numRuns: 500 },
    );
  });
});

test("an attribute is told with both values, the environment apart", () => {
  const a = make("column", "t.a", { type: "int", default: "0" }, { environment: { owner: "x" } });
  const b = make("column", "t.a", { type: "bigint", check: ["p"] }, { environment: { owner: "y" } });
  const [change] = compared([a], [b]).changed;
  assert.deepEqual(change?.semantic, [
    { attribute: "type", a: "int", b: "bigint" },
    { attribute: "default", a: "0" },
    { attribute: "check", b: ["p"] },
  ]);
  assert.deepEqual(change?.environmental, [{ attribute: "owner", a: "x", b: "y" }]);
});

test("what is environmental as a whole differs in its environment alone", () => {
  const privileges = (grants: string) =>
    make("default-privileges", "owner", { grants }, { environmental: true });
  const { changed } = compared([privileges("r")], [privileges("w")]);
  assert.deepEqual(changed[0]?.semantic, []);
  assert.deepEqual(changed[0]?.environmental, [{ attribute: "grants", a: "r", b: "w" }]);
});

test("parts are within a table that only this side has, and in no other", () => {
  const sequence = make("sequence", "s", { ownedBy: "public.t" });
  const { onlyInA } = compared(
    [...table("t", { id: "int" }, [sequence]), make("column", "u.a")],
    table("u", {}),
  );
  assert.deepEqual(
    onlyInA.map(({ object, within }) => [object.identity, within]),
    [
      ["public.t.id", "table public.t"],
      ["public.u.a", undefined],
      ["public.s", "table public.t"],
      ["public.t", undefined],
    ],
  );
});

test("behind a lock, what is not there is not known; what is there is compared", () => {
  const locked = make("view", "v", { owner: "x", definition: "" }, { unreadable: true });
  const read = make("view", "v", { owner: "y", definition: "SELECT 1", rows: 1 });
  for (const [a, b] of [
    [locked, read],
    [read, locked],
  ] as const) {
    const { changed, undecided } = compared([a], [b]);
    assert.deepEqual(undecided, ["view public.v"]);
    assert.deepEqual(
      changed[0]?.semantic.map(({ attribute }) => attribute),
      ["owner"],
    );
  }
});

describe("what looks like a rename", () => {
  const columns = { id: "int", email: "text", name: "text", age: "int", city: "text" };
  test("a table with most of its columns", () => {
    assert.deepEqual(suggested(table("users", columns), table("people", columns)), [
      "table public.users -> table public.people: all 5 columns are equal",
    ]);
    const { city: _, ...fewer } = columns;
    assert.deepEqual(suggested(table("users", columns), table("people", { ...fewer, zip: "text" })), [
      "table public.users -> table public.people: 4 of 6 columns are equal",
    ]);
    assert.deepEqual(suggested(table("users", columns), table("orders", { id: "int", total: "int" })), []);
  });
  test("but not where two tables would do as well", () => {
    assert.deepEqual(
      suggested(table("users", columns), [...table("a", columns), ...table("b", columns)]),
      [],
    );
  });
  test("a column of the same table, at its place where there are several", () => {
    const all = table("t", { a: "text", b: "text", c: "int" });
    assert.deepEqual(suggested(all, table("t", { a: "text", x: "text", c: "int" })), [
      "column public.t.b -> column public.t.x: all attributes are equal, at the same place",
    ]);
    assert.deepEqual(suggested(all, table("t", { x: "text", y: "text", c: "int" })), [
      "column public.t.a -> column public.t.x: all attributes are equal, at the same place",
      "column public.t.b -> column public.t.y: all attributes are equal, at the same place",
    ]);
    assert.deepEqual(suggested(all, table("t", { a: "text", x: "uuid", c: "int" })), [
      "column public.t.b -> column public.t.x: all attributes but type are equal, at the same place",
    ]);
    const elsewhere = [...table("t", { a: "text", c: "int" }), ...table("u", { b: "text" })];
    assert.deepEqual(suggested([...all, ...table("u", {})], elsewhere), []);
  });
  test("an index or a function whose definition states its name", () => {
    const index = (name: string) =>
      make("index", name, { definition: `CREATE INDEX ${name} ON public.t (a)` }, { relation: "t" });
    const of = (name: string) => [...table("t", {}), index(name)];
    assert.deepEqual(suggested(of("old"), of("new")), [
      "index public.old -> index public.new: all attributes are equal",
    ]);
    const f = (name: string, body: string) =>
      make("function", name, { definition: `FUNCTION public."${name}"() ${body}` });
    assert.equal(suggested([f("Old", "1")], [f("New", "1")]).length, 1);
    assert.deepEqual(suggested([f("Old", "1")], [f("New", "2")]), []);
  });
  test("an enum by its values, never for having nothing that could differ", () => {
    const of = (name: string, labels: string[]) => [
      make("enum", name),
      ...labels.map((label, i) => make("enum-value", `${name}.${label}`, { after: labels[i - 1] ?? "" })),
    ];
    assert.deepEqual(suggested(of("mood", ["sad", "ok"]), of("feeling", ["sad", "ok"])), [
      "enum public.mood -> enum public.feeling: all 2 values are equal",
    ]);
    assert.deepEqual(suggested(of("mood", []), of("feeling", [])), []);
    assert.deepEqual(suggested([make("schema", "a")], [make("schema", "b")]), []);
  });
});
