// A history table that is none of Prisma's, or whose rows are nonsense: the doctor looks at the schema all the same, says in
// one sentence that it cannot read the history, or reads it; nothing that a row says makes a migration present or absent.
import assert from "node:assert/strict";
import type { Diagnosis } from "../../src/workflows/result.ts";
import { fileOf } from "../scenarios/application.ts";
import { literal } from "../scenarios/database.ts";
import { documentOf, godwit, writeProject } from "../scenarios/godwit.ts";
import type { Random } from "../scenarios/random.ts";
import { scenario } from "../scenarios/scenario.ts";

/** Seconds in the long run. */
const seconds = Number(process.env["GODWIT_SOAK"] ?? 6);

const files = [
  fileOf("1_init", 'CREATE TABLE "a" ("id" int)'),
  fileOf("2_more", 'CREATE TABLE "b" ("id" int)'),
  fileOf("3_last", 'CREATE TABLE "c" ("id" int)'),
];

/** Texts which stand in the way of whoever reads them. */
const texts = [
  "",
  " ",
  "1_init",
  "2_more",
  "3_last",
  "../../etc/passwd",
  "\u001b[2J\r\n✗ 9. forged",
  "\u202etxt",
  "x".repeat(100_000),
  'Database error code: 42P01\n\nDatabase error:\nERROR: relation "a" does not exist',
  "Database error code: \n\nDatabase error:\n",
  "__proto__",
  "constructor",
  '"; DROP TABLE a; --',
  "%s$1{{x}}",
];
const moments = [
  "infinity",
  "-infinity",
  "4713-01-01 00:00:00 BC",
  "294276-12-31 23:59:59",
  "now",
  "1970-01-01",
];

/** Each column with the types that it is drawn from, Prisma's own first. */
const columns: Readonly<Record<string, readonly string[]>> = {
  id: ["varchar(36)", "text", "int", "uuid", "bytea", "text[]"],
  checksum: ["varchar(64)", "text", "bytea", "jsonb", "int"],
  finished_at: ["timestamptz", "timestamp", "date", "text", "bigint", "bool", "interval"],
  migration_name: ["varchar(255)", "text", "bytea", "text[]", "int", "xml", "json"],
  logs: ["text", "bytea", "jsonb", "text[]", "int"],
  rolled_back_at: ["timestamptz", "timestamp", "text", "bool", "point"],
  started_at: ["timestamptz", "timestamp", "date", "text", "int8range", "time"],
  applied_steps_count: ["integer", "bigint", "numeric", "text", "float8", "bool"],
};

function drawValue(type: string, random: Random): string {
  if (random.chance(0.25)) return "NULL";
  if (/^timestamp|^date/.test(type)) return random.chance(0.6) ? "now()" : literal(random.pick(moments));
  const values: Record<string, readonly string[]> = {
    int: ["0", "-1", "2147483647"],
    integer: ["0", "1", "-1", "2147483647"],
    bigint: ["0", "1", "9223372036854775807"],
    numeric: ["0", "'NaN'", "1e100"],
    float8: ["'NaN'", "'Infinity'", "0.5"],
    bool: ["true", "false"],
    uuid: ["gen_random_uuid()"],
    bytea: ["'\\x00ff1b'", "''"],
    json: ["'{}'", "'null'"],
    jsonb: ["'{\"a\": [1]}'", "'null'"],
    "text[]": ["ARRAY['1_init', NULL]", "'{}'"],
    interval: ["'1 day'"],
    point: ["'(1,2)'"],
    int8range: ["'empty'", "'[1,2)'"],
    time: ["'24:00'"],
    xml: ["'<a/>'"],
  };
  const text = random.pick(texts);
  const most = Number(/\((\d+)\)/.exec(type)?.[1] ?? Number.POSITIVE_INFINITY);
  return random.pick(values[type] ?? [literal(text.slice(0, most))]);
}

/** A table in which most columns are Prisma's own, and some are not, or are missing. */
function drawTable(random: Random): string {
  const drawn = Object.entries(columns)
    .filter(() => random.chance(0.98))
    .map(([name, types]) => ({
      name,
      type: random.chance(0.85) ? (types[0] ?? "text") : random.pick(types),
    }));
  const rows = Array.from(
    { length: random.integer(0, 8) },
    () =>
      `INSERT INTO _prisma_migrations VALUES (${drawn.map(({ type }) => drawValue(type, random)).join(", ")})`,
  );
  return [
    "DROP TABLE IF EXISTS _prisma_migrations",
    `CREATE TABLE _prisma_migrations (${drawn.map(({ name, type }) => `${name} ${type}`).join(", ")})`,
    ...rows,
  ].join(";\n");
}

scenario("whatever the history says, the schema is what it is", async ({ database, random }) => {
  const db = await database();
  await db.script('CREATE TABLE "b" ("id" int)');
  const project = ["--project", await writeProject(files), "--database", db.url];
  const end = performance.now() + seconds * 1000;
  for (let round = 0; round < 6 || performance.now() < end; round++) {
    const table = drawTable(random);
    await db.script(table);
    const told = table.length > 5000 ? `${table.slice(0, 5000)} ...` : table;
    for (const args of [["status", "--json"], ["doctor", "--json"], ["doctor"]]) {
      const said = await godwit([...args, ...project]).catch((error: unknown) => {
        throw new Error(told, { cause: error });
      });
      if (said.exit === 2) {
        assert.match(said.stderr, /^godwit: .*(?:_prisma_migrations|history)/, told);
        continue;
      }
      if (args.join() !== "doctor,--json") continue;
      const { migrations, outcome } = documentOf<Diagnosis>(said);
      const actual = new Map(migrations.map((one) => [one.name, one.actual]));
      // A row with another checksum: nobody knows then what was in the file.
      for (const [i, truth] of (["absent", "present", "absent"] as const).entries()) {
        const claimed = actual.get(files[i]?.name ?? "");
        assert.ok(claimed === truth || claimed === "unknown", `${files[i]?.name} ${claimed}: ${told}`);
      }
      assert.equal(outcome, "findings", told);
    }
  }
});
