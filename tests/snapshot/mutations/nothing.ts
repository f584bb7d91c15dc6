import { type Mutation, nothing } from "./mutation.ts";

const rows =
  "INSERT INTO parent (code) SELECT n::text FROM generate_series(1, 50) n; INSERT INTO item (parent, price, name, amount) SELECT id, id, code, 1 FROM parent";
/** A session in which nothing is as usual. */
const settings = {
  search_path: "other, pg_catalog",
  TimeZone: "'Asia/Tokyo'",
  DateStyle: "'SQL, DMY'",
  IntervalStyle: "'iso_8601'",
  extra_float_digits: "-5",
  bytea_output: "'escape'",
  quote_all_identifiers: "on",
  lc_messages: "'C'",
  lc_monetary: "'C'",
  standard_conforming_strings: "off",
  row_security: "off",
  array_nulls: "off",
  backslash_quote: "on",
  transform_null_equals: "on",
  default_tablespace: "elsewhere",
  default_table_access_method: "heap2",
  xmloption: "document",
  enable_seqscan: "off",
};

export const harmless: readonly Mutation[] = [
  nothing(rows),
  nothing("DELETE FROM item; DELETE FROM parent", { setup: rows }),
  nothing("TRUNCATE item, parent", { setup: rows }),
  nothing("TRUNCATE item RESTART IDENTITY"),
  nothing("VACUUM FULL item", { alone: true, setup: rows }),
  nothing("VACUUM (FREEZE, ANALYZE)", { alone: true, setup: rows }),
  nothing("ANALYZE", { setup: rows }),
  nothing("REINDEX TABLE item"),
  nothing("REINDEX SCHEMA app", { alone: true }),
  nothing("REINDEX TABLE CONCURRENTLY item", { alone: true, setup: rows }),
  nothing("REINDEX INDEX CONCURRENTLY item_price", { alone: true }),
  nothing("CLUSTER item", { setup: "ALTER TABLE item CLUSTER ON item_name" }),
  nothing("CHECKPOINT", { alone: true }),
  nothing(
    "CREATE TEMP TABLE brief (a int PRIMARY KEY); CREATE TEMP VIEW briefly AS SELECT 1; CREATE TEMP SEQUENCE brief_seq",
  ),
  nothing(
    "CREATE TYPE pg_temp.brief AS ENUM ('a'); CREATE FUNCTION pg_temp.brief() RETURNS int LANGUAGE sql AS 'SELECT 1'",
  ),
  nothing("SELECT lo_create(0)"),
  nothing("CREATE ROLE passing; DROP ROLE passing"),
  nothing("ALTER ROLE reader SET search_path = other"),
  nothing("ALTER TABLE item RENAME TO thing; ALTER TABLE thing RENAME TO item"),
  nothing("ALTER TABLE second_base SET SCHEMA other; ALTER TABLE other.second_base SET SCHEMA app"),
  nothing("DROP TABLE second_base; CREATE TABLE second_base (a int)"),
  nothing(
    "DROP TABLE fast CASCADE; CREATE UNLOGGED TABLE fast (a int, b int DEFAULT 1 CONSTRAINT b_small CHECK (b < 9)) WITH (fillfactor = 50, toast.autovacuum_enabled = off); CREATE TABLE derived (extra int, b int DEFAULT 2) INHERITS (fast)",
  ),
  nothing("ALTER TABLE second_base ALTER a TYPE bigint; ALTER TABLE second_base ALTER a TYPE int"),
  nothing("ALTER TABLE second_base ALTER a SET NOT NULL; ALTER TABLE second_base ALTER a DROP NOT NULL"),
  nothing("ALTER TABLE item ALTER status SET DEFAULT 'new'::varchar"),
  nothing("ALTER TABLE item ALTER status SET NOT NULL, ALTER price DROP NOT NULL, ALTER name DROP DEFAULT"),
  nothing("ALTER TABLE item ALTER made SET DEFAULT pg_catalog.now()"),
  nothing("ALTER TABLE item SET LOGGED"),
  nothing("ALTER TABLE item SET (fillfactor = 100); ALTER TABLE item RESET (fillfactor)"),
  nothing("ALTER TABLE item NO FORCE ROW LEVEL SECURITY"),
  nothing("ALTER TABLE second_base OWNER TO keeper; ALTER TABLE second_base OWNER TO postgres"),
  nothing("COMMENT ON TABLE parent IS 'x'; COMMENT ON TABLE parent IS NULL"),
  nothing("COMMENT ON TABLE parent IS ''"),
  nothing("CREATE SCHEMA IF NOT EXISTS app; CREATE TABLE IF NOT EXISTS item (a int)"),
  nothing(
    Object.entries(settings)
      .map(([name, value]) => `SET ${name} = ${value}`)
      .join("; "),
    { name: "a session with other settings" },
  ),
  nothing("SET SESSION AUTHORIZATION reader", {
    setup: "GRANT USAGE ON FOREIGN SERVER remote TO reader",
    name: "a session of a role without rights",
  }),
  nothing(
    `DO $do$ BEGIN ${Object.entries(settings)
      .map(
        ([name, value]) =>
          `EXECUTE format('ALTER DATABASE %I SET ${name} = %s', current_database(), $s$${value}$s$);`,
      )
      .join(" ")} END $do$`,
    {
      alone: true,
      name: "a database with other settings",
      onlyInDump: "pg_dump writes strings as the database's standard_conforming_strings has them",
    },
  ),
];
