import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmod, chown, mkdtemp, rm, statfs, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { RepairResult } from "../../src/workflows/repair-result.ts";
import { fileOf } from "../scenarios/application.ts";
import { Database } from "../scenarios/database.ts";
import { documentOf, godwit, newDirectory, writeProject } from "../scenarios/godwit.ts";
import { PrismaHistory } from "../scenarios/prisma-history.ts";
import { scenario } from "../scenarios/scenario.ts";
import { findPrograms } from "../servers/programs.ts";
import type { BrokenState } from "./broken-states.ts";
import { start } from "./killing.ts";
import { drawnOf } from "./points.ts";
import { recovers, truthOfState } from "./recovery.ts";

const run = promisify(execFile);

/** Only root may mount a small disk. Elsewhere a trigger of the server refuses with the same code, and files have a limit. */
const isRoot = process.getuid?.() === 0;

async function withSmallDisk<T>(megabytes: number, use: (directory: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), "godwit-small-"));
  await run("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", directory]);
  try {
    return await use(directory);
  } finally {
    await run("umount", [directory]);
    await rm(directory, { recursive: true });
  }
}

/** As the server does it when it can build no index for want of space. */
const refusing = `CREATE FUNCTION full_disk() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
    RAISE EXCEPTION 'No space left on device' USING ERRCODE = '53100'; END $$;
  CREATE EVENT TRIGGER full_disk ON ddl_command_end WHEN TAG IN ('CREATE INDEX') EXECUTE FUNCTION full_disk()`;
/** No file larger than 20 MB: the unit is 512 bytes. */
const limited = ["sh", "-c", 'ulimit -f 40960; exec "$@"', "sh"];

const table = {
  ...fileOf("0001_table", 'CREATE TABLE "t" ("id" int PRIMARY KEY, "text" text);\n'),
  rows: [`INSERT INTO "t" SELECT n, md5(n::text) || md5((-n)::text) FROM generate_series(1, 20000) n`],
};
const kinds: Record<string, BrokenState> = {
  "in one transaction": {
    files: [
      table,
      fileOf("0002_index", 'ALTER TABLE "t" ADD COLUMN "n" int;\nCREATE INDEX "by_text" ON "t" ("text");\n'),
    ],
    choose: [],
    command: "migrate",
  },
  "by itself": {
    files: [
      table,
      fileOf("0002_column", 'ALTER TABLE "t" ADD COLUMN "n" int;\n'),
      fileOf("0003_index", 'CREATE INDEX CONCURRENTLY "by_text" ON "t" ("text")'),
    ],
    choose: [],
    command: "repair",
  },
};

for (const [kind, state] of drawnOf("kinds", kinds, 1)) {
  scenario(`the server's disk is full when an index is built, ${kind}`, async ({ database }) => {
    const like = await database();
    const truth = await truthOfState(state, like);
    const interrupted = async (db: Database, full: () => Promise<void>, free: () => Promise<void>) => {
      await new PrismaHistory(db).deploy([table]);
      await recovers({
        state,
        truth,
        database: db,
        stateDirectory: await newDirectory("state"),
        async interrupt(args, environment) {
          await full();
          const said = await godwit([...args, "--without-rehearsal"], environment);
          await free();
          const result = documentOf<RepairResult>(said);
          const { failure, committed } = result;
          assert.deepEqual([result.outcome, said.exit], ["failed", 2], said.stdout);
          const reason = failure?.reason;
          assert.equal(reason !== undefined && "code" in reason && reason.code, "53100", said.stdout);
          assert.deepEqual([failure?.left, committed], kind === "by itself" ? ["some", 1] : ["nothing", 0]);
          return result;
        },
      });
    };
    if (!isRoot) {
      const db = await database();
      const full = () => db.script(refusing);
      const free = () => db.script("DROP EVENT TRIGGER full_disk; DROP FUNCTION full_disk()");
      return interrupted(db, full, free);
    }
    await withSmallDisk(24, async (directory) => {
      const { account } = await findPrograms(like.server.major);
      const name = `small_${randomBytes(4).toString("hex")}`;
      const place = await mkdtemp(join(directory, "space-"));
      await chmod(directory, 0o755);
      if (account) await chown(place, account.uid, account.gid);
      const maintenance = new Database(like.server, "postgres");
      await maintenance.script(`CREATE TABLESPACE ${name} LOCATION '${place}'`);
      await maintenance.script(`CREATE DATABASE ${name} TEMPLATE template0 TABLESPACE ${name}`);
      const db = new Database(like.server, name);
      const filler = join(directory, "filler");
      const full = async () => {
        await db.script("CHECKPOINT");
        const { bavail, bsize } = await statfs(directory);
        await writeFile(filler, Buffer.alloc(bavail * bsize - 200_000));
      };
      try {
        await interrupted(db, full, () => rm(filler));
      } finally {
        await rm(filler, { force: true });
        await db.drop();
        await maintenance.script(`DROP TABLESPACE ${name}`);
      }
    });
  });
}

scenario(
  "the disk of the copy is full: nothing is rehearsed, and nothing is changed",
  async ({ database }) => {
    const db = await database();
    const large = {
      ...table,
      rows: [
        `INSERT INTO "t" SELECT n, (SELECT string_agg(md5((n * 1000 + m)::text), '') FROM generate_series(1, 40) m) FROM generate_series(1, 24000) n`,
      ],
    };
    const files = [large, fileOf("0002_index", 'CREATE INDEX "by_id" ON "t" ("id", "text");\n')];
    await new PrismaHistory(db).deploy([large]);
    const before = await db.dump();
    const common = ["--json", "--project", await writeProject(files), "--database", db.url];
    const args = ["migrate", ...common, "--yes", "--native", "--state-dir", await newDirectory("state")];
    // The replay has its own server, which needs no space for rows: it is in the cache then.
    await godwit(["doctor", ...common]);
    const say = async (environment: Readonly<Record<string, string>>, ...more: string[]) => {
      const { exit, stdout, said } = await (
        await start([...args, ...more], environment, isRoot ? [] : limited)
      ).ended;
      return { exit, said, ...documentOf<RepairResult>({ exit: exit ?? -1, stdout, stderr: said }) };
    };
    const mustSay = async (environment: Readonly<Record<string, string>> = {}) => {
      const full = await say(environment, "--level", "full");
      assert.deepEqual([full.outcome, full.exit], ["cannot-rehearse", 3], full.said);
      assert.match(full.reasons.join(), /no space left|file too large/i);
    };
    if (!isRoot) await mustSay();
    else
      await withSmallDisk(60, async (directory) => {
        await chmod(directory, 0o1777);
        await mustSay({ TMPDIR: directory });
        // Left to itself it sees that beforehand: the rows of the table on which the index is to be do not fit.
        const less = await say({ TMPDIR: directory }, "--rehearse-only");
        assert.equal(less.certificate?.level, "schema", less.said);
        assert.ok(less.certificate?.proven.some((sentence) => /nothing is proven of data/.test(sentence)));
      });
    assert.equal(await db.dump(), before);
  },
);
