import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Diagnosis } from "../../../src/workflows/result.ts";
import { startPostgres, type TestServer } from "../../servers/postgres.ts";
import { primarySettings, type Standby, startStandby, whyNoStandby } from "../../servers/standby.ts";
import { drawApplication } from "../application.ts";
import { create, type Database, quote } from "../database.ts";
import { finding, found } from "../doctor.ts";
import { documentOf, godwit, writeProject } from "../godwit.ts";
import { PrismaHistory } from "../prisma-history.ts";
import { Random } from "../random.ts";
import { explain, refused, repair } from "../repair.ts";

const major = 15;
const password = "canary-of-the-replication";
const { migrations } = drawApplication(new Random("standby"));

describe("a streaming standby", { skip: await whyNoStandby(major) }, () => {
  let primary: TestServer;
  let standby: Standby;
  let db: Database;

  before(async () => {
    primary = await startPostgres({
      major,
      settings: primarySettings,
      hba: ["host replication all 127.0.0.1/32 trust"],
    });
    db = await create(primary);
    await new PrismaHistory(db).deploy(migrations.slice(0, -1));
    standby = await startStandby(primary, { password });
    await db.script(
      "CREATE ROLE watcher LOGIN; GRANT pg_read_all_data TO watcher; CREATE ROLE teller LOGIN IN ROLE watcher, pg_monitor",
    );
    await standby.caughtUp();
  });

  after(async () => {
    await standby?.stop();
    await primary?.stop();
  });

  const urlOf = (port: number, user = "postgres") => {
    const url = new URL(db.url);
    url.port = String(port);
    url.username = user;
    return url.href;
  };

  async function ask(url: string): Promise<Diagnosis> {
    const said = await godwit([
      ...["doctor", "--json", "--project", await writeProject(migrations), "--database", url],
    ]);
    assert.ok(!`${said.stdout}${said.stderr}`.includes(password), "the password is told");
    return documentOf<Diagnosis>(said);
  }

  test("doctor says first that it is one, whom it follows and until when", async () => {
    for (const [user, primaryIsSeen] of [
      ["postgres", true],
      ["teller", true],
      ["watcher", false],
    ] as const) {
      const answer = await ask(urlOf(standby.port, user));
      assert.equal(found(answer)[0], "info read-only-server");
      if (user === "postgres") {
        assert.deepEqual(found(answer), ["info read-only-server", "info pending"]);
        assert.equal(answer.outcome, "healthy");
      }
      const { title, facts, evidence, remedies } = finding<{ readOnly: { primary?: string } }>(
        answer,
        "read-only-server",
      );
      const where = primaryIsSeen ? `127.0.0.1:${primary.port}` : undefined;
      assert.equal(facts.readOnly.primary, where);
      assert.equal(title, `This server is a read-only copy (a standby) of ${where ?? "another server"}`);
      assert.match(evidence.join(), /was committed 20\d\d-\d\d-\d\d \d\d:\d\d/);
      assert.ok(JSON.stringify(remedies).includes(where ?? "the server which it follows"));
    }
    const said = await godwit([
      "doctor",
      "--project",
      await writeProject(migrations),
      "--database",
      urlOf(standby.port),
    ]);
    assert.match(said.stdout, /i 1\. This server is a read-only copy \(a standby\) of 127\.0\.0\.1:\d+/);
    assert.ok(!said.stdout.includes(password));
  });

  test("migrate and repair refuse, and change nothing on either server", async () => {
    const refusal = async (command: "repair" | "migrate", args: readonly string[]) => {
      const answer = await refused(migrations, db, "refused", {
        ...{ url: urlOf(standby.port), command, args, words: /read-only copy \(a standby\) of 127\.0\.0\.1/ },
      });
      assert.match(answer.remedy ?? "", /godwit repair --database URL/);
    };
    for (const args of [["--native"], ["--rehearse-only"], ["--without-rehearsal"]])
      await refusal("migrate", args);
    const last = migrations.at(-1) ?? assert.fail();
    await new PrismaHistory(db).recordKilled(last);
    await standby.caughtUp();
    assert.deepEqual(found(await ask(urlOf(standby.port))), [
      "info read-only-server",
      "error failed-migration",
    ]);
    await refusal("repair", []);
  });

  test("of two hosts the one that can be written to is taken; the copy has it a moment later", async () => {
    const url = new URL(urlOf(primary.port));
    url.host = `127.0.0.1:${standby.port}`;
    const both = url.href.replace(
      `127.0.0.1:${standby.port}`,
      `127.0.0.1:${standby.port},127.0.0.1:${primary.port}`,
    );
    const answer = await repair(migrations, db, {
      url: `${both}?target_session_attrs=read-write`,
      command: "repair",
    });
    assert.deepEqual([answer.outcome, answer.exit], ["done", 0], explain(answer));
    await standby.caughtUp();
    assert.deepEqual(found(await ask(urlOf(standby.port))), ["info read-only-server"]);
    assert.deepEqual(found(await ask(urlOf(primary.port))), []);
  });

  test("read-only by a setting: where it was set", async () => {
    for (const [sql, where, undo] of [
      [
        `ALTER DATABASE ${quote(db.name)} SET default_transaction_read_only = on`,
        "for this database",
        `SET default_transaction_read_only = off; ALTER DATABASE ${quote(db.name)} RESET default_transaction_read_only`,
      ],
      [
        "ALTER ROLE teller SET default_transaction_read_only = on",
        "for this role",
        "ALTER ROLE teller RESET default_transaction_read_only",
      ],
    ] as const) {
      await db.script(sql);
      const answer = await ask(urlOf(primary.port, "teller"));
      assert.deepEqual(found(answer), ["info read-only-server"]);
      assert.match(
        finding(answer, "read-only-server").title,
        new RegExp(`default_transaction_read_only is on, set ${where}$`),
      );
      await db.connected(async (client) => {
        for (const one of undo.split("; ")) await client.query(one);
      });
      assert.deepEqual(found(await ask(urlOf(primary.port, "teller"))), []);
    }
    const options = `?options=${encodeURIComponent("-c default_transaction_read_only=on")}`;
    const more = [...migrations, { name: "0099_more", sql: 'CREATE TABLE "more" ("id" int);\n' }];
    await refused(more, db, "refused", {
      url: `${urlOf(primary.port)}${options}`,
      command: "migrate",
      words: /read_only is on, set in the options of the URL/,
    });
  });

  test("a standby that was promoted is a server like any other", async () => {
    await standby.promote();
    const more = [...migrations, { name: "0099_more", sql: 'CREATE TABLE "more" ("id" int);\n' }];
    const answer = await repair(more, db, { url: urlOf(standby.port), command: "migrate" });
    assert.deepEqual([answer.outcome, answer.exit], ["done", 0], explain(answer));
    const said = await godwit([
      ...["doctor", "--json", "--project", await writeProject(more), "--database", urlOf(standby.port)],
    ]);
    assert.deepEqual(found(documentOf<Diagnosis>(said)), []);
  });
});
