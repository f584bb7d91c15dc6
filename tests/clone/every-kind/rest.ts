import type { Statements } from "./relations.ts";

/** A word that must be on no copy. */
export const canary = "Canary-pw-123";

/** What stands above schemas: foreign data, publications, event triggers; owners and privileges. */
export const rest: Statements = [
  {
    from: 13,
    sql: `
CREATE FUNCTION every.validate_options(text[], oid) RETURNS bool LANGUAGE sql AS 'SELECT true';
CREATE FOREIGN DATA WRAPPER "Wrapper *" VALIDATOR every.validate_options OPTIONS (host 'it''s', password '${canary}');
CREATE FOREIGN DATA WRAPPER plain OPTIONS (debug 'true');
COMMENT ON FOREIGN DATA WRAPPER plain IS 'wrapper';
CREATE SERVER "Server *" TYPE 'a ''type''' VERSION '1.2' FOREIGN DATA WRAPPER plain OPTIONS (host 'h', api_key '${canary}', "odd name" 'x');
CREATE SERVER bare FOREIGN DATA WRAPPER plain;
COMMENT ON SERVER "Server *" IS 'server';
CREATE USER MAPPING FOR "App Owner" SERVER "Server *" OPTIONS (user 'app', password '${canary}');
CREATE USER MAPPING FOR PUBLIC SERVER "Server *" OPTIONS (user 'all');
CREATE USER MAPPING FOR CURRENT_USER SERVER bare;
CREATE FOREIGN TABLE every."Foreign *" (a int OPTIONS (column_name 'A', "Odd" '\\') NOT NULL DEFAULT 4, b text COLLATE "C", CONSTRAINT far CHECK (a > 0)) SERVER "Server *" OPTIONS (table_name 'it''s', secret_key '${canary}');
ALTER FOREIGN TABLE every."Foreign *" ALTER b SET STATISTICS 17;
COMMENT ON FOREIGN TABLE every."Foreign *" IS 'foreign table';
CREATE TRIGGER far AFTER INSERT ON every."Foreign *" FOR EACH ROW EXECUTE FUNCTION every.noted();
CREATE FOREIGN TABLE every.foreign_heir (z int) INHERITS (every.base) SERVER bare;
CREATE FOREIGN TABLE every.hashed_1 PARTITION OF every.hashed FOR VALUES WITH (MODULUS 2, REMAINDER 1) SERVER bare;

CREATE PUBLICATION "Publication *" FOR TABLE every.indexed, ONLY every.base WITH (publish = 'insert, truncate', publish_via_partition_root = true);
CREATE PUBLICATION everything FOR ALL TABLES;
CREATE PUBLICATION nothing;
COMMENT ON PUBLICATION everything IS 'publication';
CREATE SUBSCRIPTION "Subscription *" CONNECTION 'host=/nowhere dbname=x password=${canary}' PUBLICATION "Publication *", everything WITH (connect = false, slot_name = 'a_slot', synchronous_commit = 'local');
COMMENT ON SUBSCRIPTION "Subscription *" IS 'subscription';

CREATE TABLE every.ddl (tag text);
CREATE FUNCTION every.on_ddl() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN IF to_regclass('every.ddl') IS NOT NULL THEN INSERT INTO every.ddl VALUES (tg_tag); END IF; END $$;
CREATE EVENT TRIGGER "Event trigger *" ON ddl_command_end WHEN TAG IN ('CREATE TABLE', 'DROP TABLE') EXECUTE FUNCTION every.on_ddl();
CREATE EVENT TRIGGER dropped ON sql_drop EXECUTE FUNCTION every.on_ddl();
CREATE EVENT TRIGGER replica ON ddl_command_start EXECUTE FUNCTION every.on_ddl();
ALTER EVENT TRIGGER dropped DISABLE;
ALTER EVENT TRIGGER replica ENABLE REPLICA;
CREATE EVENT TRIGGER always ON ddl_command_end EXECUTE FUNCTION every.on_ddl();
ALTER EVENT TRIGGER always ENABLE ALWAYS;
COMMENT ON EVENT TRIGGER dropped IS 'event trigger';

ALTER TABLE every.gaps OWNER TO "App Owner";
ALTER TABLE every.events OWNER TO reader;
ALTER VIEW every."View *" OWNER TO "App Owner";
ALTER MATERIALIZED VIEW every.stored OWNER TO "App Owner";
ALTER SEQUENCE every."Seq *" OWNER TO reader;
ALTER FOREIGN TABLE every."Foreign *" OWNER TO reader;
ALTER FUNCTION every."Many *"(int[]) OWNER TO "App Owner";
ALTER PROCEDURE every.done(int, text) OWNER TO "App Owner";
ALTER AGGREGATE every.half(float8 ORDER BY anyelement) OWNER TO "App Owner";
ALTER TYPE every.number OWNER TO "App Owner";
ALTER TYPE every.address OWNER TO "App Owner";
ALTER TYPE every.shell OWNER TO "App Owner";
ALTER TYPE every.steps OWNER TO "App Owner";
ALTER DOMAIN every."Domain *" OWNER TO "App Owner";
ALTER COLLATION every.german OWNER TO "App Owner";
ALTER CONVERSION every.usual OWNER TO "App Owner";
ALTER OPERATOR every.= (every.number, every.number) OWNER TO "App Owner";
ALTER OPERATOR CLASS every."Class *" USING btree OWNER TO "App Owner";
ALTER OPERATOR FAMILY every.numbers USING btree OWNER TO "App Owner";
ALTER LANGUAGE "Language *" OWNER TO "App Owner";
ALTER STATISTICS every."Stats *" OWNER TO "App Owner";
ALTER TEXT SEARCH DICTIONARY every."Dictionary *" OWNER TO "App Owner";
ALTER TEXT SEARCH CONFIGURATION every."Configuration *" OWNER TO "App Owner";
ALTER SERVER "Server *" OWNER TO "App Owner";
ALTER PUBLICATION "Publication *" OWNER TO "App Owner";
ALTER FOREIGN DATA WRAPPER plain OWNER TO boss;
ALTER EVENT TRIGGER dropped OWNER TO boss;
ALTER SUBSCRIPTION "Subscription *" OWNER TO boss;

GRANT SELECT, UPDATE ON every.gaps TO reader WITH GRANT OPTION;
GRANT SELECT (first), UPDATE (third) ON every.gaps TO "groups""of*";
GRANT TRUNCATE, REFERENCES, TRIGGER ON every.indexed TO PUBLIC;
REVOKE ALL ON every.fast FROM postgres;
GRANT SELECT ON every."View *", every.stored, every."Foreign *" TO reader;
GRANT SELECT ON every.on_view, every."Select" TO "App Owner";
GRANT USAGE ON SEQUENCE every."Seq *" TO "App Owner";
REVOKE EXECUTE ON FUNCTION every."Many *"(int[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION every."Many *"(int[]) TO reader;
GRANT EXECUTE ON PROCEDURE every.done(int, text) TO reader;
GRANT EXECUTE ON FUNCTION every.half(float8, anyelement) TO reader;
REVOKE USAGE ON TYPE every.number FROM PUBLIC;
GRANT USAGE ON TYPE every.address, every."Enum *" TO reader;
GRANT USAGE ON DOMAIN every."Domain *" TO reader;
GRANT USAGE ON LANGUAGE trusted TO reader;
REVOKE USAGE ON LANGUAGE trusted FROM PUBLIC;
GRANT CREATE ON SCHEMA "We""ird *.?" TO reader;
GRANT USAGE ON FOREIGN DATA WRAPPER plain TO reader WITH GRANT OPTION;
GRANT USAGE ON FOREIGN SERVER "Server *" TO reader;
ALTER DEFAULT PRIVILEGES FOR ROLE "App Owner" IN SCHEMA every GRANT SELECT ON TABLES TO reader;
ALTER DEFAULT PRIVILEGES FOR ROLE "App Owner" GRANT USAGE ON SCHEMAS TO reader;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES IN SCHEMA every GRANT USAGE ON SEQUENCES TO reader WITH GRANT OPTION;
ALTER DEFAULT PRIVILEGES FOR ROLE reader GRANT USAGE ON TYPES TO "App Owner";`,
  },
  {
    from: 15,
    sql: `
CREATE PUBLICATION filtered FOR TABLE every.indexed (a, b) WHERE (a > 5 AND b <> 'it''s'), every.events;
CREATE PUBLICATION of_schemas FOR TABLES IN SCHEMA every, "We""ird *.?";
CREATE SUBSCRIPTION every_option CONNECTION 'dbname=x' PUBLICATION a WITH (connect = false, slot_name = NONE, binary = true, streaming = true, two_phase = true, disable_on_error = true);`,
  },
  {
    from: 16,
    sql: `CREATE SUBSCRIPTION more_options CONNECTION 'dbname=x' PUBLICATION a WITH (connect = false, slot_name = NONE, streaming = parallel, origin = none, password_required = false, run_as_owner = true);`,
  },
  {
    from: 17,
    sql: `
CREATE EVENT TRIGGER on_login ON login EXECUTE FUNCTION every.on_ddl();
GRANT MAINTAIN ON every.gaps TO reader;
CREATE SUBSCRIPTION failing_over CONNECTION 'dbname=x' PUBLICATION a WITH (connect = false, slot_name = NONE, failover = true);`,
  },
  {
    from: 18,
    sql: `CREATE PUBLICATION generated FOR TABLE every.counted WITH (publish_generated_columns = stored);`,
  },
];
