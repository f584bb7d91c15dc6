import type { Migration } from "../migration/migration.ts";

/** The roles that a shadow needs before the migrations run: one that a migration creates itself must not be there. */
export function rolesNotMadeBy(migrations: readonly Migration[], roles: readonly string[]): string[] {
  const made = new Set<string>();
  for (const { sql = "" } of migrations) {
    for (const [, quoted, plain] of sql.matchAll(
      /\bCREATE\s+(?:ROLE|USER|GROUP)\s+(?:"((?:[^"]|"")+)"|(\w+))/gi,
    )) {
      made.add(quoted?.replaceAll('""', '"') ?? plain?.toLowerCase() ?? "");
    }
  }
  return roles.filter((role) => !made.has(role));
}
