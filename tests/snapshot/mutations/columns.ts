import { both, environmental, type Mutation, nothing, semantic } from "./mutation.ts";

const pair = "CREATE TABLE pairs (a int, b int)";

export const columns: readonly Mutation[] = [
  semantic("column app.second_base.fresh", "ALTER TABLE second_base ADD fresh int"),
  semantic("column other.thing.g", "ALTER TABLE other.thing DROP COLUMN g"),
  semantic(["column app.second_base.a", "column app.second_base.b"], "ALTER TABLE second_base RENAME a TO b"),
  semantic("column app.parent.code", "ALTER TABLE parent ALTER code TYPE varchar(11)"),
  semantic("column app.parent.code", "ALTER TABLE parent ALTER code TYPE text"),
  semantic("column app.second_base.a", "ALTER TABLE second_base ALTER a TYPE numeric(10,2)"),
  semantic("column app.second_base.a", "ALTER TABLE second_base ALTER a TYPE numeric(10,3)", {
    setup: "ALTER TABLE second_base ALTER a TYPE numeric(10,2)",
  }),
  semantic("column other.thing.a", "ALTER TABLE other.thing ALTER a TYPE bigint[]"),
  semantic("column other.thing.d", "ALTER TABLE other.thing ALTER d TYPE interval day to second"),
  semantic("column other.thing.e", "ALTER TABLE other.thing ALTER e TYPE timestamptz(3)"),
  semantic("column app.second_base.a", "ALTER TABLE second_base ALTER a TYPE positive"),
  semantic("column app.parent.code", "ALTER TABLE parent ALTER code SET NOT NULL", { bothSince: 18 }),
  semantic("column app.item.status", "ALTER TABLE item ALTER status DROP NOT NULL", { bothSince: 18 }),
  semantic("column app.item.status", "ALTER TABLE item ALTER status SET DEFAULT 'old'"),
  semantic("column app.item.status", "ALTER TABLE item ALTER status DROP DEFAULT"),
  semantic("column app.parent.mood", "ALTER TABLE parent ALTER mood SET DEFAULT 'sad'"),
  semantic("column other.thing.e", "ALTER TABLE other.thing ALTER e SET DEFAULT '2024-01-01 00:00:01+00'"),
  semantic("column other.thing.f", "ALTER TABLE other.thing ALTER f SET DEFAULT 0.10000000000000002"),
  semantic("column other.thing.b", "ALTER TABLE other.thing ALTER b SET DEFAULT '{\"a\":1}'::json::jsonb"),
  nothing("ALTER TABLE other.thing ALTER a SET DEFAULT NULL"),
  semantic("column app.item.made", "ALTER TABLE item ALTER made SET DEFAULT clock_timestamp()"),
  semantic("column app.derived.b", "ALTER TABLE derived ALTER b DROP DEFAULT"),
  semantic("column app.measured_1.value", "ALTER TABLE measured_1 ALTER value SET DEFAULT 5"),

  semantic("column app.parent.id", "ALTER TABLE parent ALTER id SET GENERATED ALWAYS"),
  semantic(
    ["column app.parent.id", "sequence app.parent_id_seq"],
    "ALTER TABLE parent ALTER id DROP IDENTITY",
  ),
  semantic(
    ["column app.followed.b", "sequence app.followed_b_seq"],
    "ALTER TABLE followed ALTER b ADD GENERATED ALWAYS AS IDENTITY",
  ),
  semantic("sequence app.parent_id_seq", "ALTER TABLE parent ALTER id SET INCREMENT 5"),
  semantic("sequence app.parent_id_seq", "ALTER TABLE parent ALTER id SET START 11"),
  semantic("sequence app.parent_id_seq", "ALTER TABLE parent ALTER id SET CACHE 4"),
  semantic("sequence app.parent_id_seq", "ALTER TABLE parent ALTER id SET CYCLE SET MAXVALUE 99"),
  nothing("ALTER TABLE parent ALTER id RESTART WITH 50"),

  semantic("column app.item.double", "ALTER TABLE item ALTER double DROP EXPRESSION"),
  semantic("column app.item.double", "ALTER TABLE item ALTER double SET EXPRESSION AS (twice(2))", {
    since: 17,
  }),
  semantic("column app.promised.b", "ALTER TABLE promised ALTER b SET EXPRESSION AS (a * 3)", {
    since: 18,
    setup: "ALTER TABLE promised DROP CONSTRAINT a_small",
  }),
  semantic(
    "column app.promised.b",
    "ALTER TABLE promised DROP b; ALTER TABLE promised ADD b int GENERATED ALWAYS AS (a * 2) STORED",
    { since: 18 },
  ),
  semantic(
    "column app.g.b",
    "ALTER TABLE g DROP b; ALTER TABLE g ADD b int GENERATED ALWAYS AS (a + 2) STORED",
    { setup: "CREATE TABLE g (a int, b int GENERATED ALWAYS AS (a + 1) STORED)" },
  ),
  semantic("column app.g.b", "ALTER TABLE g DROP b; ALTER TABLE g ADD b int DEFAULT 1", {
    setup: "CREATE TABLE g (a int, b int GENERATED ALWAYS AS (1) STORED)",
  }),

  semantic("column app.apart.t", 'ALTER TABLE apart ALTER t TYPE text COLLATE "C"'),
  semantic("column app.apart.t", "ALTER TABLE apart ALTER t TYPE text COLLATE german"),
  nothing('ALTER TABLE letters ALTER t TYPE text COLLATE "default"', {
    setup: "CREATE TABLE letters (t text)",
  }),
  semantic("column app.apart.t", "ALTER TABLE apart ALTER t SET STORAGE MAIN"),
  semantic("column app.apart.t", "ALTER TABLE apart ALTER t SET STORAGE EXTENDED"),
  semantic("column app.packed.t", "ALTER TABLE packed ALTER t SET COMPRESSION DEFAULT", { since: 14 }),
  semantic("column app.apart.t", "ALTER TABLE apart ALTER t SET COMPRESSION pglz", { since: 14 }),
  semantic("column app.apart.a", "ALTER TABLE apart ALTER a SET STATISTICS 60"),
  semantic("column app.apart.a", "ALTER TABLE apart ALTER a SET STATISTICS -1"),
  semantic("column app.apart.a", "ALTER TABLE apart ALTER a SET STATISTICS 0"),
  nothing("ALTER TABLE apart ALTER t SET STATISTICS -1"),
  semantic("column app.apart.a", "ALTER TABLE apart ALTER a SET (n_distinct = 6)"),
  semantic("column app.apart.a", "ALTER TABLE apart ALTER a RESET (n_distinct)"),
  semantic("column app.apart.a", "ALTER TABLE apart ALTER a SET (n_distinct_inherited = 3)"),

  semantic("column app.child.a", "ALTER TABLE ONLY second_base DROP COLUMN a", {
    setup: "CREATE TABLE child () INHERITS (second_base)",
    name: "a column that was inherited is the child's own",
  }),
  semantic("column app.child.a", "CREATE TABLE child (a int) INHERITS (second_base)", {
    setup: "",
    name: "a column both of its own and inherited",
  }),
  semantic("column app.child.a", "DROP TABLE child; CREATE TABLE child (a int) INHERITS (second_base)", {
    setup: "CREATE TABLE child () INHERITS (second_base)",
    name: "an inherited column is also the child's own",
  }),

  environmental(
    ["column app.pairs.a", "column app.pairs.b"],
    "ALTER TABLE pairs DROP a; ALTER TABLE pairs ADD a int",
    { setup: pair, name: "another order of columns" },
  ),
  nothing("ALTER TABLE pairs DROP b; ALTER TABLE pairs ADD b int", { setup: pair }),
  nothing("ALTER TABLE pairs ADD c int DEFAULT 7; ALTER TABLE pairs DROP c", { setup: pair }),
  nothing("ALTER TABLE pairs RENAME a TO c; ALTER TABLE pairs RENAME c TO a", { setup: pair }),

  environmental("column app.promised.a", "ALTER TABLE promised RENAME CONSTRAINT a_there TO a_here", {
    since: 18,
  }),
  semantic("column app.promised.a", "ALTER TABLE promised ALTER CONSTRAINT a_there NO INHERIT", {
    since: 18,
  }),
  both(
    "column app.followed.c",
    "ALTER TABLE followed ADD CONSTRAINT followed_c_not_null NOT NULL c NOT VALID",
    { since: 18 },
  ),
  semantic("column app.followed.c", "ALTER TABLE followed VALIDATE CONSTRAINT followed_c_not_null", {
    since: 18,
    setup: "ALTER TABLE followed ADD CONSTRAINT followed_c_not_null NOT NULL c NOT VALID",
  }),
  environmental("column app.promised.a", "COMMENT ON CONSTRAINT a_there ON promised IS 'said'", {
    since: 18,
  }),
];
