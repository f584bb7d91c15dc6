import { Random } from "./random.ts";

/** A directory of `prisma/migrations`. */
export interface Migration {
  readonly name: string;
  readonly sql: string;
}

/** A table that somebody else's application keeps in the same schema. */
export interface ForeignTable {
  readonly name: string;
  readonly rows: number;
  readonly sql: string;
}

/** An application, and what happened to its database. */
export interface Application {
  /** Its service in docker-compose.yml. */
  readonly service: string;
  readonly migrations: readonly Migration[];
  /** How many of the migrations, from the first, were recorded as applied and never executed. The next one failed. */
  readonly asserted: number;
  readonly failed: Migration;
  /** The table which the failed one needs. */
  readonly missing: string;
  readonly shop: readonly ForeignTable[];
}

/** How the same kind of application may be called, and its tables. */
const subjects = [
  { service: "analytics", site: "website", visit: "session", event: "website_event", detail: "event_data" },
  { service: "stats", site: "site", visit: "visitor", event: "page_view", detail: "view_data" },
  { service: "metrics", site: "property", visit: "stay", event: "hit", detail: "hit_detail" },
  { service: "counter", site: "domain", visit: "browsing", event: "domain_event", detail: "event_value" },
] as const;

const moreColumns = [
  '"browser" VARCHAR(20)',
  '"os" VARCHAR(20)',
  '"country" CHAR(2)',
  '"language" VARCHAR(35)',
  '"screen" VARCHAR(11)',
  '"referrer" VARCHAR(500)',
  '"duration" INTEGER NOT NULL DEFAULT 0',
  '"tags" TEXT[]',
  '"score" DECIMAL(19,4)',
] as const;

const moreTables = ["account", "api_token", "dashboard", "share", "goal", "webhook"] as const;

const shopColumns = [
  '"email" TEXT',
  '"price" NUMERIC(10,2) DEFAULT 9.99',
  '"note" TEXT',
  '"city" TEXT',
  '"paid" BOOLEAN DEFAULT true',
] as const;

/**
 * Invents an application whose database is broken as Umami's was: another application's tables in the schema, a first
 * migration recorded as applied without being executed, and a later one which failed because of that.
 */
export function inventApplication(seed: number): Application {
  const random = new Random(seed);
  const names = random.one(subjects);
  const init = initOf(names, random);
  const later = laterOf(names, random);
  const asserted = random.between(1, 2);
  const failed = later[asserted - 1];
  if (failed === undefined) throw new Error("there are more asserted migrations than there are migrations");
  return {
    service: names.service,
    migrations: [init, ...later.slice(0, asserted + random.between(1, later.length - asserted))],
    asserted,
    failed,
    missing: asserted === 1 ? names.detail : names.event,
    shop: shopOf(random),
  };
}

type Subject = (typeof subjects)[number];

function initOf({ site, visit, event, detail }: Subject, random: Random): Migration {
  const columns = () => random.some(moreColumns, random.between(1, 6));
  const extra = random.some(moreTables, random.between(1, 5)).map((name) => table(name, columns()));
  const indexes = [
    `CREATE INDEX "${visit}_${site}_id_idx" ON "${visit}"("${site}_id");`,
    `CREATE INDEX "${event}_created_at_idx" ON "${event}"("created_at");`,
    `CREATE UNIQUE INDEX "${site}_share_id_key" ON "${site}"("share_id");`,
    `CREATE INDEX "${detail}_${event}_id_idx" ON "${detail}"("${event}_id");`,
  ];
  const statements = [
    table(site, ['"name" VARCHAR(100) NOT NULL', '"share_id" VARCHAR(50)', ...columns()]),
    table(visit, [`"${site}_id" UUID NOT NULL`, ...columns()]),
    table(event, [`"${visit}_id" UUID NOT NULL`, '"url_path" VARCHAR(500) NOT NULL', ...columns()]),
    table(detail, [
      `"${event}_id" UUID NOT NULL`,
      '"event_key" VARCHAR(500) NOT NULL',
      '"data_type" INTEGER',
    ]),
    ...extra,
    ...random.some(indexes, random.between(1, indexes.length)),
  ];
  return { name: "01_init", sql: script(statements) };
}

function laterOf({ site, visit, event, detail }: Subject, random: Random): Migration[] {
  // What stands before the failing statement works, and is rolled back with it.
  const before = random.some(
    [
      table("report", ['"type" VARCHAR(200) NOT NULL', '"parameters" JSONB NOT NULL']),
      table("segment", ['"name" VARCHAR(200) NOT NULL']),
    ],
    random.between(0, 2),
  );
  return [
    {
      name: `02_report_schema_${visit}_data`,
      sql: script([
        ...before,
        `ALTER TABLE "${detail}" RENAME COLUMN "event_key" TO "data_key";`,
        table(`${visit}_data`, [`"${visit}_id" UUID NOT NULL`, '"data_key" VARCHAR(500) NOT NULL']),
        `CREATE INDEX "${visit}_data_${visit}_id_idx" ON "${visit}_data"("${visit}_id");`,
      ]),
    },
    {
      name: "03_metric_performance_index",
      sql: script([`CREATE INDEX "${event}_url_path_idx" ON "${event}"("${visit}_id", "url_path");`]),
    },
    {
      name: "04_team_redesign",
      sql: script([
        table("team", ['"name" VARCHAR(50) NOT NULL']),
        `ALTER TABLE "${site}" ADD COLUMN "team_id" UUID;`,
      ]),
    },
    { name: "05_add_visit_id", sql: script([`ALTER TABLE "${event}" ADD COLUMN "visit_id" UUID;`]) },
    {
      name: `06_${visit}_data_index`,
      sql: script([`CREATE INDEX "${visit}_data_key_idx" ON "${visit}_data"("data_key");`]),
    },
  ];
}

/** As Prisma writes it. */
function table(name: string, columns: readonly string[]): string {
  const lines = [
    `"${name}_id" UUID NOT NULL`,
    ...columns,
    '"created_at" TIMESTAMPTZ(6) DEFAULT CURRENT_TIMESTAMP',
  ];
  return `-- CreateTable
CREATE TABLE "${name}" (
${lines.map((line) => `    ${line},\n`).join("")}
    CONSTRAINT "${name}_pkey" PRIMARY KEY ("${name}_id")
);`;
}

function script(statements: readonly string[]): string {
  return `${statements.join("\n\n")}\n`;
}

function shopOf(random: Random): ForeignTable[] {
  const names = random.some(
    ["customers", "products", "orders", "invoices", "shipments"],
    random.between(2, 5),
  );
  return names.map((name) => {
    const rows = random.between(3, 400);
    const columns = random.some(shopColumns, random.between(1, 4));
    return {
      name,
      rows,
      sql: `CREATE TABLE "${name}" (id SERIAL PRIMARY KEY, name TEXT NOT NULL, ${columns.join(", ")});
INSERT INTO "${name}" (name) SELECT '${name} ' || n FROM generate_series(1, ${rows}) AS n;`,
    };
  });
}
