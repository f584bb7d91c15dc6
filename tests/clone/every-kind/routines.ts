import type { Statements } from "./relations.ts";

/** Functions, aggregates, operators, casts, languages; text search. */
export const routines: Statements = [
  {
    from: 13,
    sql: `
CREATE FUNCTION every.noted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE FUNCTION every."Many *"(VARIADIC n int[] DEFAULT '{}') RETURNS TABLE (a int, "b c" text) LANGUAGE sql COST 7 ROWS 3 PARALLEL SAFE STRICT SECURITY DEFINER SET search_path = public, pg_temp SET work_mem = '7MB' AS $$ SELECT 1, 'x;' $$;
CREATE FUNCTION every.overloaded(a int, OUT b text, INOUT c int DEFAULT 3) LANGUAGE sql STABLE LEAKPROOF AS 'SELECT ''x'', 1';
CREATE FUNCTION every.overloaded(a text, c int) RETURNS SETOF record LANGUAGE sql AS 'SELECT 1, 2';
CREATE FUNCTION every.overloaded("We""ird *.?".citext) RETURNS text[] LANGUAGE internal AS 'array_in';
CREATE FUNCTION every.windowed() RETURNS bigint LANGUAGE internal WINDOW AS 'window_row_number';
CREATE FUNCTION every.supported(int, int) RETURNS SETOF int LANGUAGE internal STRICT IMMUTABLE SUPPORT generate_series_int4_support AS 'generate_series_int4';
CREATE PROCEDURE every.done(INOUT x int DEFAULT 1, y text DEFAULT 'it''s') LANGUAGE plpgsql AS $p$ BEGIN x := x + 1; END $p$;
COMMENT ON FUNCTION every."Many *"(int[]) IS 'function';
COMMENT ON PROCEDURE every.done(int, text) IS 'procedure';
ALTER FUNCTION every.windowed() DEPENDS ON EXTENSION citext;

CREATE AGGREGATE every.joined(text, text) (SFUNC = string_agg_transfn, STYPE = internal, SSPACE = 99, FINALFUNC = string_agg_finalfn, PARALLEL = safe);
CREATE AGGREGATE every."Moving *"(a int) (SFUNC = int4pl, STYPE = int, INITCOND = '0', MSFUNC = int4pl, MINVFUNC = int4mi, MSTYPE = int, MSSPACE = 12, MINITCOND = '0', COMBINEFUNC = int4pl, PARALLEL = restricted);
CREATE AGGREGATE every.half(float8 ORDER BY anyelement) (SFUNC = ordered_set_transition, STYPE = internal, FINALFUNC = percentile_disc_final, FINALFUNC_EXTRA, FINALFUNC_MODIFY = READ_WRITE);
CREATE AGGREGATE every.ranked(VARIADIC "any" ORDER BY VARIADIC "any") (SFUNC = ordered_set_transition_multi, STYPE = internal, FINALFUNC = rank_final, FINALFUNC_EXTRA, FINALFUNC_MODIFY = SHAREABLE, HYPOTHETICAL);
CREATE AGGREGATE every.counting(*) (SFUNC = int8inc, STYPE = int8, INITCOND = '0');
CREATE AGGREGATE every.parallel(numeric) (SFUNC = numeric_avg_accum, STYPE = internal, FINALFUNC = numeric_avg, COMBINEFUNC = numeric_avg_combine, SERIALFUNC = numeric_avg_serialize, DESERIALFUNC = numeric_avg_deserialize, MSFUNC = numeric_avg_accum, MINVFUNC = numeric_accum_inv, MSTYPE = internal, MFINALFUNC = numeric_avg, MFINALFUNC_MODIFY = SHAREABLE, PARALLEL = safe);
CREATE AGGREGATE every.least(int) (SFUNC = int4smaller, STYPE = int, SORTOP = OPERATOR(pg_catalog.<));
COMMENT ON AGGREGATE every.half(float8 ORDER BY anyelement) IS 'aggregate';
COMMENT ON AGGREGATE every.counting(*) IS 'aggregate of rows';

CREATE FUNCTION every.same(every.number, every.number) RETURNS bool LANGUAGE internal IMMUTABLE STRICT AS 'int4eq';
CREATE FUNCTION every.other(every.number, every.number) RETURNS bool LANGUAGE internal IMMUTABLE STRICT AS 'int4ne';
CREATE FUNCTION every.less(every.number, every.number) RETURNS bool LANGUAGE internal IMMUTABLE STRICT AS 'int4lt';
CREATE FUNCTION every.greater(every.number, every.number) RETURNS bool LANGUAGE internal IMMUTABLE STRICT AS 'int4gt';
CREATE FUNCTION every.atmost(every.number, every.number) RETURNS bool LANGUAGE internal IMMUTABLE STRICT AS 'int4le';
CREATE FUNCTION every.atleast(every.number, every.number) RETURNS bool LANGUAGE internal IMMUTABLE STRICT AS 'int4ge';
CREATE FUNCTION every.compared(every.number, every.number) RETURNS int LANGUAGE internal IMMUTABLE STRICT AS 'btint4cmp';
CREATE FUNCTION every.hash(every.number) RETURNS int LANGUAGE internal IMMUTABLE STRICT AS 'hashint4';
CREATE FUNCTION every.minus(every.number) RETURNS every.number LANGUAGE internal IMMUTABLE STRICT AS 'int4um';
CREATE OPERATOR every.= (FUNCTION = every.same, LEFTARG = every.number, RIGHTARG = every.number, COMMUTATOR = OPERATOR(every.=), NEGATOR = OPERATOR(every.<>), RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES);
CREATE OPERATOR every.<> (FUNCTION = every.other, LEFTARG = every.number, RIGHTARG = every.number, COMMUTATOR = OPERATOR(every.<>), NEGATOR = OPERATOR(every.=), RESTRICT = neqsel, JOIN = neqjoinsel);
CREATE OPERATOR every.< (FUNCTION = every.less, LEFTARG = every.number, RIGHTARG = every.number, COMMUTATOR = OPERATOR(every.>), NEGATOR = OPERATOR(every.>=));
CREATE OPERATOR every.> (FUNCTION = every.greater, LEFTARG = every.number, RIGHTARG = every.number, COMMUTATOR = OPERATOR(every.<), NEGATOR = OPERATOR(every.<=));
CREATE OPERATOR every.<= (FUNCTION = every.atmost, LEFTARG = every.number, RIGHTARG = every.number, COMMUTATOR = OPERATOR(every.>=), NEGATOR = OPERATOR(every.>));
CREATE OPERATOR every.>= (FUNCTION = every.atleast, LEFTARG = every.number, RIGHTARG = every.number, COMMUTATOR = OPERATOR(every.<=), NEGATOR = OPERATOR(every.<));
CREATE OPERATOR "We""ird *.?".@#@ (FUNCTION = every.minus, RIGHTARG = every.number);
COMMENT ON OPERATOR every.= (every.number, every.number) IS 'operator';
COMMENT ON OPERATOR "We""ird *.?".@#@ (NONE, every.number) IS 'prefix operator';
CREATE OPERATOR FAMILY every.numbers USING btree;
CREATE OPERATOR CLASS every."Class *" DEFAULT FOR TYPE every.number USING btree FAMILY every.numbers AS OPERATOR 1 every.<, OPERATOR 2 every.<=, OPERATOR 3 every.=, OPERATOR 4 every.>=, OPERATOR 5 every.>, FUNCTION 1 every.compared(every.number, every.number);
COMMENT ON OPERATOR CLASS every."Class *" USING btree IS 'class';
CREATE FUNCTION every.mixed(every.number, int) RETURNS int LANGUAGE internal IMMUTABLE STRICT AS 'btint4cmp';
CREATE FUNCTION every.mixed_less(every.number, int) RETURNS bool LANGUAGE internal IMMUTABLE STRICT AS 'int4lt';
CREATE OPERATOR every.< (FUNCTION = every.mixed_less, LEFTARG = every.number, RIGHTARG = int);
ALTER OPERATOR FAMILY every.numbers USING btree ADD OPERATOR 1 every.< (every.number, int), FUNCTION 1 (every.number, int) every.mixed(every.number, int);
CREATE OPERATOR CLASS every.hashes FOR TYPE every.number USING hash AS OPERATOR 1 every.=, FUNCTION 1 every.hash(every.number);
CREATE OPERATOR CLASS every.points FOR TYPE point USING gist AS OPERATOR 15 <->(point, point) FOR ORDER BY float_ops, FUNCTION 1 gist_point_consistent(internal, point, smallint, oid, internal), FUNCTION 2 gist_box_union(internal, internal), FUNCTION 3 gist_point_compress(internal), FUNCTION 5 gist_box_penalty(internal, internal, internal), FUNCTION 6 gist_box_picksplit(internal, internal), FUNCTION 7 gist_box_same(box, box, internal), FUNCTION 8 gist_point_distance(internal, point, smallint, oid, internal), STORAGE box;
CREATE INDEX number_index ON every.of_types (n);
CREATE VIEW every.sorted AS SELECT n FROM every.of_types WHERE n OPERATOR(every.<) '5' ORDER BY n USING OPERATOR(every.<);

CREATE FUNCTION every.to_number(text) RETURNS every.number LANGUAGE sql IMMUTABLE STRICT AS 'SELECT $1::int::text::cstring::text::every.number';
CREATE CAST (text AS every.number) WITH FUNCTION every.to_number(text) AS ASSIGNMENT;
CREATE CAST (every.number AS int) WITHOUT FUNCTION AS IMPLICIT;
CREATE CAST (every.number AS every."Text *") WITH INOUT;
COMMENT ON CAST (every.number AS int) IS 'cast';
CREATE FUNCTION every."handle *"() RETURNS language_handler LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_call_handler';
CREATE FUNCTION every.handle_inline(internal) RETURNS void LANGUAGE c STRICT AS '$libdir/plpgsql', 'plpgsql_inline_handler';
CREATE FUNCTION every.validate(oid) RETURNS void LANGUAGE c STRICT AS '$libdir/plpgsql', 'plpgsql_validator';
CREATE LANGUAGE "Language *" HANDLER every."handle *" INLINE every.handle_inline VALIDATOR every.validate;
CREATE TRUSTED LANGUAGE trusted HANDLER every."handle *";
COMMENT ON LANGUAGE "Language *" IS 'language';
CREATE FUNCTION every.in_language() RETURNS int LANGUAGE "Language *" AS 'BEGIN RETURN 1; END';
CREATE FUNCTION every.from_sql(internal) RETURNS internal LANGUAGE internal IMMUTABLE AS 'array_in';
CREATE TRANSFORM FOR every.number LANGUAGE "Language *" (FROM SQL WITH FUNCTION every.from_sql(internal), TO SQL WITH FUNCTION every.number_receive(internal));
COMMENT ON TRANSFORM FOR every.number LANGUAGE "Language *" IS 'transform';
CREATE CONVERSION every."Conversion *" FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
CREATE DEFAULT CONVERSION every.usual FOR 'UTF8' TO 'LATIN1' FROM utf8_to_iso8859_1;
COMMENT ON CONVERSION every.usual IS 'conversion';

CREATE TEXT SEARCH PARSER every."Parser *" (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, HEADLINE = prsd_headline, LEXTYPES = prsd_lextype);
CREATE TEXT SEARCH TEMPLATE every."Template *" (INIT = dsimple_init, LEXIZE = dsimple_lexize);
CREATE TEXT SEARCH TEMPLATE every.without_init (LEXIZE = dsimple_lexize);
CREATE TEXT SEARCH DICTIONARY every."Dictionary *" (TEMPLATE = every."Template *", stopwords = 'english', accept = false);
CREATE TEXT SEARCH DICTIONARY every.plain (TEMPLATE = simple);
CREATE TEXT SEARCH CONFIGURATION every."Configuration *" (PARSER = every."Parser *");
ALTER TEXT SEARCH CONFIGURATION every."Configuration *" ADD MAPPING FOR asciiword, word WITH every."Dictionary *", english_stem;
ALTER TEXT SEARCH CONFIGURATION every."Configuration *" ADD MAPPING FOR int WITH every.plain;
COMMENT ON TEXT SEARCH PARSER every."Parser *" IS 'parser';
COMMENT ON TEXT SEARCH TEMPLATE every."Template *" IS 'template';
COMMENT ON TEXT SEARCH DICTIONARY every."Dictionary *" IS 'dictionary';
COMMENT ON TEXT SEARCH CONFIGURATION every."Configuration *" IS 'configuration';
CREATE TABLE every.searched (a text, b tsvector GENERATED ALWAYS AS (to_tsvector('every."Configuration *"', a)) STORED);`,
  },
  {
    from: 14,
    sql: `
CREATE FUNCTION every.standard(a int) RETURNS int LANGUAGE sql RETURN a + 1;
CREATE FUNCTION every.reading() RETURNS SETOF every.gaps LANGUAGE sql BEGIN ATOMIC SELECT * FROM every.gaps; END;
CREATE PROCEDURE every.out_only(OUT x int) LANGUAGE plpgsql AS 'BEGIN x := 1; END';
COMMENT ON PROCEDURE every.out_only() IS 'out only';`,
  },
];
