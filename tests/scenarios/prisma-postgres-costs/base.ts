import { fileOf } from "../application.ts";

/** An application with a table of some size, and small ones beside it. */
export const base = {
  ...fileOf(
    "0001_shop",
    `CREATE TABLE "customer" ("id" int PRIMARY KEY, "name" text);
CREATE TABLE "order" ("id" int PRIMARY KEY, "customer" int, "total" int, "note" text);
CREATE TABLE "empty" ("id" int PRIMARY KEY);
CREATE TABLE "log" ("at" date NOT NULL, "what" text) PARTITION BY RANGE ("at");
CREATE TABLE "log_2025" PARTITION OF "log" FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
`,
  ),
  rows: [
    `INSERT INTO "customer" SELECT n, 'c' || n FROM generate_series(1, 100) AS n`,
    `INSERT INTO "order" SELECT n, n % 100 + 1, n, repeat('x', 100) FROM generate_series(1, 20000) AS n`,
    `INSERT INTO "log" SELECT '2025-05-05', 'x' FROM generate_series(1, 1000)`,
    `ANALYZE`,
  ],
};
