import { type Mutation, nothing, semantic } from "./mutation.ts";

const status = "constraint app.item.item_status";
const key = "constraint app.item.item_parent";
const again = (name: string, definition: string) =>
  `ALTER TABLE item DROP CONSTRAINT ${name}, ADD CONSTRAINT ${name} ${definition}`;
const reference = (rest: string) => again("item_parent", `FOREIGN KEY (parent) REFERENCES parent ${rest}`);

export const constraints: readonly Mutation[] = [
  semantic(status, again("item_status", "CHECK (status IN ('new'))")),
  semantic(status, again("item_status", "CHECK (status IN ('new', 'old')) NOT VALID")),
  semantic(status, again("item_status", "CHECK (status IN ('new', 'old')) NO INHERIT")),
  nothing(again("item_status", "CHECK (status IN ('new', 'old'))")),
  nothing(
    again(
      "item_status",
      "CHECK (((status)::text = ANY ((ARRAY['new'::character varying, 'old'::character varying])::text[])))",
    ),
    { onlyInDump: "the server prints its own text in another way when it has read it again" },
  ),
  semantic(
    [status, "constraint app.item.item_state"],
    "ALTER TABLE item RENAME CONSTRAINT item_status TO item_state",
  ),
  semantic(status, "ALTER TABLE item DROP CONSTRAINT item_status"),
  semantic("constraint app.item.item_positive", "ALTER TABLE item VALIDATE CONSTRAINT item_positive"),
  semantic("constraint app.second_base.fresh", "ALTER TABLE second_base ADD CONSTRAINT fresh CHECK (a > 0)"),

  semantic(key, reference("")),
  nothing(reference("ON DELETE CASCADE")),
  nothing(reference("MATCH SIMPLE ON DELETE CASCADE ON UPDATE NO ACTION NOT DEFERRABLE")),
  semantic(key, reference("ON DELETE SET NULL")),
  semantic(key, reference("ON DELETE CASCADE ON UPDATE CASCADE")),
  semantic(key, reference("MATCH FULL ON DELETE CASCADE")),
  semantic(key, reference("ON DELETE CASCADE NOT VALID")),
  semantic(key, "ALTER TABLE item ALTER CONSTRAINT item_parent DEFERRABLE"),
  semantic(key, "ALTER TABLE item ALTER CONSTRAINT item_parent DEFERRABLE INITIALLY DEFERRED"),
  semantic(key, "ALTER TABLE item ALTER CONSTRAINT item_parent DEFERRABLE INITIALLY DEFERRED", {
    setup: "ALTER TABLE item ALTER CONSTRAINT item_parent DEFERRABLE",
    name: "a constraint that is deferred from the beginning",
  }),
  semantic(key, "ALTER TABLE item ALTER CONSTRAINT item_parent NOT ENFORCED", { since: 18 }),
  semantic(
    "constraint app.points.f",
    "ALTER TABLE points DROP CONSTRAINT f, ADD CONSTRAINT f FOREIGN KEY (b, a) REFERENCES ends (x, y)",
    {
      setup:
        "CREATE TABLE ends (x int, y int, UNIQUE (x, y)); CREATE TABLE points (a int, b int, CONSTRAINT f FOREIGN KEY (a, b) REFERENCES ends (x, y))",
      name: "other columns of a foreign key",
    },
  ),
  semantic(
    "constraint app.points.f",
    "ALTER TABLE points DROP CONSTRAINT f, ADD CONSTRAINT f FOREIGN KEY (a, b) REFERENCES ends (x, y) ON DELETE SET NULL (b)",
    {
      setup:
        "CREATE TABLE ends (x int, y int, UNIQUE (x, y)); CREATE TABLE points (a int, b int, CONSTRAINT f FOREIGN KEY (a, b) REFERENCES ends (x, y) ON DELETE SET NULL)",
      name: "the columns that a foreign key sets",
      since: 15,
    },
  ),
  semantic(key, "ALTER TABLE parent DISABLE TRIGGER ALL", {
    notInDump: "pg_dump shows no state of the triggers that the server made",
  }),
  semantic(
    [
      key,
      "constraint app.item.item_price_once",
      "trigger app.item.item_noted",
      "trigger app.item.item_counted",
      "trigger app.item.item_checked",
    ],
    "ALTER TABLE item DISABLE TRIGGER ALL",
  ),
  nothing("ALTER TABLE item DISABLE TRIGGER ALL; ALTER TABLE item ENABLE TRIGGER ALL"),
  semantic(
    "constraint app.m.m_fkey",
    "ALTER TABLE m ADD CONSTRAINT m_fkey FOREIGN KEY (at) REFERENCES measured (at)",
    { setup: "CREATE TABLE m (at date)", name: "a foreign key to a partitioned table" },
  ),
  semantic(
    "constraint app.measured.value_fkey",
    "ALTER TABLE measured ADD CONSTRAINT value_fkey FOREIGN KEY (value) REFERENCES parent",
    { name: "a foreign key of a partitioned table" },
  ),

  semantic(
    "constraint app.parent.parent_code_key",
    "ALTER TABLE parent DROP CONSTRAINT parent_code_key, ADD CONSTRAINT parent_code_key UNIQUE (code) DEFERRABLE",
  ),
  semantic(
    "constraint app.parent.parent_code_key",
    "ALTER TABLE parent DROP CONSTRAINT parent_code_key, ADD CONSTRAINT parent_code_key UNIQUE (code, mood)",
  ),
  semantic(
    "constraint app.parent.parent_code_key",
    "ALTER TABLE parent DROP CONSTRAINT parent_code_key, ADD CONSTRAINT parent_code_key UNIQUE (code) INCLUDE (mood)",
  ),
  semantic("constraint app.parent.parent_code_key", "ALTER INDEX parent_code_key SET (fillfactor = 50)"),
  semantic(
    ["constraint app.parent.parent_code_key", "index app.parent_code_key"],
    "ALTER TABLE parent DROP CONSTRAINT parent_code_key; CREATE UNIQUE INDEX parent_code_key ON parent (code)",
    { name: "a unique index instead of a unique constraint" },
  ),
  semantic(
    "constraint app.item.item_price_once",
    again("item_price_once", "UNIQUE (name, price) DEFERRABLE"),
  ),
  semantic(
    "constraint app.item.item_price_once",
    again("item_price_once", "UNIQUE (price, name) DEFERRABLE INITIALLY DEFERRED"),
  ),
  semantic(
    "constraint app.once.once_a",
    "ALTER TABLE once DROP CONSTRAINT once_a, ADD CONSTRAINT once_a UNIQUE (a)",
    { since: 15 },
  ),
  semantic(["constraint app.item.item_pkey"], "ALTER TABLE item DROP CONSTRAINT item_pkey CASCADE"),
  semantic("constraint app.item.item_during", again("item_during", "EXCLUDE USING gist (during WITH -|-)")),
  semantic(
    "constraint app.item.item_during",
    again("item_during", "EXCLUDE USING gist (during WITH &&) WHERE (id > 5)"),
  ),
  semantic(
    "constraint app.item.item_during",
    again("item_during", "EXCLUDE USING gist (during WITH &&) DEFERRABLE"),
  ),
  semantic(
    "constraint app.periods.periods_key",
    "ALTER TABLE periods DROP CONSTRAINT periods_key, ADD CONSTRAINT periods_key PRIMARY KEY (id, at)",
    { since: 18 },
  ),
  semantic(
    "constraint app.promised.a_small",
    "ALTER TABLE promised DROP CONSTRAINT a_small, ADD CONSTRAINT a_small CHECK (a < 9)",
    { since: 18 },
  ),

  semantic("constraint app.measured.measured_value", "ALTER TABLE measured DROP CONSTRAINT measured_value"),
  semantic("constraint app.measured_1.own", "ALTER TABLE measured_1 ADD CONSTRAINT own CHECK (value < 100)"),
  semantic(["table app.kid", "column app.kid.a", "column app.kid.b"], "ALTER TABLE kid INHERIT fast", {
    setup: "CREATE TABLE kid (a int, b int DEFAULT 1, CONSTRAINT b_small CHECK (b < 9))",
    name: "a table that has all gets a parent",
  }),
];
