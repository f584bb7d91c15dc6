import assert from "node:assert/strict";
import { test } from "node:test";
import { startServer } from "../scenarios/database.ts";
import { seed } from "../scenarios/random.ts";
import { told } from "./broken.ts";
import { judgeHistories, noJudgements, type Tally } from "./judging.ts";

/** At most so much of what the schema decides may be left undecided. */
const mostUndecided = 0.05;

/**
 * A test that draws histories and databases until so many verdicts were given, and holds each of them to the log.
 *
 * @param label tells those of one test from those of another: they draw other cases
 * @param states databases that are broken of each history
 */
export function verdictsAreTrue(label: string, verdicts: number, states: number): void {
  test(`${verdicts} verdicts on random databases: none is wrong`, async (t) => {
    const server = await startServer();
    try {
      let sum: Tally = noTally;
      for (let i = 0; sum.verdicts < verdicts; i++)
        sum = added(sum, await judgeHistories(server, [`${label} ${i}`], states));
      t.diagnostic(JSON.stringify(sum.judgements));
      assert.equal(
        sum.wrong.length,
        0,
        `GODWIT_SEED=${seed} npm run keep-case -- verdicts "<name>" repeats and shrinks this.\n${sum.wrong.map(({ name, claim, log }) => `${name}: ${claim}\n${told(log)}`).join("\n\n")}`,
      );
      const { true: known, "cannot-tell": undecided } = sum.judgements;
      assert.ok(undecided <= mostUndecided * (known + undecided), JSON.stringify(sum.judgements));
    } finally {
      await server.stop();
    }
  });
}

const noTally: Tally = { judgements: noJudgements, wrong: [], verdicts: 0 };

function added(one: Tally, other: Tally): Tally {
  const judgements = { ...one.judgements };
  for (const [name, count] of Object.entries(other.judgements))
    judgements[name as keyof typeof judgements] += count;
  return {
    judgements,
    wrong: [...one.wrong, ...other.wrong],
    verdicts: one.verdicts + other.verdicts,
  };
}
