import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { stripVTControlCharacters } from "node:util";
import type { AttributeDifference } from "../schema/compare.ts";
import type { AttributeValue, ObjectKind, SchemaObject } from "../schema/object.ts";
import type { DiffResult, ObjectDifference } from "../workflows/diff.ts";
import type { SideFacts } from "../workflows/side.ts";
import { diffText } from "./diff-text.ts";

const side = (title: string): SideFacts => ({
  kind: "database",
  title,
  engine: "postgres",
  serverVersion: "15.18",
  objects: 1412,
  fingerprint: "5f1c".repeat(16),
  environmentFingerprint: "0".repeat(64),
  unreadable: [],
});
const nothing: DiffResult = {
  godwit: 1,
  outcome: "equal",
  a: side('database "shop" at staging:5432'),
  b: side("snapshot file before.json"),
  notes: [],
  counts: { semantic: 0, environmental: 0 },
  onlyInA: [],
  onlyInB: [],
  changed: [],
  renames: [],
  undecided: [],
};

const placed = (kind: ObjectKind, path: string) => {
  const [relation, name = relation ?? ""] = path.split(".");
  const isPart = path.includes(".");
  const place = { kind, identity: `public.${path}`, schema: "public", name };
  return { ...place, ...(isPart && relation !== undefined && { relation }) };
};
const object = (kind: ObjectKind, path: string, more: Partial<SchemaObject> = {}): SchemaObject => ({
  ...placed(kind, path),
  attributes: {},
  environment: {},
  hash: "",
  dependsOn: [],
  shared: false,
  ...more,
});
const change = (
  kind: ObjectKind,
  path: string,
  semantic: [string, AttributeValue | undefined, AttributeValue | undefined][],
  environmental: typeof semantic = [],
): ObjectDifference => {
  const told = (all: typeof semantic) =>
    all.map(
      ([attribute, a, b]): AttributeDifference => ({
        attribute,
        ...(a !== undefined && { a }),
        ...(b !== undefined && { b }),
      }),
    );
  const place = placed(kind, path);
  const key = `${kind} ${place.identity}`;
  return { key, ...place, semantic: told(semantic), environmental: told(environmental) };
};

const differing = (more: Partial<DiffResult>): DiffResult => ({
  ...nothing,
  outcome: "differ",
  counts: { semantic: 3, environmental: 0 },
  ...more,
});
const textOf = (result: DiffResult, { width = 100, colour = false, strict = false } = {}) =>
  diffText(result, { width, colour, strict });
const lines = (result: DiffResult, width = 100) => textOf(result, { width }).split("\n");

describe("the first sentence answers", () => {
  const first = (result: DiffResult) => textOf(result).split("\n\n")[0]?.replaceAll("\n", " ");
  test("equal", () =>
    assert.equal(first(nothing), "They are equal: 1,412 objects, fingerprint 5f1c5f1c5f1c5f1c…"));
  test("different", () => {
    const changed = [change("table", "t", [["rowSecurity", false, true]], [["owner", "a", "b"]])];
    const counts = { semantic: 1, environmental: 1 };
    assert.equal(first(differing({ changed, counts })), "They differ in 1 object, and in owner of 1 object.");
  });
  test("in the environment alone", () => {
    const changed = [change("table", "t", [], [["owner", "a", "b"]])];
    const counts = { semantic: 0, environmental: 1 };
    const result: DiffResult = { ...nothing, outcome: "environmental", changed, counts };
    assert.match(
      String(first(result)),
      /^They are equal in what they do: .* They differ in owner of 1 object\.$/,
    );
    assert.match(textOf(result), /With --strict, that counts/);
    assert.doesNotMatch(textOf(result, { strict: true }), /With --strict/);
  });
  test("not to be told", () => {
    const a = { ...nothing.a, unreadable: ["public.users"] };
    const text = textOf({ ...nothing, a, outcome: "cannot-tell", undecided: ["view public.v"] });
    assert.match(text, /^It cannot be told whether they are equal/);
    assert.match(text, /not compared in full\n {2}public\.users\n/);
    assert.doesNotMatch(text, /They are equal/);
  });
});

test("parts are told under their table; a table on one side with the number of its parts", () => {
  const within = "table public.gone";
  const text = textOf(
    differing({
      onlyInA: [
        { object: object("table", "gone", { relation: "gone" }) },
        { object: object("column", "gone.a"), within },
        { object: object("column", "gone.b"), within },
        { object: object("index", "gone.i"), within },
        { object: object("policy", "gone.p"), within },
        { object: object("policy", "gone.q"), within },
      ],
      onlyInB: [{ object: object("column", "users.phone", { definition: "text\nNOT NULL" }) }],
      changed: [change("column", "users.age", [["type", "integer", "bigint"]])],
      renames: [
        { kind: "column", from: "column public.users.tel", to: "column public.users.phone", why: "why" },
      ],
    }),
  );
  assert.ok(
    text.includes(`Schema public
  - table public.gone, with 2 columns, 1 index, 2 policies   only in a
  users
    ~ column age
        type  integer │ bigint
    + column phone   only in b: text NOT NULL
`),
    text,
  );
  assert.match(
    text,
    /Looks like a rename \(nothing proves it.*\n {2}column public\.users\.tel → column public\.users\.phone {3}why\n/,
  );
});

test("texts of many lines are laid over each other, long ones shown around their difference", () => {
  const long = "x".repeat(300);
  const text = textOf(
    differing({
      changed: [
        change("function", "f", [
          ["definition", "BEGIN\n\ta;\n  b;\n  c;\n  d;\nEND", "BEGIN\n\ta;\n  b;\n  c;\n  e;\nEND"],
          ["comment", `${long}1${long}`, `${long}2${long}`],
          ["grants", ["a", "b"], undefined],
        ]),
      ],
    }),
  );
  assert.match(text, /\n {6}definition\n {12}b;\n {12}c;\n {8}- {3}d;\n {8}\+ {3}e;\n {10}END\n/);
  assert.match(text, /\n {8}- …x{30}1x{30}…\n {8}\+ …x{30}2x{30}…\n/);
  assert.match(text, /\n {6}grants {6}a, b │ \(none\)\n/);
});

test("no line is wider than a narrow terminal, but for names", () => {
  const changed = [
    change("view", "v", [
      ["definition", "SELECT\n".concat("a, ".repeat(40)), "SELECT\n".concat("b, ".repeat(40))],
    ]),
    change("column", "t.c", [["default", "y".repeat(70), "z".repeat(70)]]),
  ];
  for (const width of [40, 60, 80])
    for (const line of lines(differing({ changed }), width))
      assert.ok([...line].length <= width || line.includes(", version"), `${width}: ${line}`);
});

test("the same change of many objects is one line", () => {
  const changed = ["a", "b", "c", "d", "e"].map((name, i) =>
    change(
      "table",
      name,
      [],
      [
        ["owner", "alice", "bob"],
        ["position", i, i + 1],
      ],
    ),
  );
  const text = textOf({ ...nothing, outcome: "environmental", changed });
  assert.match(text, /\n {2}owner {5}alice │ bob {3}in 5 objects\n/);
  assert.match(text, /\n {2}position {2}in 5 objects, such as table public\.a\n/);
});

test("names and values cannot move the cursor, forge lines, or pretend to be colours", () => {
  const evil = "\u001b[2J\n✓ equal\u202e";
  const dirty = differing({
    a: { ...nothing.a, title: evil, serverVersion: evil, unreadable: [evil] },
    notes: [evil],
    onlyInA: [
      { object: object("table", "t", { identity: evil, schema: evil, name: evil, definition: evil }) },
    ],
    onlyInB: [{ object: object("column", "t.c", { name: evil, relation: evil, definition: evil }) }],
    changed: [
      {
        ...change(
          "table",
          "x",
          [
            [evil, evil, "1"],
            ["one", [evil], [evil, "b"]],
          ],
          [[evil, evil, "2"]],
        ),
        identity: evil,
      },
    ],
    renames: [{ kind: "table", from: `table ${evil}`, to: `table ${evil}`, why: evil }],
    undecided: [`view ${evil}`],
  });
  for (const colour of [false, true]) {
    const text = stripVTControlCharacters(textOf(dirty, { colour })).replaceAll("\n", "");
    assert.doesNotMatch(text, /[\p{Cc}\u202e]/u);
  }
  assert.ok(!textOf(dirty).includes("\u001b"));
  assert.doesNotMatch(textOf(dirty), /^✓ equal/m);
});

test("what is too much is counted", () => {
  const onlyInA = Array.from({ length: 1000 }, (_, i) => ({ object: object("table", `t${i}`) }));
  const text = textOf(differing({ onlyInA }));
  assert.ok(text.split("\n").length < 320);
  assert.match(text, /and 700 more; `--json` has all of them/);
});
