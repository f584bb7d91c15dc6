import { type Mutation, nothing, semantic } from "./mutation.ts";

const twice = "function app.twice(n integer)";
const several = "function app.several(n integer, OUT a integer, OUT b text)";
const total = "function app.total(integer)";
const aggregate = (rest: string) =>
  `DROP AGGREGATE total(int); CREATE AGGREGATE total(int) (SFUNC = int4pl, STYPE = int, ${rest})`;

export const functions: readonly Mutation[] = [
  semantic(
    twice,
    "CREATE OR REPLACE FUNCTION twice(n int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 2 * n'",
  ),
  semantic(
    twice,
    "CREATE OR REPLACE FUNCTION twice(n int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT n *  2'",
    { name: "a space more in a body" },
  ),
  nothing(
    "CREATE OR REPLACE FUNCTION twice(n int) RETURNS int LANGUAGE sql IMMUTABLE AS $body$SELECT n * 2$body$",
  ),
  semantic(
    twice,
    "CREATE OR REPLACE FUNCTION twice(n int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN n * 2; END'",
  ),
  semantic(twice, "ALTER FUNCTION twice(int) STABLE"),
  semantic(twice, "ALTER FUNCTION twice(int) VOLATILE"),
  semantic(twice, "ALTER FUNCTION twice(int) STRICT"),
  semantic(twice, "ALTER FUNCTION twice(int) SECURITY DEFINER"),
  semantic(twice, "ALTER FUNCTION twice(int) LEAKPROOF"),
  semantic(twice, "ALTER FUNCTION twice(int) PARALLEL SAFE"),
  semantic(twice, "ALTER FUNCTION twice(int) PARALLEL RESTRICTED"),
  semantic(twice, "ALTER FUNCTION twice(int) COST 5"),
  semantic(several, "ALTER FUNCTION several(int) ROWS 60"),
  semantic(several, "ALTER FUNCTION several(int) COST 8"),
  semantic(twice, "ALTER FUNCTION twice(int) SET work_mem = '1MB'"),
  semantic(twice, "ALTER FUNCTION twice(int) SET search_path = app, public"),
  semantic(twice, "ALTER FUNCTION twice(int) RESET work_mem", {
    setup: "ALTER FUNCTION twice(int) SET work_mem = '1MB'",
  }),
  semantic(twice, "ALTER FUNCTION twice(int) SUPPORT generate_series_int4_support"),
  semantic(twice, "ALTER FUNCTION twice(int) DEPENDS ON EXTENSION citext"),
  nothing(
    "ALTER FUNCTION twice(int) IMMUTABLE CALLED ON NULL INPUT SECURITY INVOKER NOT LEAKPROOF PARALLEL UNSAFE COST 100",
  ),
  semantic([twice, "function app.thrice(n integer)"], "ALTER FUNCTION twice(int) RENAME TO thrice"),
  semantic([twice, "function other.twice(n integer)"], "ALTER FUNCTION twice(int) SET SCHEMA other"),
  semantic(
    "function app.twice(n double precision)",
    "CREATE FUNCTION twice(n float8) RETURNS float8 LANGUAGE sql AS 'SELECT n'",
    { name: "an overload" },
  ),
  semantic("function app.twice(n text)", "DROP FUNCTION twice(text)"),
  semantic(
    "function app.twice(n text)",
    "DROP FUNCTION twice(text); CREATE FUNCTION twice(n text) RETURNS varchar LANGUAGE sql AS 'SELECT n || n'",
  ),
  semantic(
    "function app.twice(n text)",
    "DROP FUNCTION twice(text); CREATE FUNCTION twice(n text) RETURNS SETOF text LANGUAGE sql AS 'SELECT n || n'",
  ),
  semantic(
    "function app.naming(m text)",
    "DROP FUNCTION naming; CREATE FUNCTION naming(m text) RETURNS text LANGUAGE sql AS 'SELECT $1'",
    {
      setup: "CREATE FUNCTION naming(n text) RETURNS text LANGUAGE sql AS 'SELECT $1'",
      name: "another name of an argument",
    },
  ),
  semantic(
    "function app.defaulted(a integer, b integer, VARIADIC c integer[])",
    "CREATE OR REPLACE FUNCTION defaulted(a int, b int DEFAULT 3, VARIADIC c int[] DEFAULT '{}') RETURNS int LANGUAGE sql AS 'SELECT a + b'",
  ),
  semantic(
    "function app.defaulted(a integer, b integer, c integer[])",
    "DROP FUNCTION defaulted; CREATE FUNCTION defaulted(a int, b int DEFAULT 2, c int[] DEFAULT '{}') RETURNS int LANGUAGE sql AS 'SELECT a + b'",
  ),
  semantic(
    several,
    "DROP FUNCTION several(int); CREATE FUNCTION several(n int) RETURNS TABLE (a int, b text) LANGUAGE sql ROWS 50 COST 7 AS 'SELECT n, ''x'''",
    { name: "a table is returned instead of two arguments" },
  ),
  semantic(
    "function app.windowed()",
    "DROP FUNCTION windowed; CREATE FUNCTION windowed() RETURNS bigint LANGUAGE internal WINDOW AS 'window_rank'",
  ),
  semantic(
    "function app.converted(n integer)",
    "CREATE OR REPLACE FUNCTION converted(n int) RETURNS int LANGUAGE sql TRANSFORM FOR TYPE int AS 'SELECT n'",
    {
      setup: "CREATE FUNCTION converted(n int) RETURNS int LANGUAGE sql AS 'SELECT n'",
      name: "a function with a transform",
    },
  ),
  semantic(
    "function app.read()",
    "CREATE OR REPLACE FUNCTION read() RETURNS bigint BEGIN ATOMIC SELECT count(*) FROM item WHERE status IN ('new'); END",
    { since: 14 },
  ),
  semantic(
    "function app.read()",
    "CREATE OR REPLACE FUNCTION read() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM item WHERE status IN (''new'', ''old'')'",
    { since: 14 },
  ),
  semantic("function app.work()", "CREATE OR REPLACE PROCEDURE work() LANGUAGE sql AS 'SELECT 2'"),
  semantic(
    "function app.worked(IN a integer)",
    "CREATE OR REPLACE PROCEDURE worked(a int DEFAULT 2) LANGUAGE sql AS 'SELECT 1'",
    {
      since: 14,
      setup: "CREATE PROCEDURE worked(a int DEFAULT 1) LANGUAGE sql AS 'SELECT 1'",
    },
  ),
  semantic("function app.work()", "ALTER PROCEDURE work SECURITY DEFINER"),
  semantic(
    "function app.work()",
    "DROP PROCEDURE work; CREATE FUNCTION work() RETURNS void LANGUAGE sql AS 'SELECT 1'",
    { name: "a function instead of a procedure" },
  ),

  semantic(total, aggregate("INITCOND = '1'")),
  semantic(total, aggregate("PARALLEL = SAFE, INITCOND = '0'")),
  semantic(
    total,
    "DROP AGGREGATE total(int); CREATE AGGREGATE total(int) (SFUNC = int4mul, STYPE = int, INITCOND = '0')",
  ),
  semantic(
    total,
    "DROP AGGREGATE total(int); CREATE AGGREGATE total(int) (SFUNC = int4_sum, STYPE = bigint, INITCOND = '0')",
  ),
  semantic(total, aggregate("INITCOND = '0', SSPACE = 100")),
  semantic(total, aggregate("INITCOND = '0', FINALFUNC = int4abs")),
  semantic(total, aggregate("INITCOND = '0', FINALFUNC = int4abs, FINALFUNC_MODIFY = SHAREABLE"), {
    setup: aggregate("INITCOND = '0', FINALFUNC = int4abs"),
    name: "FINALFUNC_MODIFY",
  }),
  semantic(total, aggregate("INITCOND = '0', COMBINEFUNC = int4pl")),
  semantic(total, aggregate("INITCOND = '0', SORTOP = <")),
  semantic(
    total,
    aggregate("INITCOND = '0', MSFUNC = int4pl, MINVFUNC = int4mi, MSTYPE = int, MINITCOND = '0'"),
  ),
  semantic(
    total,
    aggregate(
      "INITCOND = '0', MSFUNC = int4pl, MINVFUNC = int4mi, MSTYPE = int, MINITCOND = '5', MSSPACE = 9",
    ),
    {
      setup: aggregate("INITCOND = '0', MSFUNC = int4pl, MINVFUNC = int4mi, MSTYPE = int, MINITCOND = '5'"),
      name: "MSSPACE",
    },
  ),
  semantic(
    total,
    aggregate(
      "INITCOND = '0', MSFUNC = int4pl, MINVFUNC = int4mi, MSTYPE = int, MINITCOND = '5', MFINALFUNC = int4abs",
    ),
    {
      setup: aggregate("INITCOND = '0', MSFUNC = int4pl, MINVFUNC = int4mi, MSTYPE = int, MINITCOND = '5'"),
      name: "MFINALFUNC",
    },
  ),
  nothing(aggregate("INITCOND = '0'")),
  semantic(
    "function app.middle(double precision ORDER BY anyelement)",
    "DROP AGGREGATE middle(float8 ORDER BY anyelement); CREATE AGGREGATE middle(float8 ORDER BY anyelement) (SFUNC = ordered_set_transition, STYPE = internal, FINALFUNC = percentile_disc_final, FINALFUNC_EXTRA, FINALFUNC_MODIFY = READ_ONLY)",
  ),
];
