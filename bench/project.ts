import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { connected } from "./connected.ts";

/** A project on disk, and its database. */
export interface Project {
  readonly directory: string;
  readonly url: string;
}

/**
 * Makes a project whose migrations are all applied.
 *
 * @param wishes.host the directory of the server's socket
 */
export async function makeProject(wishes: {
  readonly directory: string;
  readonly host: string;
  readonly name: string;
  readonly migrations: number;
}): Promise<Project> {
  const { host, name } = wishes;
  const directory = join(wishes.directory, name);
  await connected(host, "postgres", (client) => client.query(`CREATE DATABASE "${name}"`));
  await connected(host, name, async (client) => {
    await client.query(`CREATE TABLE _prisma_migrations (id varchar(36) PRIMARY KEY, checksum varchar(64) NOT NULL,
      finished_at timestamptz, migration_name varchar(255) NOT NULL, logs text, rolled_back_at timestamptz,
      started_at timestamptz NOT NULL DEFAULT now(), applied_steps_count integer NOT NULL DEFAULT 0)`);
    for (let number = 1; number <= wishes.migrations; number++) {
      const migration = `${String(number).padStart(4, "0")}_step`;
      const sql = statementsOf(number);
      const place = join(directory, "prisma/migrations", migration);
      await mkdir(place, { recursive: true });
      await writeFile(join(place, "migration.sql"), sql);
      await client.query(sql);
      await client.query(
        `INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, started_at, applied_steps_count)
         VALUES ($1, $2, clock_timestamp(), $3, clock_timestamp(), 1)`,
        [String(number), createHash("sha256").update(sql).digest("hex"), migration],
      );
    }
  });
  await writeFile(
    join(directory, "prisma/schema.prisma"),
    'datasource db {\n  provider = "postgresql"\n  url      = env("DATABASE_URL")\n}\n',
  );
  return { directory, url: `postgresql://godwit@localhost/${name}?host=${encodeURIComponent(host)}` };
}

/** Six statements, like those of an ordinary change. */
export function statementsOf(number: number): string {
  const name = `thing_${number}`;
  return `-- CreateTable
CREATE TABLE "${name}" (
    "id" SERIAL NOT NULL,
    "name" VARCHAR(100) NOT NULL,
    "owner_id" INTEGER,
    "created_at" TIMESTAMPTZ(6) DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "${name}_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "${name}_name_idx" ON "${name}"("name");
CREATE UNIQUE INDEX "${name}_owner_id_key" ON "${name}"("owner_id");
ALTER TABLE "${name}" ADD COLUMN "note" TEXT;
ALTER TABLE "${name}" ALTER COLUMN "note" SET DEFAULT '';
ALTER TABLE "${name}" ADD CONSTRAINT "${name}_owner_id_fkey" FOREIGN KEY ("owner_id") REFERENCES "${name}"("id");
`;
}
