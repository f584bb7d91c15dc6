import { environmental, type Mutation, nothing, semantic } from "./mutation.ts";

const free = "sequence app.free";
const items = "view app.items";
const rowsOnly = "pg_dump -s leaves out whether a materialised view has rows";

export const sequencesAndViews: readonly Mutation[] = [
  semantic(free, "ALTER SEQUENCE free INCREMENT 3"),
  semantic(free, "ALTER SEQUENCE free INCREMENT -2 MINVALUE 1 START 1"),
  semantic(free, "ALTER SEQUENCE free MAXVALUE 2000"),
  semantic(free, "ALTER SEQUENCE free NO MAXVALUE"),
  semantic(free, "ALTER SEQUENCE free MINVALUE -5"),
  semantic(free, "ALTER SEQUENCE free CYCLE"),
  semantic(free, "ALTER SEQUENCE free CACHE 6"),
  semantic(free, "ALTER SEQUENCE free AS int MAXVALUE 1000"),
  semantic(free, "ALTER SEQUENCE free START 5"),
  semantic(free, "ALTER SEQUENCE free OWNED BY fast.a"),
  semantic(free, "ALTER SEQUENCE free SET UNLOGGED", { since: 15 }),
  semantic("sequence app.item_id_seq", "ALTER SEQUENCE item_id_seq OWNED BY NONE"),
  semantic("sequence app.item_id_seq", "ALTER SEQUENCE item_id_seq OWNED BY item.amount", {
    name: "a sequence is owned by another column of its table",
  }),
  semantic("sequence app.fresh", "CREATE SEQUENCE fresh"),
  semantic(free, "DROP SEQUENCE free"),
  semantic([free, "sequence app.freed"], "ALTER SEQUENCE free RENAME TO freed"),
  nothing("ALTER SEQUENCE free RESTART WITH 51"),
  nothing("SELECT nextval('free'), setval('item_id_seq', 77)"),
  nothing("ALTER SEQUENCE free INCREMENT BY 2 NO CYCLE"),

  semantic(
    items,
    "CREATE OR REPLACE VIEW items AS SELECT id, status, price FROM item WHERE status IN ('new') WITH LOCAL CHECK OPTION",
  ),
  semantic(
    items,
    "CREATE OR REPLACE VIEW items AS SELECT id, status, price FROM item WHERE status IN ('old', 'new') WITH LOCAL CHECK OPTION",
  ),
  nothing(
    "CREATE OR REPLACE VIEW items AS SELECT id, status, price FROM item WHERE status IN ('new', 'old') WITH LOCAL CHECK OPTION",
  ),
  nothing(
    "CREATE OR REPLACE VIEW items AS SELECT item.id, app.item.status, price AS price FROM app.item WHERE ((status IN ('new', 'old'))) WITH LOCAL CHECK OPTION",
  ),
  semantic(
    items,
    "CREATE OR REPLACE VIEW items AS SELECT id, status, price, 1 AS one FROM item WHERE status IN ('new', 'old') WITH LOCAL CHECK OPTION",
  ),
  semantic(
    items,
    "CREATE OR REPLACE VIEW items AS SELECT id, status, price FROM item WHERE status IN ('new', 'old') WITH CASCADED CHECK OPTION",
  ),
  semantic(items, "ALTER VIEW items RESET (check_option)"),
  semantic(items, "ALTER VIEW items SET (security_barrier)"),
  semantic(items, "ALTER VIEW items ALTER status DROP DEFAULT"),
  semantic(items, "ALTER VIEW items ALTER status SET DEFAULT 'new'"),
  semantic(items, "ALTER VIEW items ALTER price SET DEFAULT 3"),
  semantic("view app.as_caller", "ALTER VIEW as_caller RESET (security_invoker)", { since: 15 }),
  semantic("view app.names", 'ALTER VIEW names RENAME COLUMN "the name" TO "The name"'),
  semantic(["view app.names", "view app.called"], "ALTER VIEW names RENAME TO called"),
  semantic("view app.names", "DROP VIEW names"),
  semantic("view app.named", "ALTER TABLE second_base RENAME a TO b", {
    setup: "CREATE VIEW named AS SELECT a AS x FROM second_base",
    name: "a view reads a column that has another name",
  }),
  semantic(
    "view app.counted",
    "CREATE OR REPLACE VIEW counted AS WITH RECURSIVE n AS (SELECT 1 AS i UNION SELECT i + 1 FROM n WHERE i < 3) SELECT i FROM n",
    {
      setup:
        "CREATE VIEW counted AS WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 3) SELECT i FROM n",
      name: "UNION instead of UNION ALL",
    },
  ),
  semantic(
    "view app.joined",
    "CREATE OR REPLACE VIEW joined AS SELECT f.a, l.n FROM followed f LEFT JOIN LATERAL (SELECT count(*) AS n FROM item WHERE id > f.a) l ON true ORDER BY f.a DESC NULLS LAST LIMIT 3",
    {
      setup:
        "CREATE VIEW joined AS SELECT f.a, l.n FROM followed f LEFT JOIN LATERAL (SELECT count(*) AS n FROM item WHERE id > f.a) l ON true ORDER BY f.a DESC LIMIT 3",
      name: "NULLS LAST in a view's order",
    },
  ),

  semantic(
    "materialized-view app.totals",
    "DROP MATERIALIZED VIEW totals; CREATE MATERIALIZED VIEW totals AS SELECT parent, count(*) + 1 AS n FROM item GROUP BY parent; CREATE UNIQUE INDEX totals_parent ON totals (parent)",
  ),
  semantic("materialized-view app.totals", "ALTER MATERIALIZED VIEW totals SET (fillfactor = 50)"),
  semantic("materialized-view app.totals", "ALTER MATERIALIZED VIEW totals ALTER n SET STATISTICS 5"),
  semantic(
    "materialized-view app.names_kept",
    "ALTER MATERIALIZED VIEW names_kept ALTER name SET STORAGE EXTERNAL",
    { setup: "CREATE MATERIALIZED VIEW names_kept AS SELECT name FROM item" },
  ),
  semantic(
    "materialized-view app.names_kept",
    "ALTER MATERIALIZED VIEW names_kept ALTER name SET COMPRESSION pglz",
    { setup: "CREATE MATERIALIZED VIEW names_kept AS SELECT name FROM item", since: 14 },
  ),
  semantic(
    "materialized-view app.names_kept",
    "ALTER MATERIALIZED VIEW names_kept ALTER name SET (n_distinct = 4)",
    { setup: "CREATE MATERIALIZED VIEW names_kept AS SELECT name FROM item" },
  ),
  semantic("index app.totals_parent", "ALTER MATERIALIZED VIEW totals CLUSTER ON totals_parent"),
  semantic("materialized-view app.totals", "ALTER MATERIALIZED VIEW totals RENAME COLUMN n TO m"),
  semantic(
    "materialized-view app.totals",
    "DROP MATERIALIZED VIEW totals; CREATE MATERIALIZED VIEW totals USING heap2 AS SELECT parent, count(*) AS n FROM item GROUP BY parent; CREATE UNIQUE INDEX totals_parent ON totals (parent)",
    { name: "another access method of a materialised view" },
  ),
  environmental("materialized-view app.later", "REFRESH MATERIALIZED VIEW later", { notInDump: rowsOnly }),
  environmental("materialized-view app.totals", "REFRESH MATERIALIZED VIEW totals WITH NO DATA", {
    notInDump: rowsOnly,
  }),
  nothing("REFRESH MATERIALIZED VIEW totals"),
  nothing("REFRESH MATERIALIZED VIEW CONCURRENTLY totals"),
  semantic("rule app.names.refused", "CREATE RULE refused AS ON INSERT TO names DO INSTEAD NOTHING"),
  semantic(
    "trigger app.names.instead",
    "CREATE TRIGGER instead INSTEAD OF INSERT ON names FOR EACH ROW EXECUTE FUNCTION noted()",
  ),
];
