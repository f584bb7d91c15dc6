import { environmental, type Mutation, nothing, semantic } from "./mutation.ts";

const remote = "foreign-server remote";
const distant = "table app.distant";
const fed = "subscription fed";
const several = "publication several";
const secret = "it may be a secret";
const disconnected = "a dump's subscriptions are disconnected";

export const foreignAndPublications: readonly Mutation[] = [
  semantic(remote, "ALTER SERVER remote OPTIONS (SET host 'elsewhere')"),
  semantic(remote, "ALTER SERVER remote OPTIONS (ADD port '99')"),
  semantic(remote, "ALTER SERVER remote OPTIONS (DROP dbname)"),
  semantic(remote, "ALTER SERVER remote VERSION '2'"),
  semantic(remote, "DROP SERVER remote CASCADE"),
  semantic(
    "foreign-server plain",
    "DROP SERVER plain; CREATE SERVER plain TYPE 'y' FOREIGN DATA WRAPPER own_wrapper",
    { setup: "CREATE SERVER plain TYPE 'x' FOREIGN DATA WRAPPER own_wrapper" },
  ),
  semantic(
    "foreign-server plain",
    "DROP SERVER plain; CREATE SERVER plain FOREIGN DATA WRAPPER postgres_fdw",
    { setup: "CREATE SERVER plain FOREIGN DATA WRAPPER own_wrapper" },
  ),
  semantic(
    "foreign-data-wrapper own_wrapper",
    "ALTER FOREIGN DATA WRAPPER own_wrapper OPTIONS (ADD host 'a')",
    { setup: "ALTER FOREIGN DATA WRAPPER own_wrapper NO VALIDATOR" },
  ),
  semantic("foreign-data-wrapper own_wrapper", "ALTER FOREIGN DATA WRAPPER own_wrapper NO VALIDATOR"),
  semantic(
    "foreign-data-wrapper own_wrapper",
    "ALTER FOREIGN DATA WRAPPER own_wrapper HANDLER other.postgres_fdw_handler",
  ),
  semantic("foreign-data-wrapper own_wrapper", "DROP FOREIGN DATA WRAPPER own_wrapper"),
  semantic(distant, "ALTER FOREIGN TABLE distant OPTIONS (SET table_name 'further')"),
  semantic(distant, "ALTER FOREIGN TABLE distant OPTIONS (ADD schema_name 's')"),
  semantic("column app.distant.a", "ALTER FOREIGN TABLE distant ALTER a OPTIONS (SET column_name 'y')"),
  semantic("column app.distant.b", "ALTER FOREIGN TABLE distant ALTER b OPTIONS (ADD column_name 'z')"),
  semantic("column app.distant.b", "ALTER FOREIGN TABLE distant ALTER b TYPE varchar(3)"),
  semantic("constraint app.distant.said", "ALTER FOREIGN TABLE distant ADD CONSTRAINT said CHECK (a > 0)"),
  semantic(
    distant,
    "DROP FOREIGN TABLE distant; CREATE FOREIGN TABLE distant (a int OPTIONS (column_name 'x') NOT NULL, b text) SERVER remote_too OPTIONS (table_name 'far')",
    {
      setup: "CREATE SERVER remote_too FOREIGN DATA WRAPPER postgres_fdw",
      name: "a foreign table of another server",
    },
  ),
  environmental(
    "user-mapping remote.reader",
    "ALTER USER MAPPING FOR reader SERVER remote OPTIONS (SET user 'others')",
  ),
  environmental("user-mapping remote.public", "CREATE USER MAPPING FOR public SERVER remote"),
  environmental("user-mapping remote.reader", "DROP USER MAPPING FOR reader SERVER remote"),
  nothing("ALTER USER MAPPING FOR reader SERVER remote OPTIONS (SET password 'hushhush')", {
    onlyInDump: secret,
  }),

  semantic(several, "ALTER PUBLICATION several SET (publish = 'insert')"),
  semantic(several, "ALTER PUBLICATION several SET (publish = 'insert, update, delete')"),
  semantic(several, "ALTER PUBLICATION several SET (publish_via_partition_root = true)"),
  semantic("publication whole", "ALTER PUBLICATION whole SET (publish = 'insert, update, truncate')"),
  nothing("ALTER PUBLICATION whole SET (publish = 'update, insert')"),
  semantic(["publication several", "publication various"], "ALTER PUBLICATION several RENAME TO various"),
  semantic(
    "publication whole",
    "DROP PUBLICATION whole; CREATE PUBLICATION whole WITH (publish = 'insert, update')",
    { name: "a publication of no table" },
  ),
  semantic("publication-table several.app.second_base", "ALTER PUBLICATION several ADD TABLE second_base"),
  semantic("publication-table several.app.parent", "ALTER PUBLICATION several DROP TABLE parent"),
  nothing("ALTER PUBLICATION several DROP TABLE parent; ALTER PUBLICATION several ADD TABLE parent"),
  semantic(
    "publication-table chosen.other.watched",
    "ALTER PUBLICATION chosen SET TABLE other.watched (a, b) WHERE (b > 2)",
    { since: 15 },
  ),
  semantic(
    "publication-table chosen.other.watched",
    "ALTER PUBLICATION chosen SET TABLE other.watched (a, b)",
    { since: 15 },
  ),
  semantic(
    "publication-table chosen.other.watched",
    "ALTER PUBLICATION chosen SET TABLE other.watched (a, b, c) WHERE (b > 1)",
    { since: 15 },
  ),
  semantic(
    "publication-table chosen.other.watched",
    "ALTER PUBLICATION chosen SET TABLE other.watched WHERE (b > 1)",
    { since: 15 },
  ),
  nothing("ALTER PUBLICATION chosen SET TABLE other.watched (b, a) WHERE ((b > 1))", { since: 15 }),
  semantic("publication-schema of_schema.other", "ALTER PUBLICATION of_schema ADD TABLES IN SCHEMA other", {
    since: 15,
  }),
  semantic("publication-schema of_schema.app", "ALTER PUBLICATION of_schema DROP TABLES IN SCHEMA app", {
    since: 15,
  }),
  semantic(several, "ALTER PUBLICATION several SET (publish_generated_columns = stored)", { since: 18 }),

  semantic(fed, "ALTER SUBSCRIPTION fed SET PUBLICATION one WITH (refresh = false)"),
  semantic(fed, "ALTER SUBSCRIPTION fed SET (synchronous_commit = on)", { since: 14 }),
  semantic(fed, "ALTER SUBSCRIPTION fed SET (binary = true)", { since: 14 }),
  semantic(fed, "ALTER SUBSCRIPTION fed SET (streaming = true)", { since: 14, until: 17 }),
  semantic(fed, "ALTER SUBSCRIPTION fed SET (streaming = off)", { since: 18 }),
  semantic(fed, "ALTER SUBSCRIPTION fed SET (disable_on_error = true)", { since: 15 }),
  semantic(fed, "ALTER SUBSCRIPTION fed SET (origin = none)", { since: 16 }),
  semantic(fed, "ALTER SUBSCRIPTION fed SET (password_required = false)", { since: 16 }),
  semantic(fed, "ALTER SUBSCRIPTION fed SET (run_as_owner = true)", { since: 16 }),
  semantic(["subscription fed", "subscription nourished"], "ALTER SUBSCRIPTION fed RENAME TO nourished"),
  environmental(fed, "ALTER SUBSCRIPTION fed SET (slot_name = 'another')"),
  environmental(fed, "ALTER SUBSCRIPTION fed ENABLE", { notInDump: disconnected }),
  nothing("ALTER SUBSCRIPTION fed CONNECTION 'host=127.0.0.1 dbname=there password=hushhush'", {
    onlyInDump: secret,
  }),
];
