import assert from "node:assert/strict";
import { test } from "node:test";
import type { FrameworkName } from "../failure.ts";
import { failureNamed } from "../registry.ts";
import { prisma, rails } from "./prisma-and-rails.test.ts";
import { alembic, laravel, typeorm } from "./typeorm-alembic-laravel.test.ts";

/** A log that only one framework writes. */
export interface FrameworkLog {
  readonly failure: string;
  readonly framework: FrameworkName;
  readonly log: string;
}

const started = "Prisma schema loaded from prisma/schema.prisma\n";

const lists = { prisma, rails, typeorm, alembic, laravel };

/** Logs of what only the frameworks themselves say. */
export const frameworkLogs: readonly FrameworkLog[] = (Object.keys(lists) as FrameworkName[]).flatMap(
  (framework) =>
    lists[framework].map(([failure, log]) => ({
      failure,
      framework,
      log: framework === "prisma" ? started + log : log,
    })),
);

/** Lines of a database server, whatever the framework. */
export const serverLines: readonly (readonly [string, string])[] = [
  [
    "collation-mismatch",
    'db-1  | 2026-11-21 06:35:32.597 UTC [33] WARNING:  database "app" has a collation version mismatch',
  ],
  ["invalid-index", '    "users_email_idx" UNIQUE, btree (email) INVALID'],
  [
    "dependent-objects",
    "db-1  | 2026-11-21 06:35:32.597 UTC [33] ERROR:  cannot drop table users because other objects depend on it",
  ],
];

test("every log is of a failure that there is", () => {
  for (const { failure } of frameworkLogs) assert.ok(failureNamed(failure), failure);
});
