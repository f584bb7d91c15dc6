import { type Mutation, nothing, semantic } from "./mutation.ts";

const again = (name: string, definition: string) => `DROP INDEX ${name}; CREATE ${definition}`;
const price = (definition: string) => again("item_price", definition);

export const indexes: readonly Mutation[] = [
  semantic(
    "index app.item_price",
    price("UNIQUE INDEX item_price ON item (price DESC NULLS LAST) INCLUDE (made) WHERE status IN ('new')"),
  ),
  semantic(
    "index app.item_price",
    price("UNIQUE INDEX item_price ON item (price DESC NULLS LAST) INCLUDE (made)"),
  ),
  semantic(
    "index app.item_price",
    price("UNIQUE INDEX item_price ON item (price DESC) INCLUDE (made) WHERE status IN ('new', 'old')"),
  ),
  semantic(
    "index app.item_price",
    price("UNIQUE INDEX item_price ON item (price NULLS LAST) INCLUDE (made) WHERE status IN ('new', 'old')"),
  ),
  semantic(
    "index app.item_price",
    price("UNIQUE INDEX item_price ON item (price DESC NULLS LAST) WHERE status IN ('new', 'old')"),
  ),
  semantic(
    "index app.item_price",
    price("UNIQUE INDEX item_price ON item (price DESC NULLS LAST, made) WHERE status IN ('new', 'old')"),
  ),
  semantic(
    "index app.item_price",
    price("INDEX item_price ON item (price DESC NULLS LAST) INCLUDE (made) WHERE status IN ('new', 'old')"),
  ),
  nothing(
    price(
      "UNIQUE INDEX item_price ON item USING btree (price DESC NULLS LAST) INCLUDE (made) WHERE status IN ('new', 'old')",
    ),
  ),
  semantic(
    "index app.item_price",
    price(
      "UNIQUE INDEX item_price ON item (price DESC NULLS LAST) INCLUDE (made) NULLS NOT DISTINCT WHERE status IN ('new', 'old')",
    ),
    { since: 15 },
  ),
  semantic(
    "index app.item_lower",
    again("item_lower", "INDEX item_lower ON item (lower(name), id) WITH (fillfactor = 70)"),
  ),
  semantic(
    "index app.item_lower",
    again("item_lower", "INDEX item_lower ON item (upper(name) text_pattern_ops, id) WITH (fillfactor = 70)"),
  ),
  semantic("index app.item_lower", "ALTER INDEX item_lower ALTER COLUMN 1 SET STATISTICS 78"),
  semantic("index app.item_lower", "ALTER INDEX item_lower ALTER COLUMN 1 SET STATISTICS -1"),
  semantic("index app.item_lower", "ALTER INDEX item_lower SET (fillfactor = 71)"),
  semantic("index app.item_lower", "ALTER INDEX item_lower RESET (fillfactor)"),
  semantic("index app.item_name", "ALTER INDEX item_name SET (deduplicate_items = off)"),
  semantic("index app.item_name", again("item_name", "INDEX item_name ON item USING hash (name)")),
  semantic("index app.item_name", again("item_name", "INDEX item_name ON item (name COLLATE german)")),
  semantic("index app.item_name", again("item_name", "INDEX item_name ON item (name, id)")),
  semantic("index app.item_name", again("item_name", "INDEX item_name ON item (id)")),
  semantic(
    "index app.item_words",
    again("item_words", "INDEX item_words ON item USING gin (name other.gin_trgm_ops)"),
  ),
  semantic(
    "index app.texts_v",
    again("texts_v", "INDEX texts_v ON texts USING gist (v tsvector_ops (siglen = 64))"),
    {
      setup: "CREATE TABLE texts (v tsvector); CREATE INDEX texts_v ON texts USING gist (v)",
      name: "parameters of an operator class",
    },
  ),
  semantic(
    "index app.second_numbers",
    again("second_numbers", "INDEX second_numbers ON second_base (a backward)"),
    { setup: "CREATE INDEX second_numbers ON second_base (a)", name: "another operator class" },
  ),
  semantic(["index app.item_name", "index app.item_named"], "ALTER INDEX item_name RENAME TO item_named"),
  nothing("ALTER INDEX item_name RENAME TO item_named; ALTER INDEX item_named RENAME TO item_name"),
  semantic("index app.totals_parent", "DROP INDEX totals_parent"),
  semantic("index app.totals_n", "CREATE INDEX totals_n ON totals (n)"),
  semantic(
    "index app.item_name",
    "UPDATE pg_catalog.pg_index SET indisvalid = false WHERE indexrelid = 'item_name'::regclass",
    { name: "an index is not valid" },
  ),
  semantic("index app.twins_a", "CREATE UNIQUE INDEX CONCURRENTLY twins_a ON twins (a)", {
    alone: true,
    setup: "CREATE TABLE twins (a int); INSERT INTO twins VALUES (1), (1)",
    name: "CREATE UNIQUE INDEX CONCURRENTLY, which fails",
    fails: "23505",
    notInDump: "pg_dump leaves invalid indexes out",
  }),
  semantic("index app.item_status_id", "ALTER TABLE item REPLICA IDENTITY USING INDEX item_status_id", {
    setup: "DELETE FROM item",
    name: "the index which tells rows apart for replication",
  }),
  semantic("index app.measured_at_part", "ALTER INDEX measured_only ATTACH PARTITION measured_at_part", {
    setup:
      "CREATE INDEX measured_only ON ONLY measured (at, value); CREATE INDEX measured_at_part ON measured_1 (at, value)",
    name: "an index of a partition is attached",
  }),
  semantic(
    "index app.measured_at",
    "DROP INDEX measured_at; CREATE INDEX measured_at ON ONLY measured (value)",
    { name: "an index of the whole without its parts" },
  ),
];
