import { fileOf } from "../application.ts";

/** The first migration of the old release: the tables have integer keys. */
export const oldInit = fileOf(
  "01_init",
  `CREATE TABLE "account" ("user_id" SERIAL PRIMARY KEY, "username" VARCHAR(255) NOT NULL UNIQUE, "password" VARCHAR(60) NOT NULL, "is_admin" BOOLEAN NOT NULL DEFAULT false);
CREATE TABLE "website" ("website_id" SERIAL PRIMARY KEY, "website_uuid" UUID NOT NULL UNIQUE, "user_id" INTEGER NOT NULL REFERENCES "account", "name" VARCHAR(100) NOT NULL, "domain" VARCHAR(500));
CREATE TABLE "session" ("session_id" SERIAL PRIMARY KEY, "session_uuid" UUID NOT NULL UNIQUE, "website_id" INTEGER NOT NULL REFERENCES "website", "hostname" VARCHAR(100), "browser" VARCHAR(20), "os" VARCHAR(20));
CREATE TABLE "event" ("event_id" SERIAL PRIMARY KEY, "website_id" INTEGER NOT NULL REFERENCES "website", "session_id" INTEGER NOT NULL REFERENCES "session", "url" VARCHAR(500) NOT NULL);
CREATE INDEX "session_website_id_idx" ON "session"("website_id");
`,
);
export const oldRows = `
  INSERT INTO "account" ("username", "password") VALUES ('admin', 'x');
  INSERT INTO "website" ("website_uuid", "user_id", "name") VALUES (gen_random_uuid(), 1, 'a site');
  INSERT INTO "session" ("session_uuid", "website_id") VALUES (gen_random_uuid(), 1);
  INSERT INTO "event" ("website_id", "session_id", "url") VALUES (1, 1, '/');`;

/** The new release kept the name and replaced the content. */
export const newInit = fileOf(
  "01_init",
  `CREATE TABLE "user" ("user_id" UUID PRIMARY KEY, "username" VARCHAR(255) NOT NULL UNIQUE, "role" VARCHAR(50) NOT NULL, "created_at" TIMESTAMPTZ(6) DEFAULT CURRENT_TIMESTAMP, "deleted_at" TIMESTAMPTZ(6));
CREATE TABLE "session" ("session_id" UUID PRIMARY KEY, "website_id" UUID NOT NULL, "hostname" VARCHAR(100), "browser" VARCHAR(20), "os" VARCHAR(20), "device" VARCHAR(20), "country" CHAR(2), "created_at" TIMESTAMPTZ(6) DEFAULT CURRENT_TIMESTAMP);
CREATE TABLE "website" ("website_id" UUID PRIMARY KEY, "name" VARCHAR(100) NOT NULL, "domain" VARCHAR(500), "share_id" VARCHAR(50) UNIQUE, "reset_at" TIMESTAMPTZ(6), "user_id" UUID);
CREATE TABLE "website_event" ("event_id" UUID PRIMARY KEY, "website_id" UUID NOT NULL, "session_id" UUID NOT NULL, "url_path" VARCHAR(500) NOT NULL);
CREATE TABLE "event_data" ("event_id" UUID PRIMARY KEY, "website_event_id" UUID NOT NULL, "event_key" VARCHAR(500) NOT NULL, "event_string_value" VARCHAR(500));
CREATE INDEX "session_website_id_idx" ON "session"("website_id");
CREATE INDEX "website_event_website_id_idx" ON "website_event"("website_id");
`,
);
export const report = fileOf(
  "02_report_schema_session_data",
  `ALTER TABLE "event_data" RENAME COLUMN "event_key" TO "data_key";
CREATE TABLE "report" ("report_id" UUID PRIMARY KEY, "user_id" UUID NOT NULL, "name" VARCHAR(200) NOT NULL);
CREATE INDEX "report_user_id_idx" ON "report"("user_id");
`,
);
export const next = fileOf(
  "03_metric_performance_index",
  `CREATE INDEX "event_path" ON "website_event"("url_path");\n`,
);
