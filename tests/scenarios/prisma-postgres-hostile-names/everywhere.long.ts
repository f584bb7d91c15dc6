// Hostile names of everything that has a name, through every command. The helper that runs Godwit looks at all that is said.

import assert from "node:assert/strict";
import { readdir, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { RepairResult } from "../../../src/workflows/repair-result.ts";
import type { Diagnosis } from "../../../src/workflows/result.ts";
import { fileOf } from "../application.ts";
import { Database, literal, quote } from "../database.ts";
import { documentOf, godwit, newDirectory, type Said, writeProject } from "../godwit.ts";
import { PrismaHistory } from "../prisma-history.ts";
import { drawnPart } from "../random.ts";
import { scenario } from "../scenario.ts";

const esc = String.fromCharCode(27);
const bell = String.fromCharCode(7);

/** What each name has in it; the last one has the length at which PostgreSQL cuts. */
const hostile: Record<string, string> = {
  quotes: `"'\\$1$$;--/*%s{{x}}\${y}<script>`,
  "lines and escapes": `\n✗ 9. forged\r\t${esc}[2J${esc}]8;;http://x${bell}\u009b2J`,
  directions: "\u202Etxt\u200b\u2066\ufeff\u2028\u00ad\u{e0041}",
  "a way up": "../../../x",
  "63 bytes": "ü".repeat(40),
};

/** As PostgreSQL cuts it: at 63 bytes, never within a character. */
const cut = (name: string) => {
  let short = [...name];
  while (Buffer.byteLength(short.join("")) > 63) short = short.slice(0, -1);
  return short.join("");
};

/** A line at whose beginning is what a name says, where Godwit's own begin. */
const forged = /^(?:✗ 9\. forged|forged)/m;

for (const [what, evil] of drawnPart("hostile everywhere", Object.entries(hostile), 0.3)) {
  scenario(`names which have ${what}, of everything`, async ({ database }) => {
    const plain = await database();
    const name = (kind: string) => cut(`${kind}${evil}`);
    const n = (kind: string) => quote(name(kind));
    // A command line takes no line feed in a value.
    const inFiles = (kind: string) =>
      name(kind)
        .replaceAll("/", "∕")
        .replaceAll(/[\r\n]/g, "");
    const db = new Database(plain.server, name("D"));
    await new Database(plain.server, "postgres").script(
      `CREATE DATABASE ${quote(db.name)} TEMPLATE template0`,
    );
    const schema = name("S");
    const first = fileOf(
      `0001_${inFiles("m")}`.slice(0, 60),
      [
        `CREATE TYPE ${n("E")} AS ENUM (${literal(name("l"))}, 'b')`,
        `CREATE DOMAIN ${n("O")} AS text CONSTRAINT ${n("oc")} CHECK (VALUE <> ${literal(evil)})`,
        `CREATE SEQUENCE ${n("Q")}`,
        `CREATE TABLE ${n("T")} (${n("id")} int CONSTRAINT ${n("pk")} PRIMARY KEY, ${n("c")} text DEFAULT ${literal(evil)}, ${n("e")} ${n("E")}, "u" int)`,
        `CREATE TABLE ${n("T2")} (${n("r")} int CONSTRAINT ${n("fk")} REFERENCES ${n("T")}, "x" int CONSTRAINT ${n("ck")} CHECK ("x" > 0))`,
        `CREATE INDEX ${n("I")} ON ${n("T")} (${n("c")})`,
        `CREATE VIEW ${n("V")} AS SELECT ${n("c")} AS ${n("vc")} FROM ${n("T")}`,
        `CREATE FUNCTION ${n("F")}() RETURNS trigger LANGUAGE plpgsql AS $fn$ BEGIN RETURN NEW; END $fn$`,
        `CREATE TRIGGER ${n("G")} BEFORE UPDATE ON ${n("T")} FOR EACH ROW EXECUTE FUNCTION ${n("F")}()`,
        `CREATE POLICY ${n("P")} ON ${n("T")}`,
        `COMMENT ON TABLE ${n("T")} IS ${literal(evil)}`,
      ].join(";\n"),
    );
    const statements = [
      `ALTER TABLE ${n("T2")} ADD COLUMN ${n("n")} text`,
      `ALTER TYPE ${n("E")} RENAME VALUE 'b' TO ${literal(name("b"))}`,
      `CREATE INDEX ${n("J")} ON ${n("T2")} ("x")`,
    ];
    const second = fileOf(`0002_${inFiles("m")}`.slice(0, 60), statements.join(";\n"));
    const third = fileOf(
      `0003_${inFiles("m")}`.slice(0, 60),
      `CREATE UNIQUE INDEX ${n("U")} ON ${n("T")} ("u")`,
    );
    const files = [first, second, third];

    const history = new PrismaHistory(db, schema);
    await db.script(`CREATE SCHEMA ${quote(schema)}; CREATE SCHEMA ${n("other")}`);
    const rows = [`INSERT INTO ${n("T")} VALUES (1, ${literal(evil)}, 'b', 7), (2, 'x', 'b', 7)`];
    assert.equal(await history.deploy([{ ...first, rows }]), undefined);
    await history.recordFailure(second, {
      code: "42P07",
      message: `relation ${n("T2")} already exists${evil}`,
    });
    await db.script(statements[0] ?? "", schema);
    // What a hand did.
    await db.script(
      `DROP INDEX ${n("I")}; ALTER TABLE ${n("T")} ADD COLUMN ${n("hand")} int; CREATE TABLE ${n("H")} (${n("x")} int); ALTER TABLE ${n("T2")} DROP CONSTRAINT ${n("ck")}`,
      schema,
    );

    const made = await writeProject(files);
    const project = join(dirname(made), inFiles(`project-${Math.random().toString(36).slice(2)}`));
    await rename(made, project);
    const state = await newDirectory("state");
    const beside = await readdir(dirname(project));
    const url = `${db.url}?schema=${encodeURIComponent(schema)}`;
    const there = ["--project", project, "--database", url];
    const where = [...there, "--state-dir", state];
    const run = async (...args: string[]): Promise<Said> => {
      const said = await godwit(args);
      assert.doesNotMatch(`${said.stdout}\n${said.stderr}`, forged);
      assert.notEqual(said.exit, 64, said.stderr);
      return said;
    };

    // Whoever holds a lock has a name as well.
    await db.connected(async (holder) => {
      await holder.query(`SET application_name = ${literal(cut(`app${evil}`))}`);
      await holder.query(`BEGIN; LOCK TABLE ${quote(schema)}.${n("T2")} IN ACCESS EXCLUSIVE MODE`);
      await run("doctor", ...where);
    });

    const answer = documentOf<Diagnosis>(await run("doctor", "--json", ...where));
    assert.deepEqual(
      answer.migrations.map((one) => [one.name, one.actual]),
      [
        [first.name, "partial"],
        [second.name, "partial"],
        [third.name, "absent"],
      ],
    );
    const checks = answer.findings.map(({ check }) => check);
    for (const check of ["failed-migration", "drift", "rows-in-the-way"])
      assert.ok(checks.includes(check), `${check}: ${checks}`);
    await run("doctor", ...where);
    await run("status", ...there);
    const bundle = join(state, "bundle.json");
    await run("doctor", "--bundle", bundle, ...where);
    await run("doctor", "--from", bundle);
    const snapshot = join(state, "before.json");
    await run("snapshot", "--out", snapshot, ...there);
    await run("diff", snapshot, "files", "--project", project);
    await run("diff", "files", url, "--sql", "--project", project);

    const plans = [join(state, "plan.sql"), join(state, "plan.json")].flatMap((file) => ["--plan-out", file]);
    await run("repair", "--rehearse-only", ...plans, ...where);
    const choices = [
      ...["--choose", "drift=adopt"],
      ...["--choose", `rows-in-the-way:${third.name}:${quote(schema)}.${n("U")}=quarantine`],
    ];
    const repaired = documentOf<RepairResult>(
      await run("repair", "--json", "--yes", "--native", ...choices, ...where),
    );
    assert.ok(["done", "choose", "refused"].includes(repaired.outcome), JSON.stringify(repaired));
    await run("repair", "--yes", "--native", ...choices, ...where);
    await run("quarantine", ...there);
    await run("undo", "--yes", ...where);
    // A log that quotes it.
    const log = `Error: P3018\nMigration name: ${first.name}\nDatabase error code: 42P07\nERROR: relation ${n("T")} already exists\n`;
    await godwit(["explain"], {}, log);
    // Nothing was written beside the project, and what was adopted is in it.
    assert.deepEqual(await readdir(dirname(project)), beside);
    await db.drop();
  });
}
