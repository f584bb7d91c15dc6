import assert from "node:assert/strict";
import { test } from "node:test";
import { startServer } from "../scenarios/database.ts";
import { seed } from "../scenarios/random.ts";
import { judgeHistories, type Tally, type WrongClaim } from "./judging.ts";

/** At most so much of what the schema decides may be left undecided. */
const mostUndecided = 0.05;

/**
 * A test that draws histories and databases until so many verdicts were given, and holds each of them to the log.
 *
 * @param states databases that are broken of each history
 */
export function verdictsAreTrue(verdicts: number, states: number): void {
  test(`${verdicts} verdicts on random databases: none is wrong`, async (t) => {
    const server = await startServer();
    try {
      let sum: Tally = noTally;
      for (let i = 0; sum.verdicts < verdicts; i++)
        sum = added(sum, await judgeHistories(server, [`history ${i}`], states));
      t.diagnostic(JSON.stringify(sum.judgements));
      assert.equal(
        sum.wrong.length,
        0,
        `GODWIT_SEED=${seed} repeats this.\n${sum.wrong.map(told).join("\n\n")}`,
      );
      const { true: known, "cannot-tell": undecided } = sum.judgements;
      assert.ok(undecided <= mostUndecided * (known + undecided), JSON.stringify(sum.judgements));
    } finally {
      await server.stop();
    }
  });
}

const noTally: Tally = {
  judgements: { true: 0, "rightly-unknown": 0, "cannot-tell": 0, unfounded: 0, unjudged: 0, wrong: 0 },
  wrong: [],
  verdicts: 0,
};

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

/** The claim, and what was really done. */
function told({ name, claim, log }: WrongClaim): string {
  const files = log.files.map(({ name: file, statements }, i) => [
    `${file}, recorded: ${log.recorded[i]}`,
    ...statements.map(
      ({ sql }, number) => `  ${log.executed[i]?.[number] ? "executed" : "        "} ${number + 1}. ${sql}`,
    ),
  ]);
  return [`${name}: ${claim}`, ...files.flat(), ...log.drift.map((sql) => `by hand: ${sql}`)].join("\n");
}
