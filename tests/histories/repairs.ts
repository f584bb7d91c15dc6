import assert from "node:assert/strict";
import { test } from "node:test";
import { create, startServer } from "../scenarios/database.ts";
import { told } from "./broken.ts";
import { drawHistory } from "./draw.ts";
import { type Ending, type RepairCase, repairRandom } from "./repairing.ts";

/** At most so many of the repairs that could be made may be refused. */
const mostRefused = 0.05;

/** Databases that are broken of each history. */
const states = 4;

/**
 * A test that draws and repairs so many databases: each is at the head afterwards and has all of its rows, or is as it was.
 *
 * @param label tells those of one test from those of another: they draw other cases
 */
export function repairsAreRight(label: string, count: number): void {
  test(`${count} repairs of random databases reach the head, or change nothing`, async (t) => {
    const server = await startServer();
    const cases: RepairCase[] = [];
    try {
      for (let i = 0; cases.length < count; i++) {
        const name = `${label} ${i}`;
        const whole = await create(server);
        const history = await whole.connected((client) => drawHistory(client, name));
        for (let state = 0; state < states && cases.length < count; state++)
          cases.push(await repairRandom(whole, history, `${name}/${state}`));
        await whole.drop();
      }
    } finally {
      await server.stop();
    }
    const endings: Partial<Record<Ending, number>> = {};
    for (const { ending } of cases) endings[ending] = (endings[ending] ?? 0) + 1;
    t.diagnostic(JSON.stringify(endings));
    const needless = cases.filter(({ ending }) => ending === "needlessly-refused");
    for (const { name, log, reasons } of needless)
      t.diagnostic(`${name}: ${reasons.join("; ")}\n${told(log)}`);
    assert.ok((endings.repaired ?? 0) > 0, "nothing was repaired");
    assert.ok(needless.length <= Math.max(1, mostRefused * count), JSON.stringify(endings));
  });
}
