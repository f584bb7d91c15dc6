import { both, environmental, type Mutation, nothing, semantic } from "./mutation.ts";

const range = (rest: string) => `DROP TYPE span; CREATE TYPE span AS RANGE (${rest})`;
const baseType = (rest: string) => `
CREATE TYPE base; CREATE FUNCTION base_in(cstring) RETURNS base LANGUAGE internal IMMUTABLE STRICT AS 'int4in';
CREATE FUNCTION base_out(base) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int4out';
CREATE TYPE base (INPUT = base_in, OUTPUT = base_out, INTERNALLENGTH = 4, PASSEDBYVALUE${rest})`;
const otherBase = (rest: string) =>
  semantic("type app.base", `DROP TYPE base CASCADE; ${baseType(rest)}`, {
    setup: baseType(""),
    name: `a base type with${rest.slice(1)}`,
  });
const long = (rest: string) => `
CREATE TYPE long; CREATE FUNCTION long_in(cstring) RETURNS long LANGUAGE internal IMMUTABLE STRICT AS 'textin';
CREATE FUNCTION long_out(long) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
CREATE TYPE long (INPUT = long_in, OUTPUT = long_out${rest})`;
const collation = (rest: string) => `DROP COLLATION plain; CREATE COLLATION plain (${rest})`;

export const types: readonly Mutation[] = [
  semantic("enum-value app.mood.angry", "ALTER TYPE mood ADD VALUE 'angry'"),
  semantic("enum-value app.mood.angry", "ALTER TYPE mood ADD VALUE 'angry' BEFORE 'sad'"),
  semantic("enum-value app.mood.angry", "ALTER TYPE mood ADD VALUE 'angry' AFTER 'sad'"),
  semantic(
    ["enum-value app.mood.ok", "enum-value app.mood.fine"],
    "ALTER TYPE mood RENAME VALUE 'ok' TO 'fine'",
  ),
  semantic(["enum-value app.e.a", "enum-value app.e.b"], "DROP TYPE e; CREATE TYPE e AS ENUM ('b', 'a')", {
    setup: "CREATE TYPE e AS ENUM ('a', 'b')",
    name: "another order of an enum's values",
  }),
  nothing("ALTER TYPE mood RENAME VALUE 'ok' TO 'fine'; ALTER TYPE mood RENAME VALUE 'fine' TO 'ok'"),
  semantic(["enum app.mood", "enum app.temper"], "ALTER TYPE mood RENAME TO temper"),
  semantic(["column app.moods.m", "enum app.temper"], "ALTER TYPE mood RENAME TO temper", {
    name: "a type with another name, and columns of arrays of it",
    setup: "CREATE TABLE moods (m mood[] DEFAULT '{ok}')",
  }),
  semantic(
    ["column app.moods.m", "enum-value app.mood.fine"],
    "ALTER TYPE mood RENAME VALUE 'ok' TO 'fine'",
    {
      name: "a value with another name, in a default of an array",
      setup: "CREATE TABLE moods (m mood[] DEFAULT '{ok}')",
    },
  ),
  semantic(
    ["column app.several.one", "table app.third_base"],
    "ALTER TABLE second_base RENAME TO third_base",
    {
      name: "a table with another name, whose rows are columns",
      setup: "CREATE TABLE several (one second_base, many second_base[])",
    },
  ),
  semantic("enum app.empty", "CREATE TYPE empty AS ENUM ()"),

  semantic("domain app.positive", "ALTER DOMAIN positive DROP NOT NULL", { bothSince: 17 }),
  semantic("domain app.positive", "ALTER DOMAIN positive SET DEFAULT 2"),
  semantic("domain app.positive", "ALTER DOMAIN positive DROP DEFAULT"),
  semantic("domain app.word", "ALTER DOMAIN word SET NOT NULL", { bothSince: 17 }),
  semantic(
    "constraint app.positive.above",
    "ALTER DOMAIN positive DROP CONSTRAINT above; ALTER DOMAIN positive ADD CONSTRAINT above CHECK (VALUE > 1)",
  ),
  semantic(
    "constraint app.positive.above",
    "ALTER DOMAIN positive DROP CONSTRAINT above; ALTER DOMAIN positive ADD CONSTRAINT above CHECK (VALUE > 0) NOT VALID",
  ),
  semantic("constraint app.positive.below", "ALTER DOMAIN positive ADD CONSTRAINT below CHECK (VALUE < 100)"),
  semantic(
    ["constraint app.positive.above", "constraint app.positive.over"],
    "ALTER DOMAIN positive RENAME CONSTRAINT above TO over",
  ),
  semantic(
    "domain app.word",
    "DROP DOMAIN word; CREATE DOMAIN word AS text CONSTRAINT short CHECK (length(VALUE) < 20)",
    { name: "a domain without its collation" },
  ),
  semantic(
    ["domain app.word", "constraint app.word.short"],
    'DROP DOMAIN word; CREATE DOMAIN word AS varchar(9) COLLATE "C" CONSTRAINT short CHECK (length(VALUE) < 20)',
    { name: "a domain over another type" },
  ),
  nothing("ALTER DOMAIN positive SET DEFAULT 1"),

  semantic("type app.pair", "ALTER TYPE pair ADD ATTRIBUTE c int"),
  semantic("type app.pair", "ALTER TYPE pair DROP ATTRIBUTE b"),
  semantic("type app.pair", "ALTER TYPE pair ALTER ATTRIBUTE a TYPE bigint"),
  semantic("type app.pair", "ALTER TYPE pair ALTER ATTRIBUTE b TYPE text COLLATE german"),
  semantic("type app.pair", "ALTER TYPE pair RENAME ATTRIBUTE a TO c"),
  semantic(
    "type app.pair",
    'DROP TYPE pair CASCADE; CREATE TYPE pair AS (b text COLLATE "C", a int); CREATE CAST (pair AS text) WITH INOUT',
    { name: "another order of attributes" },
  ),
  nothing("ALTER TYPE pair ADD ATTRIBUTE c int; ALTER TYPE pair DROP ATTRIBUTE c"),

  semantic("type app.span", range("subtype = date")),
  semantic("type app.span", range("subtype = float8")),
  semantic(
    "type app.span",
    range("subtype = float8, subtype_diff = span_diff, multirange_type_name = spans"),
    { since: 14 },
  ),
  semantic(
    "type app.words_range",
    'DROP TYPE words_range; CREATE TYPE words_range AS RANGE (subtype = text, collation = "C")',
    { setup: "CREATE TYPE words_range AS RANGE (subtype = text)" },
  ),
  semantic(
    "type app.words_range",
    "DROP TYPE words_range; CREATE TYPE words_range AS RANGE (subtype = text, subtype_opclass = text_pattern_ops)",
    { setup: "CREATE TYPE words_range AS RANGE (subtype = text)" },
  ),
  nothing(range("subtype = float8, subtype_diff = app.span_diff, subtype_opclass = float8_ops")),

  otherBase(", DEFAULT = '7'"),
  otherBase(", DELIMITER = ';'"),
  otherBase(", CATEGORY = 'N'"),
  otherBase(", PREFERRED = true"),
  otherBase(", COLLATABLE = true"),
  { ...otherBase(", ELEMENT = int2"), until: 13 },
  otherBase(", ANALYZE = array_typanalyze"),
  otherBase(", TYPMOD_IN = numerictypmodin, TYPMOD_OUT = numerictypmodout"),
  { ...otherBase(", SUBSCRIPT = raw_array_subscript_handler, ELEMENT = int4"), since: 14 },
  semantic("type app.degree", "ALTER TYPE degree SET (SEND = degree_send)"),
  semantic("type app.long", `DROP TYPE long CASCADE; ${long(", ALIGNMENT = double")}`, {
    setup: long(""),
    name: "another alignment",
  }),
  semantic("type app.long", "ALTER TYPE long SET (STORAGE = extended)", {
    setup: long(""),
  }),
  semantic("type app.shell", "DROP TYPE shell"),
  semantic("type app.hull", "CREATE TYPE hull"),

  semantic("collation app.plain", collation("LC_COLLATE = 'POSIX', LC_CTYPE = 'C'")),
  semantic("collation app.plain", collation("LC_COLLATE = 'C', LC_CTYPE = 'POSIX'")),
  both("collation app.plain", collation("PROVIDER = icu, LOCALE = 'und'")),
  semantic(
    "collation app.german",
    "DROP COLLATION german; CREATE COLLATION german (PROVIDER = icu, LOCALE = 'de-AT')",
  ),
  semantic(
    "collation app.german",
    "DROP COLLATION german; CREATE COLLATION german (PROVIDER = icu, LOCALE = 'de', DETERMINISTIC = false)",
  ),
  semantic(
    "collation app.german",
    "DROP COLLATION german; CREATE COLLATION german (PROVIDER = icu, LOCALE = 'de', RULES = '& a < g')",
    { since: 16 },
  ),
  semantic(
    "collation app.built",
    "DROP COLLATION built; CREATE COLLATION built (PROVIDER = builtin, LOCALE = 'C.UTF-8')",
    { since: 17, setup: "CREATE COLLATION built (PROVIDER = builtin, LOCALE = 'C')" },
  ),
  environmental(
    "collation app.german",
    "UPDATE pg_collation SET collversion = '1' WHERE collname = 'german'",
    { notInDump: "pg_dump shows versions of collations to pg_upgrade only" },
  ),
  nothing("ALTER COLLATION german REFRESH VERSION"),
];
