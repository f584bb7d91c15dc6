import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  callsOthers,
  checkExpression,
  exclusionDefinition,
  foreignKeyDefinition,
  keyDefinition,
} from "./definition.ts";

describe("a key's definition", () => {
  const usual = { nullsNotDistinct: false, unusual: false };
  const known: Readonly<Record<string, ReturnType<typeof keyDefinition>>> = {
    "UNIQUE (email)": { ...usual, elements: ["email"] },
    'PRIMARY KEY ("Id", b)': { ...usual, elements: ['"Id"', "b"] },
    "UNIQUE NULLS NOT DISTINCT (a) INCLUDE (b) DEFERRABLE": {
      ...usual,
      elements: ["a"],
      nullsNotDistinct: true,
    },
    "CREATE UNIQUE INDEX u ON public.users USING btree (lower(email), created DESC NULLS LAST) WHERE (deleted IS NULL)":
      {
        ...usual,
        elements: ["lower(email)", "created"],
        where: "(deleted IS NULL)",
      },
    'CREATE UNIQUE INDEX "USING (x)" ON ONLY public."a(b" USING btree (((data ->> \'k,(\'::text)), name text_pattern_ops) INCLUDE (c) NULLS NOT DISTINCT':
      { ...usual, elements: ["((data ->> 'k,('::text))", "name"], nullsNotDistinct: true },
    "CREATE UNIQUE INDEX u ON public.t USING btree (public.fold(a, 1), (a || b))": {
      ...usual,
      elements: ["public.fold(a, 1)", "(a || b)"],
    },
    'CREATE UNIQUE INDEX u ON public.t USING btree (a COLLATE "C")': {
      ...usual,
      elements: ["a"],
      unusual: true,
    },
    "CREATE UNIQUE INDEX u ON public.t USING btree (a public.citext_ops)": {
      ...usual,
      elements: ["a"],
      unusual: true,
    },
    "CREATE INDEX u ON public.t USING btree (a)": undefined,
    "CHECK ((a > 0))": undefined,
  };
  for (const [definition, expected] of Object.entries(known)) {
    test(definition, () => assert.deepEqual(keyDefinition(definition), expected));
  }
});

test("a foreign key's definition", () => {
  assert.deepEqual(
    foreignKeyDefinition(
      'FOREIGN KEY ("teamId", b) REFERENCES public."Team("(id, "B""") MATCH FULL ON DELETE CASCADE DEFERRABLE',
    ),
    {
      columns: ["teamId", "b"],
      schema: "public",
      table: "Team(",
      references: ["id", 'B"'],
      matchFull: true,
    },
  );
  assert.equal(foreignKeyDefinition("UNIQUE (a)"), undefined);
});

test("a check's condition", () => {
  assert.equal(
    checkExpression("CHECK (((price > (0)::numeric) AND (name <> ')'::text))) NO INHERIT"),
    "((price > (0)::numeric) AND (name <> ')'::text))",
  );
  assert.equal(checkExpression("UNIQUE (a)"), undefined);
});

test("whether an expression calls what is not the server's own", () => {
  for (const own of [
    "(price > 1.5)",
    "(a = 'x.y'::text)",
    "lower(email)",
    "(m = 'a'::public.mood)",
    '(a < (0)::"Odd".number)',
  ])
    assert.equal(callsOthers(own), false, own);
  for (const other of [
    "public.fold(a)",
    '"My".f(a)',
    "(a OPERATOR(public.=) b)",
    "(lower(public.fold(a)) > b)",
  ])
    assert.equal(callsOthers(other), true, other);
});

test("an exclusion's definition", () => {
  assert.deepEqual(
    exclusionDefinition(
      'EXCLUDE USING gist (room WITH =, "Du, ring" WITH &&, int4range(a, (b + 1)) WITH -|-) WHERE ((NOT free)) DEFERRABLE',
    ),
    {
      elements: [
        { expression: "room", column: "room", operator: "=" },
        { expression: '"Du, ring"', column: "Du, ring", operator: "&&" },
        { expression: "int4range(a, (b + 1))", operator: "-|-" },
      ],
      where: "(NOT free)",
    },
  );
  assert.deepEqual(
    exclusionDefinition("EXCLUDE USING gist (net inet_ops WITH OPERATOR(public.&&))")?.elements,
    [{ expression: "net", column: "net", operator: "OPERATOR(public.&&)" }],
  );
  // A collation of its own, options of the operator class.
  assert.equal(exclusionDefinition('EXCLUDE USING btree (name COLLATE "C" WITH =)'), undefined);
  assert.equal(exclusionDefinition("EXCLUDE USING gist (a gist_x_ops (siglen='8') WITH =)"), undefined);
  assert.equal(exclusionDefinition("UNIQUE (a)"), undefined);
});
