import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { drawApplication } from "../application.ts";
import type { Database } from "../database.ts";
import { found } from "../doctor.ts";
import { documentOf, godwit, newDirectory, writeProject } from "../godwit.ts";
import { PrismaHistory } from "../prisma-history.ts";
import { repair } from "../repair.ts";
import { scenario } from "../scenario.ts";

const program = "/usr/sbin/pgbouncer";

/** A real PgBouncer before a database. @returns the URL by way of it */
async function pooled(
  { url, name, server }: Database,
  mode: "session" | "transaction" | "statement",
): Promise<{ url: string; stop: () => Promise<void> }> {
  const directory = await newDirectory("pooler");
  const port = server.port + 10_000 > 65_000 ? server.port - 10_000 : server.port + 10_000;
  await writeFile(
    join(directory, "pgbouncer.ini"),
    `[databases]
${name} = host=127.0.0.1 port=${server.port} dbname=${name} user=postgres
[pgbouncer]
listen_addr=127.0.0.1
listen_port=${port}
unix_socket_dir=
auth_type=any
pool_mode=${mode}
`,
  );
  await chmod(directory, 0o755);
  // As root it refuses to start, and reads its file as the account that it becomes.
  await chmod(join(directory, ".."), 0o755);
  const account = process.geteuid?.() === 0 ? ["-u", "postgres"] : [];
  const bouncer = spawn(program, ["-q", ...account, join(directory, "pgbouncer.ini")], { stdio: "ignore" });
  await sleep(500);
  assert.equal(bouncer.exitCode, null, "PgBouncer ended");
  const through = new URL(url);
  through.port = String(port);
  return {
    url: through.href,
    stop: async () => {
      const ended = once(bouncer, "exit");
      bouncer.kill("SIGKILL");
      await ended;
    },
  };
}

for (const mode of ["transaction", "statement", "session"] as const) {
  scenario(`behind PgBouncer in ${mode} mode`, async ({ random, database }) => {
    if (!existsSync(program)) return;
    const { migrations } = drawApplication(random);
    const db = await database();
    await new PrismaHistory(db).deploy(migrations.slice(0, -1));
    const before = await db.dump();
    const pooler = await pooled(db, mode);
    try {
      const project = ["--project", await writeProject(migrations), "--database", pooler.url];
      const status = await godwit(["status", "--json", ...project]);
      assert.equal(status.exit, 1, status.stderr);
      const diagnosis = await godwit(["doctor", "--json", ...project]);
      assert.deepEqual([found(documentOf(diagnosis)), diagnosis.exit], [["info pending"], 0]);
      const answer = await repair(migrations, db, { url: pooler.url, args: ["--rehearse-only"] });
      if (mode === "session") assert.deepEqual([answer.outcome, answer.exit], ["rehearsed", 0]);
      else {
        assert.deepEqual([answer.outcome, answer.exit], ["refused", 3], answer.stderr);
        assert.match(answer.reasons.join(), /a pooler that shares server connections/);
        assert.match(answer.remedy ?? "", /directUrl/);
      }
    } finally {
      await pooler.stop();
    }
    assert.equal(await db.dump(), before);
  });
}
