import type { Statements } from "./relations.ts";

/** Schemas, extensions, access methods, types and collations; before what uses them. */
export const types: Statements = [
  {
    from: 13,
    sql: `
CREATE SCHEMA every AUTHORIZATION "App Owner";
CREATE SCHEMA "We""ird *.?";
COMMENT ON SCHEMA every IS 'schema';
CREATE EXTENSION citext WITH SCHEMA "We""ird *.?" VERSION '1.4';
COMMENT ON EXTENSION citext IS 'another comment';
CREATE ACCESS METHOD every_heap TYPE TABLE HANDLER heap_tableam_handler;
CREATE ACCESS METHOD every_btree TYPE INDEX HANDLER bthandler;
COMMENT ON ACCESS METHOD every_btree IS 'access method';
CREATE OPERATOR FAMILY every."Family *" USING every_btree;
COMMENT ON OPERATOR FAMILY every."Family *" USING every_btree IS 'family';
CREATE OPERATOR CLASS every_btree_ops DEFAULT FOR TYPE int USING every_btree AS OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 btint4cmp(int, int);

CREATE TYPE every."Enum *" AS ENUM ('it''s', 'b "q"', '', 'ü \\');
ALTER TYPE every."Enum *" ADD VALUE 'between' AFTER 'it''s';
COMMENT ON TYPE every."Enum *" IS 'enum';
CREATE TYPE every.nothing AS ENUM ();
CREATE COLLATION every."Collation *" (LC_COLLATE = 'C', LC_CTYPE = 'POSIX');
CREATE COLLATION every.german (PROVIDER = icu, LOCALE = 'de-u-co-phonebk', DETERMINISTIC = false);
COMMENT ON COLLATION every.german IS 'collation';
CREATE TYPE every.address AS (street text, gone int, zip varchar(5), tags "We""ird *.?".citext[]);
ALTER TYPE every.address DROP ATTRIBUTE gone;
COMMENT ON TYPE every.address IS 'composite';
COMMENT ON COLUMN every.address.zip IS 'attribute';
CREATE TYPE every.empty AS ();
CREATE TYPE every.collated AS (a text COLLATE every.german, b interval hour to minute);
CREATE FUNCTION every.is_fine(text) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT $1 <> ''''';
CREATE DOMAIN every."Domain *" AS varchar(30) COLLATE "C" DEFAULT 'x@y' NOT NULL CONSTRAINT at_sign CHECK (VALUE ~ '@') CONSTRAINT fine CHECK (every.is_fine(VALUE));
ALTER DOMAIN every."Domain *" ADD CONSTRAINT "later *" CHECK (length(VALUE) > 3) NOT VALID;
COMMENT ON DOMAIN every."Domain *" IS 'domain';
COMMENT ON CONSTRAINT "later *" ON DOMAIN every."Domain *" IS 'domain constraint';
CREATE DOMAIN every.of_domain AS every."Domain *"[] CHECK (cardinality(VALUE) < 9);

CREATE FUNCTION every.difference(float8, float8) RETURNS float8 LANGUAGE sql IMMUTABLE AS 'SELECT $1 - $2';
CREATE TYPE every.floats AS RANGE (SUBTYPE = float8, SUBTYPE_DIFF = every.difference);
CREATE TYPE every.texts AS RANGE (SUBTYPE = text, SUBTYPE_OPCLASS = text_pattern_ops, COLLATION = "C");
COMMENT ON TYPE every.floats IS 'range';

CREATE TYPE every.shell;
COMMENT ON TYPE every.shell IS 'shell';
CREATE TYPE every.number;
CREATE FUNCTION every.number_in(cstring) RETURNS every.number LANGUAGE internal IMMUTABLE STRICT AS 'int4in';
CREATE FUNCTION every.number_out(every.number) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int4out';
CREATE FUNCTION every.number_send(every.number) RETURNS bytea LANGUAGE internal IMMUTABLE STRICT AS 'int4send';
CREATE FUNCTION every.number_receive(internal) RETURNS every.number LANGUAGE internal IMMUTABLE STRICT AS 'int4recv';
CREATE TYPE every.number (INPUT = every.number_in, OUTPUT = every.number_out, SEND = every.number_send, RECEIVE = every.number_receive, INTERNALLENGTH = 4, PASSEDBYVALUE, ALIGNMENT = int4, STORAGE = plain, CATEGORY = 'N', PREFERRED = true, DEFAULT = '12', DELIMITER = ';');
COMMENT ON TYPE every.number IS 'base type';
CREATE TYPE every."Text *";
CREATE FUNCTION every.text_in(cstring) RETURNS every."Text *" LANGUAGE internal IMMUTABLE STRICT AS 'textin';
CREATE FUNCTION every.text_out(every."Text *") RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
CREATE FUNCTION every.typmod_in(cstring[]) RETURNS int LANGUAGE internal IMMUTABLE STRICT AS 'varchartypmodin';
CREATE FUNCTION every.typmod_out(int) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'varchartypmodout';
CREATE TYPE every."Text *" (INPUT = every.text_in, OUTPUT = every.text_out, TYPMOD_IN = every.typmod_in, TYPMOD_OUT = every.typmod_out, LIKE = text, COLLATABLE = true);
CREATE TYPE every.steps;
CREATE FUNCTION every.normal(every.steps) RETURNS every.steps LANGUAGE internal IMMUTABLE STRICT AS 'int4range_canonical';
CREATE TYPE every.steps AS RANGE (SUBTYPE = int, CANONICAL = every.normal, SUBTYPE_DIFF = int4range_subdiff);
CREATE TABLE every.of_types (e every."Enum *", d every."Domain *", a every.address, n every.number DEFAULT '3', t every."Text *"(7), s every.steps, f every.floats[], c text COLLATE every.german);`,
  },
  {
    from: 14,
    sql: `
CREATE TYPE every.named AS RANGE (SUBTYPE = numeric, MULTIRANGE_TYPE_NAME = every."Many *");
CREATE TABLE every.of_multirange (m every."Many *");
CREATE TYPE every.listed;
CREATE FUNCTION every.listed_in(cstring) RETURNS every.listed LANGUAGE internal IMMUTABLE STRICT AS 'namein';
CREATE FUNCTION every.listed_out(every.listed) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'nameout';
CREATE FUNCTION every.listed_subscript(internal) RETURNS internal LANGUAGE internal IMMUTABLE STRICT AS 'raw_array_subscript_handler';
CREATE TYPE every.listed (INPUT = every.listed_in, OUTPUT = every.listed_out, INTERNALLENGTH = 64, ALIGNMENT = char, ELEMENT = "char", SUBSCRIPT = every.listed_subscript);`,
  },
  {
    from: 16,
    sql: `CREATE COLLATION every.ruled (PROVIDER = icu, LOCALE = 'und', RULES = '&V << w <<< W');`,
  },
  {
    from: 17,
    sql: `
CREATE COLLATION every.built_in (PROVIDER = builtin, LOCALE = 'C.UTF-8');
CREATE DOMAIN every.needed AS int CONSTRAINT "named *" NOT NULL;`,
  },
  { from: 18, sql: `CREATE COLLATION every.folded (PROVIDER = builtin, LOCALE = 'PG_UNICODE_FAST');` },
];
