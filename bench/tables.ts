import { connected } from "./connected.ts";

/**
 * Makes a database of ordinary tables: nine columns, four constraints, two indexes; for every tenth a view, a trigger, a
 * function and a comment.
 */
export async function makeTables(host: string, database: string, tables: number): Promise<void> {
  await connected(host, "postgres", (client) => client.query(`CREATE DATABASE ${database}`));
  await connected(host, database, async (client) => {
    await client.query(`CREATE TYPE mood AS ENUM ('good', 'bad');
      CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$`);
    // As many as the server's table of locks holds in one transaction.
    for (let first = 1; first <= tables; first += 50) {
      const last = Math.min(first + 49, tables);
      const some = Array.from({ length: last - first + 1 }, (_, i) => sqlOf(first + i));
      await client.query(some.join("\n"));
    }
    await client.query("ANALYZE");
  });
}

function sqlOf(number: number): string {
  const name = `Thing_${number}`;
  const table = `CREATE TABLE "${name}" (id serial PRIMARY KEY, "createdAt" timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    name varchar(100) NOT NULL, status text NOT NULL DEFAULT 'new' CHECK (status IN ('new', 'old')), mood mood DEFAULT 'good',
    price numeric(10,2), owner_id int, note text, data jsonb NOT NULL DEFAULT '{}');
    CREATE INDEX "${name}_name" ON "${name}" (name); CREATE UNIQUE INDEX "${name}_owner" ON "${name}" (owner_id, name);
    ALTER TABLE "${name}" ADD CONSTRAINT "${name}_fkey" FOREIGN KEY (owner_id) REFERENCES "Thing_${Math.max(1, number - 1)}" (id);`;
  if (number % 10 !== 0) return table;
  return `${table}
    CREATE VIEW "View_${number}" AS SELECT t.id, t.name, o.status FROM "${name}" t JOIN "Thing_${number - 1}" o ON o.id = t.owner_id WHERE t.status IN ('new', 'old');
    CREATE TRIGGER touched BEFORE UPDATE ON "${name}" FOR EACH ROW EXECUTE FUNCTION touch();
    CREATE FUNCTION "of_${number}"(a int, b text) RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;
    COMMENT ON TABLE "${name}" IS 'a thing';`;
}
