import type { Statements } from "./relations.ts";

/** Objects which need each other: each is made, and later altered to need one that came after it. */
export const circles: Statements = [
  {
    from: 13,
    sql: `
CREATE VIEW every.circular AS SELECT 1 AS a, 'x'::text AS "B *", NULL::every."Domain *" AS c;
CREATE FUNCTION every.label(every.circular) RETURNS text LANGUAGE sql STABLE AS 'SELECT $1."B *"';
CREATE OR REPLACE VIEW every.circular AS SELECT 1 AS a, 'x'::text AS "B *", NULL::every."Domain *" AS c, every.label(NULL) AS d;
CREATE VIEW every.view_a AS SELECT 1 AS a;
CREATE VIEW every.view_b AS SELECT a FROM every.view_a;
CREATE RULE to_b AS ON INSERT TO every.view_a DO INSTEAD INSERT INTO every.view_b VALUES (new.a);
CREATE RULE to_a AS ON DELETE TO every.view_b DO INSTEAD DELETE FROM every.view_a WHERE a = old.a;
CREATE TABLE every.rowed (a int, b text);
CREATE FUNCTION every.of_row(every.rowed) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT $1.b';
ALTER TABLE every.rowed ALTER b SET DEFAULT every.of_row(NULL), ADD CHECK (every.of_row(rowed) <> 'x');
CREATE INDEX rowed_index ON every.rowed (every.of_row(rowed));
CREATE DOMAIN every.checked AS int;
CREATE FUNCTION every.check(every.checked) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT $1 > 0';
ALTER DOMAIN every.checked ADD CHECK (every.check(VALUE));`,
  },
];

/** Circles which pg_dump writes down in an order that cannot be restored. */
export const beyondPgDump: Statements = [
  {
    from: 13,
    sql: `
CREATE DOMAIN every.defaulted AS int;
CREATE FUNCTION every.first_value() RETURNS every.defaulted LANGUAGE sql IMMUTABLE AS 'SELECT 1::every.defaulted';
ALTER DOMAIN every.defaulted SET DEFAULT every.first_value();`,
  },
  {
    from: 14,
    sql: `
CREATE FUNCTION every.ping(a int DEFAULT 1) RETURNS int LANGUAGE sql RETURN a;
CREATE FUNCTION every.pong(a int) RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT every.ping(a - 1); END;
CREATE OR REPLACE FUNCTION every.ping(a int DEFAULT 1) RETURNS int LANGUAGE sql RETURN CASE WHEN a > 0 THEN every.pong(a) ELSE 0 END;
CREATE TABLE every.computing (a int, c int);
CREATE FUNCTION every.compute(int) RETURNS int LANGUAGE sql IMMUTABLE BEGIN ATOMIC SELECT count(*)::int FROM every.computing WHERE c = $1; END;
ALTER TABLE every.computing ADD COLUMN b int GENERATED ALWAYS AS (every.compute(a)) STORED;`,
  },
];
