// Wherever the canary is said, written down or handed over as an argument, the helpers that run Godwit fail.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { RepairResult } from "../../../src/workflows/repair-result.ts";
import { canaryInUrl, canaryPassword } from "../../servers/canary.ts";
import { fileOf } from "../application.ts";
import { Database, literal } from "../database.ts";
import { documentOf, godwit, newDirectory, writeProject } from "../godwit.ts";
import { PrismaHistory } from "../prisma-history.ts";
import { scenario } from "../scenario.ts";

const secret = literal(canaryPassword);

/** `role` is a name which no other test has: roles belong to the whole server. */
const statementsWith = (role: string) => [
  `CREATE ROLE ${role} LOGIN PASSWORD ${secret}`,
  `ALTER ROLE ${role} WITH ENCRYPTED PASSWORD $x$${canaryPassword}$x$`,
  "CREATE EXTENSION IF NOT EXISTS postgres_fdw",
  `CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'h')`,
  `CREATE USER MAPPING FOR ${role} SERVER far OPTIONS (user 'a', password ${secret})`,
];

scenario(
  "the plan, its JSON, the journal and the cache have no secret of a migration",
  async ({ database }) => {
    const db = await database();
    const role = `reporting_${db.name}`;
    const files = [
      fileOf("1_init", 'CREATE TABLE "t" ("id" int)'),
      fileOf("2_roles", `${statementsWith(role).join(";\n")};\n`),
    ] as const;
    await new PrismaHistory(db).deploy([files[0]]);
    const stateDirectory = await newDirectory("state");
    const plan = join(await newDirectory("plan"), "plan.json");
    const where = [
      "--database",
      db.url,
      "--project",
      await writeProject(files),
      "--state-dir",
      stateDirectory,
    ];
    await godwit(["doctor", ...where]);
    await godwit(["doctor", "--json", ...where]);
    const rehearsed = await godwit(["migrate", "--rehearse-only", "--plan-out", plan, ...where]);
    assert.equal(rehearsed.exit, 0, rehearsed.stdout + rehearsed.stderr);
    assert.match(rehearsed.stdout, /CREATE ROLE reporting_\w+ LOGIN PASSWORD '\*\*\*'/);
    assert.match(await readFile(plan, "utf8"), /OPTIONS \(user 'a', password '\*\*\*'\)/);
    const done = await godwit(["migrate", "--yes", "--json", ...where]);
    assert.equal(documentOf<RepairResult>(done).outcome, "done", done.stdout);
    // What was executed is what the file says.
    const as = new URL(db.url);
    as.username = role;
    const [row] = await db.rows(
      `SELECT umoptions FROM pg_user_mappings WHERE usename = ${literal(role)} AND srvname = 'far'`,
    );
    assert.ok(JSON.stringify(row).includes(JSON.stringify(canaryPassword).slice(1, -1)));
    await godwit(["undo", "--yes", "--json", "--rehearse-only", ...where]);
    await db.drop();
    await new Database(db.server, "postgres").script(`DROP ROLE ${role}`);
  },
);

/** What an application says when it cannot log in elsewhere. */
const complaint = literal(
  `cannot reach postgresql://app:${canaryInUrl}@h/d, nor host=h password='${encodeURI(canaryPassword).replaceAll("'", "")}'`,
);

for (const [what, sql] of Object.entries({
  "the server quotes what it does not understand": `ALTER ROLE nobody PASSWORD ${secret} ${secret}`,
  "an exception says a URL, and a connection": `DO $$ BEGIN
    IF EXISTS (SELECT FROM "t") THEN RAISE EXCEPTION '%', ${complaint}; END IF; END $$`,
}))
  scenario(`${what}: neither the report nor the journal tells it`, async ({ database }) => {
    const db = await database();
    const files = [fileOf("1_init", 'CREATE TABLE "t" ("id" int)'), fileOf("2_fails", `${sql};\n`)] as const;
    const history = new PrismaHistory(db);
    await history.deploy([{ ...files[0], rows: ['INSERT INTO "t" VALUES (1)'] }]);
    const where = ["--database", db.url, "--project", await writeProject(files)];
    for (const more of [["--json"], ["--without-rehearsal"]]) {
      const said = await godwit(["migrate", "--native", "--yes", ...more, ...where]);
      assert.notEqual(said.exit, 0, said.stdout);
      assert.match(said.stdout, /\*\*\*/);
    }
    // Prisma itself writes the server's message into the history.
    await history.deploy([files[1]]);
    for (const more of [[], ["--json"]]) await godwit(["doctor", ...more, ...where]);
  });
