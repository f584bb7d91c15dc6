import { environmental, type Mutation, nothing, semantic } from "./mutation.ts";

const two = "CREATE TABLE x (); CREATE TABLE y (); CREATE TABLE z () INHERITS (x, y)";

export const tables: readonly Mutation[] = [
  semantic("schema fresh", "CREATE SCHEMA fresh"),
  semantic("schema other", "ALTER SCHEMA other RENAME TO another"),
  semantic("extension hstore", "CREATE EXTENSION hstore WITH SCHEMA other"),
  semantic("extension postgres_fdw", "DROP EXTENSION postgres_fdw CASCADE"),

  semantic("table app.fresh", "CREATE TABLE fresh (a int)"),
  semantic("table app.second_base", "DROP TABLE second_base"),
  semantic(["table app.second_base", "table app.renamed"], "ALTER TABLE second_base RENAME TO renamed"),
  semantic(["table app.second_base", "table other.second_base"], "ALTER TABLE second_base SET SCHEMA other"),
  semantic("table app.fast", "ALTER TABLE fast SET LOGGED"),
  semantic("table app.second_base", "ALTER TABLE second_base SET UNLOGGED"),
  semantic("table app.fast", "ALTER TABLE fast SET (fillfactor = 60)"),
  semantic("table app.fast", "ALTER TABLE fast RESET (fillfactor)"),
  semantic("table app.item", "ALTER TABLE item SET (autovacuum_vacuum_scale_factor = 0.5)"),
  semantic("table app.apart", "ALTER TABLE apart SET (toast.autovacuum_enabled = off)"),
  semantic("table app.apart", "ALTER TABLE apart SET ACCESS METHOD heap", { since: 15 }),
  semantic("table app.second_base", "DROP TABLE second_base; CREATE TABLE second_base (a int) USING heap2"),

  semantic(
    ["table app.derived", "column app.derived.a", "column app.derived.b", "constraint app.derived.b_small"],
    "ALTER TABLE derived NO INHERIT fast",
  ),
  semantic("table app.derived", "ALTER TABLE derived INHERIT second_base"),
  semantic("table app.z", "ALTER TABLE z NO INHERIT x; ALTER TABLE z INHERIT x", {
    setup: two,
    name: "another order of parents",
  }),
  nothing("ALTER TABLE z NO INHERIT y; ALTER TABLE z INHERIT y", { setup: two }),
  semantic("table app.typed", "ALTER TABLE typed NOT OF"),
  semantic("table app.second_base", "ALTER TABLE second_base OF one_a", {
    setup: "CREATE TYPE one_a AS (a int)",
  }),

  semantic("table app.item", "ALTER TABLE item DISABLE ROW LEVEL SECURITY"),
  semantic("table app.item", "ALTER TABLE item FORCE ROW LEVEL SECURITY"),
  semantic("table app.parent", "ALTER TABLE parent ENABLE ROW LEVEL SECURITY"),
  semantic("table app.followed", "ALTER TABLE followed REPLICA IDENTITY FULL"),
  semantic("table app.followed", "ALTER TABLE followed REPLICA IDENTITY NOTHING"),
  semantic("index app.followed_b", "ALTER TABLE followed REPLICA IDENTITY USING INDEX followed_b"),
  semantic(
    "constraint app.followed.followed_pkey",
    "ALTER TABLE followed REPLICA IDENTITY USING INDEX followed_pkey",
  ),
  semantic("index app.item_name", "ALTER TABLE item CLUSTER ON item_name"),
  semantic("constraint app.item.item_pkey", "ALTER TABLE item CLUSTER ON item_pkey"),
  semantic("index app.item_name", "ALTER TABLE item SET WITHOUT CLUSTER", {
    setup: "ALTER TABLE item CLUSTER ON item_name",
  }),

  semantic(
    "table app.measured_1",
    "DROP TABLE measured_1; CREATE TABLE measured_1 PARTITION OF measured FOR VALUES FROM ('2024-01-01') TO ('2024-06-01')",
  ),
  semantic(
    "table app.measured_rest",
    "DROP TABLE measured_rest; CREATE TABLE measured_rest PARTITION OF measured FOR VALUES FROM ('2025-01-01') TO (MAXVALUE)",
  ),
  semantic(
    ["table app.measured_1", "constraint app.measured_1.measured_1_at_key", "index app.measured_1_value_idx"],
    "ALTER TABLE measured DETACH PARTITION measured_1",
  ),
  semantic("table app.measured_1", "ALTER TABLE measured DETACH PARTITION measured_1 CONCURRENTLY", {
    since: 14,
    alone: true,
    setup: "DROP TABLE measured_rest",
  }),
  semantic(
    "table app.measured_2",
    "ALTER TABLE measured ATTACH PARTITION measured_2 FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')",
    {
      setup:
        "CREATE TABLE measured_2 (at date NOT NULL, value int, CONSTRAINT measured_value CHECK (value > 0))",
    },
  ),
  semantic(
    "table app.listed_a",
    "DROP TABLE listed_a; CREATE TABLE listed_a PARTITION OF listed FOR VALUES IN ('a', 'c')",
  ),
  semantic("table app.hashed", "DROP TABLE hashed; CREATE TABLE hashed (n int) PARTITION BY RANGE (n)"),
  semantic("table app.hashed", "DROP TABLE hashed; CREATE TABLE hashed (n int)"),
  semantic(
    "table app.hashed_0",
    "CREATE TABLE hashed_0 PARTITION OF hashed FOR VALUES WITH (MODULUS 2, REMAINDER 0)",
  ),
  semantic(
    "table app.listed",
    "DROP TABLE listed; CREATE TABLE listed (kind text, n int) PARTITION BY LIST (upper(kind)); CREATE TABLE listed_a PARTITION OF listed FOR VALUES IN ('a', 'b')",
  ),
  semantic("table app.p", 'DROP TABLE p; CREATE TABLE p (t text) PARTITION BY RANGE (t COLLATE "C")', {
    setup: "CREATE TABLE p (t text) PARTITION BY RANGE (t)",
  }),
  semantic("table app.p", "DROP TABLE p; CREATE TABLE p (t text) PARTITION BY RANGE (t text_pattern_ops)", {
    setup: "CREATE TABLE p (t text) PARTITION BY RANGE (t)",
  }),
  semantic("table app.p", "DROP TABLE p; CREATE TABLE p (a int, b int) PARTITION BY RANGE (b, a)", {
    setup: "CREATE TABLE p (a int, b int) PARTITION BY RANGE (a, b)",
  }),
  semantic("table app.measured_1", "ALTER TABLE measured_1 SET (fillfactor = 40)"),
  semantic(
    "table app.measured_1",
    "DROP TABLE measured_1; CREATE UNLOGGED TABLE measured_1 PARTITION OF measured FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')",
  ),

  environmental("table app.second_base", "ALTER TABLE second_base SET TABLESPACE elsewhere"),
  environmental("table app.apart", "ALTER TABLE apart SET TABLESPACE pg_default"),
  environmental("index app.item_name", "ALTER INDEX item_name SET TABLESPACE elsewhere"),
  environmental(
    "constraint app.parent.parent_code_key",
    "ALTER INDEX parent_code_key SET TABLESPACE elsewhere",
  ),
  environmental("materialized-view app.totals", "ALTER MATERIALIZED VIEW totals SET TABLESPACE elsewhere"),
  environmental("table app.measured", "ALTER TABLE measured SET TABLESPACE elsewhere"),
];
