import { shellWord } from "../../sql/shell.ts";
import type { Framework } from "../framework.ts";
import { detectPrisma } from "./detect.ts";
import { historyQuery, historyTable, readHistory } from "./history.ts";
import { migrationFrom, readPrismaMigrations } from "./migrations.ts";
import { newMigration } from "./new-migration.ts";
import { writing } from "./writing.ts";

/**
 * Prisma Migrate: a directory of SQL files, a history with checksums, each file sent as one message.
 *
 * https://www.prisma.io/docs/orm/prisma-migrate
 */
export const prisma: Framework = {
  name: "prisma",
  title: "Prisma",
  features: {
    checksums: true,
    recordsFailure: true,
    asserts: true,
    execution: "one-message",
    refusesUnmanagedSchema: true,
  },
  commands: {
    migrate: "npx prisma migrate deploy",
    markApplied: (migration) => `npx prisma migrate resolve --applied ${shellWord(migration)}`,
    markRolledBack: (migration) => `npx prisma migrate resolve --rolled-back ${shellWord(migration)}`,
  },
  writing,
  // Few workflows start it.
  runner: async ({ directory, migrations }) =>
    (await import("./runner.ts")).findRunner(directory, migrations),
  async detect(directory, options) {
    const found = await detectPrisma(directory, options);
    return found && { framework: prisma, directory, ...found };
  },
  readMigrations: readPrismaMigrations,
  newMigration,
  migrationAt: (path) => /^([^/]+)\/migration\.sql$/.exec(path)?.[1],
  migrationFrom,
  defaultSchema: "public",
  historyTable: (schema) => ({ schema, name: historyTable }),
  historyQuery,
  readHistory,
  // https://www.prisma.io/docs/orm/prisma-migrate/workflows/development-and-production#advisory-locking
  lock: () => ["72707369"],
};
