import assert from "node:assert/strict";
import { fileOf } from "../application.ts";
import { doctor, doctorInWords, finding, found } from "../doctor.ts";
import { PrismaHistory } from "../prisma-history.ts";
import { repaired } from "../repair.ts";
import { scenario } from "../scenario.ts";

const first = fileOf("0001_book", 'CREATE TABLE "book" ("id" int PRIMARY KEY);');
const plain = 'CREATE TABLE "author" ("id" int PRIMARY KEY, "name" text);\n';
const scripts = {
  "\\restrict": [1, `\\restrict canary-4711\n${plain}\\unrestrict canary-4711\n`],
  "\\connect": [3, `-- PostgreSQL database dump\n\n\\connect postgresql://u:canary-4711@h/d\n${plain}`],
  "COPY … FROM stdin": [2, `${plain}COPY "author" FROM stdin;\n1\tcanary-4711\n\\.\n`],
} as const;

for (const [command, [line, script]] of Object.entries(scripts)) {
  scenario(`a file for psql: ${command}`, async ({ database }) => {
    const db = await database();
    const history = new PrismaHistory(db);
    await history.deploy([first]);
    const dumped = fileOf("0002_author", script);
    assert.equal((await history.deploy([dumped]))?.code, "42601");

    const answer = await doctor([first, dumped], db);
    assert.deepEqual(found(answer), ["error failed-migration", "warning cannot-replay"]);
    const { title, facts, remedies } = finding<{ clientCommand: unknown }>(answer, "cannot-replay");
    assert.equal(title, "0002_author is a script for psql, which no server understands (42601)");
    const { instead, ...one } = facts.clientCommand as { instead: string };
    assert.deepEqual(one, { program: "psql", command, line });
    assert.match(JSON.stringify(remedies), new RegExp(instead.slice(0, 20)));
    if (command === "\\connect")
      assert.ok(!(await doctorInWords([first, dumped], db)).includes("canary-4711"));
    if (command !== "\\restrict") return;
    const mended = fileOf("0002_author", plain);
    await repaired([first, mended], db, { executed: [mended.name] });
  });
}
