import { hash } from "node:crypto";
import path from "node:path";
import type { NewMigration, NewMigrationWishes } from "../framework.ts";

/** How long a name may become: the history keeps 255 characters. */
const titleLength = 60;

/**
 * A directory with a `migration.sql`, named as `prisma migrate dev` names it: the moment, and what it is about. Where a
 * name of the project would come after that, the new one is built on the last name instead.
 */
export function newMigration({
  migrations,
  projectDirectory,
  existing,
  title,
  sql,
  moment,
}: NewMigrationWishes): NewMigration {
  const stamp = moment.toISOString().replace(/\D/g, "").slice(0, 14);
  const last = existing.at(-1) ?? "";
  const digits = /^\d+/.exec(last)?.[0];
  const slug = title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "")
    .slice(0, titleLength);
  const next = digits && (BigInt(digits) + 1n).toString().padStart(digits.length, "0");
  const candidates = [`${stamp}_${slug}`, ...(next ? [`${next}_${slug}`] : []), `${last}_${slug}`];
  const name = candidates.find((one) => existing.every((other) => isAfter(one, other))) ?? `${last}_${slug}`;
  const bytes = Buffer.from(sql);
  const place = path.relative(projectDirectory, migrations).replaceAll(path.sep, "/");
  const checksum = hash("sha256", bytes);
  return {
    path: path.join(migrations, name, "migration.sql"),
    migration: {
      name,
      file: `${place === "" ? "" : `${place}/`}${name}/migration.sql`,
      checksum,
      hasChecksum: (other) => other === checksum,
      sql,
    },
  };
}

/** In the order of every version of Prisma. */
function isAfter(name: string, other: string): boolean {
  const byBytes = Buffer.compare(Buffer.from(name), Buffer.from(other)) > 0;
  return byBytes && new Intl.Collator("en").compare(name, other) > 0;
}
