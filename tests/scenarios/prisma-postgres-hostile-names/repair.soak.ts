import { fileOf } from "../application.ts";
import { literal, quote } from "../database.ts";
import { PrismaHistory } from "../prisma-history.ts";
import { repaired } from "../repair.ts";
import { scenario } from "../scenario.ts";

const names: Record<string, string> = {
  "a double quote and a single one": `sa"y it's`,
  "a semicolon and a comment": "x; DROP TABLE y; --",
  "a line feed, an escape sequence and a dot": `two\n${String.fromCharCode(27)}[31m lines.x`,
  "a backslash, dollars and percent signs": "a\\b$1$$ 100%s%",
  "63 bytes of two-byte letters": `${"ü".repeat(31)}x`,
};

for (const [i, [what, name]] of Object.entries(names).entries()) {
  scenario(`tables, columns and directories whose name has ${what}`, async ({ database }) => {
    const table = quote(name);
    const beside = `CREATE SCHEMA ${quote(`S${name.slice(1)}`)}; CREATE TABLE ${quote(`S${name.slice(1)}`)}.${table} (${table} text); INSERT INTO ${quote(`S${name.slice(1)}`)}.${table} VALUES (${literal(name)});`;
    const first = fileOf(
      `0001_${name}`.slice(0, 60),
      `CREATE TABLE ${table} (${table} int PRIMARY KEY, "status" varchar(9) CHECK ("status" IN ('a', 'b')));\n`,
    );
    const statements = [
      `ALTER TABLE ${table} ADD COLUMN "more" text`,
      `CREATE TYPE ${quote(`E${name.slice(1)}`)} AS ENUM ('a', ${literal(name)})`,
      `ALTER TABLE ${table} RENAME COLUMN "status" TO "state"`,
      `CREATE INDEX ${quote(`I${name.slice(1)}`)} ON ${table} ("state") WHERE "state" <> ${literal(name)}`,
    ];
    const second = fileOf(`0002_${name}`.slice(0, 60), `${statements.join(";\n")};\n`);
    const db = await database();
    await db.script(beside);
    const history = new PrismaHistory(db);
    await history.deploy([{ ...first, rows: [`INSERT INTO ${table} VALUES (1, 'a')`] }]);
    await history.recordFailure(second, { code: "42P07", message: `relation "${name}" already exists` });
    await db.script(statements.slice(0, 2).join(";\n"));
    await repaired([first, second], db, {
      beside,
      executed: [],
      marked: [second.name],
      ...(i > 0 && { withoutPrisma: true }),
    });
  });
}
