import assert from "node:assert/strict";
import { doctor, finding, found, told } from "../doctor.ts";
import { PrismaHistory } from "../prisma-history.ts";
import { scenario } from "../scenario.ts";
import { newInit, next, oldInit, oldRows, report } from "./releases.ts";

scenario(
  "the database is of an older release, whose first migration has the same name",
  async ({ database }) => {
    const db = await database();
    const history = new PrismaHistory(db);
    await history.deploy([{ ...oldInit, rows: [oldRows] }]);
    assert.equal((await history.deploy([report]))?.code, "42P01");

    const answer = await doctor([newInit, report, next], db);
    assert.equal(found(answer)[0], "error foreign-history");
    assert.ok(!found(answer).includes("error asserted-never-executed"));
    assert.ok(!found(answer).includes("error history-without-objects"));
    const { facts } = finding<{ migrations: string[]; notHeld: string[] }>(answer, "foreign-history");
    assert.deepEqual(facts.migrations, ["01_init"]);
    assert.ok(facts.notHeld.includes("table public.event_data"), `${facts.notHeld}`);
    const states = answer.migrations.map(({ state, actual }) => `${state} ${actual}`);
    assert.match(states[0] ?? "", /^edited (absent|partial|different|unknown)$/);
    assert.match(states[1] ?? "", /^failed (absent|unknown)$/);
    assert.match(states[2] ?? "", /^pending (absent|unknown)$/);
    // No remedy may mark, execute or run anything: the tables are different tables.
    assert.deepEqual(
      told(answer).filter((step) => JSON.parse(step).kind !== "person"),
      [],
    );
    assert.equal(answer.position?.exact ?? false, false);
    assert.equal(answer.exit, 1);
  },
);
