import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  Dice,
  execute,
  type Invented,
  invent,
  snapshotOfWorld,
  type World,
} from "../../../tests/heart/invented.ts";
import { fingerprint } from "../../schema/snapshot.ts";
import { factsOf, isEvidence } from "../facts.ts";
import type { Timeline } from "../timeline.ts";
import { explain } from "./explain.ts";
import { compareCosts, Fit, type Testimony } from "./fit.ts";
import { type Location, locate } from "./locate.ts";
import { matcherOf, modelOf } from "./model.ts";
import { judge } from "./verdict.ts";

type Case = {
  seed: number;
  dice: Dice;
  history: Invented;
  world: World;
  ran: boolean[][];
  testimony: Testimony[];
};
type Kind = "prefix" | "cut" | "subset" | "drift";

/** Executes a part of an invented history; what the history table says of it is true, or nothing. */
function caseOf(seed: number, kind: Kind): Case {
  const dice = new Dice(seed);
  const history = invent(dice, { migrations: 2 + dice.roll(4), statements: 3 });
  const numbers = history.migrations.flatMap((acts, m) => acts.map((_, s) => ({ m, s })));
  const whole = dice.roll(history.migrations.length + 1);
  const cut = dice.roll(numbers.length + 1);
  const chosen = new Set(
    numbers.filter(({ m }, i) => {
      if (kind === "prefix" || kind === "drift") return m < whole;
      return kind === "cut" ? i < cut : dice.roll(2) === 0;
    }),
  );
  const wanted = (m: number, s: number) => [...chosen].some((one) => one.m === m && one.s === s);
  const { world, ran } = execute(history.migrations, wanted);
  if (kind === "drift") byHand(world, dice);
  const knows = dice.roll(2) === 0;
  const testimony = ran.map((acts): Testimony => {
    if (!knows) return "silent";
    return acts.every(Boolean) ? "ran" : acts.some(Boolean) ? "failed" : "did-not";
  });
  return { seed, dice, history, world, ran, testimony };
}

function byHand({ tables }: World, dice: Dice): void {
  for (const { columns } of tables.values()) {
    if (dice.roll(2) === 0) columns.set("hand", { type: "int", notNull: false, default: "" });
    for (const column of columns.values()) if (dice.roll(3) === 0) column.type = "uuid";
  }
  if (dice.roll(3) === 0) tables.delete("a");
}

function locateIn(timeline: Timeline, { world, testimony }: Case): Location {
  return locate(timeline, {
    snapshot: snapshotOfWorld(world),
    testimony,
    perhapsUndone: new Set(),
    strangers: false,
    leaveOut: () => false,
  });
}

/** As a diagnosis does it: by migration first, then by statement where that is asked for. */
function lookedCloser(one: Case): Location {
  const { coarse, refined } = one.history;
  const { closer } = locateIn(coarse, one);
  const migrations = coarse.migrations.map((migration, m) =>
    closer.refine.has(migration.name) ? (refined.migrations[m] ?? migration) : migration,
  );
  return locateIn({ ...coarse, migrations }, one);
}

const settled = new Set(["present", "overwritten", "no-trace"]);

/** What the truth is of migration m: statements with effects that ran, those that did not, and traces that only it leaves. */
function truthOf({ history, ran }: Case, m: number) {
  const steps = history.refined.migrations.flatMap((migration, of) =>
    migration.steps.map(({ statement = 0, changes }) => ({
      of,
      statement,
      changes,
      ran: ran[of]?.[statement] === true,
    })),
  );
  const mine = steps.filter(({ of }) => of === m);
  const last = new Map<string, { of: number; value: string | undefined }>();
  for (const { of, changes, ran: executed } of steps) {
    if (executed) for (const [key, value] of changes) last.set(key, { of, value });
  }
  const others = steps.filter(({ of }) => of !== m).flatMap(({ changes }) => changes.map(String));
  const traces = [...last].filter(
    ([key, { of, value }]) =>
      of === m && value !== undefined && isEvidence(key) && !others.includes(String([key, value])),
  );
  return {
    done: mine.filter((step) => step.ran).map(({ statement }) => statement + 1),
    undone: mine.filter((step) => !step.ran).map(({ statement }) => statement + 1),
    traces,
  };
}

/** How many cuts of the history, after a statement that changes something, leave this very schema. */
function cutsLike({ history, world }: Case): number {
  const all = history.migrations.flatMap((acts, m) => acts.map((_, s) => ({ m, s })));
  const actual = fingerprint(snapshotOfWorld(world));
  let before = "";
  let alike = 0;
  for (let cut = 0; cut <= all.length; cut++) {
    const wanted = (m: number, s: number) => all.findIndex((one) => one.m === m && one.s === s) < cut;
    const after = fingerprint(snapshotOfWorld(execute(history.migrations, wanted).world));
    if (after === actual && after !== before) alike++;
    before = after;
  }
  return alike;
}

const runs = 800;
function cases(kind: Kind, check: (one: Case) => void): void {
  for (let seed = 1; seed <= runs; seed++) {
    try {
      check(caseOf(seed, kind));
    } catch (error) {
      throw new Error(`seed ${seed}: ${(error as Error).message}`, { cause: error });
    }
  }
}

describe("a database on which the first migrations were executed", () => {
  test("differs in nothing, and none of its migrations is taken for another", () => {
    const tally = { told: 0, unknown: 0 };
    cases("prefix", (one) => {
      for (const location of [locateIn(one.history.refined, one), lookedCloser(one)]) {
        assert.equal(location.position?.distance, 0);
        assert.deepEqual(location.obstacles, []);
        for (const [m, { actual }] of location.verdicts.entries()) {
          tally[actual === "unknown" ? "unknown" : "told"]++;
          if (actual === "unknown")
            assert.ok(one.testimony[m] === "silent", "the history tells, and it is unknown");
          else if (one.ran[m]?.every(Boolean)) assert.ok(settled.has(actual), `m${m} ran and is ${actual}`);
          else assert.ok(actual === "absent" || actual === "no-trace", `m${m} did not run and is ${actual}`);
        }
      }
    });
    assert.ok(tally.unknown < tally.told / 10, JSON.stringify(tally));
  });
});

describe("a database on which a migration ended in the middle", () => {
  for (const [name, locateCase] of [
    ["with a timeline of statements", (one: Case) => locateIn(one.history.refined, one)],
    ["with a timeline of migrations that is looked at closer where that is needed", lookedCloser],
  ] as const) {
    test(`${name}: the statements that hold are those that ran`, () => {
      const tally = { told: 0, unknown: 0 };
      cases("cut", (one) => {
        // Another cut may leave the same schema: then nothing tells them apart.
        if (cutsLike(one) > 1) return;
        const { verdicts } = locateCase(one);
        for (const [m, { actual, statementsPresent }] of verdicts.entries()) {
          const { done, undone, traces } = truthOf(one, m);
          tally[actual === "unknown" ? "unknown" : "told"]++;
          if (actual === "unknown") continue;
          assert.notEqual(actual, "different", `m${m}`);
          if (done.length > 0 && undone.length > 0) {
            assert.ok(
              actual === "partial" || (traces.length === 0 && actual === "absent"),
              `m${m} is ${actual}`,
            );
            if (actual === "partial") assert.deepEqual(statementsPresent, done, `m${m}`);
          } else if (undone.length === 0) {
            assert.ok(
              settled.has(actual) || (actual === "absent" && traces.length === 0),
              `m${m} ran and is ${actual}`,
            );
          } else
            assert.ok(actual === "absent" || actual === "no-trace", `m${m} did not run and is ${actual}`);
        }
      });
      assert.ok(tally.unknown < tally.told / 10, JSON.stringify(tally));
    });
  }
});

describe("a database on which any statements were executed, and which was perhaps changed by hand", () => {
  for (const kind of ["subset", "drift"] as const) {
    test(`${kind}: present means that every effect which nothing overwrote is there`, () => {
      cases(kind, (one) => {
        const { refined } = one.history;
        const facts = factsOf(snapshotOfWorld(one.world));
        const location = locateIn(refined, one);
        if (location.obstacles.length > 0) return;
        for (const [m, { actual, statementsPresent }] of location.verdicts.entries()) {
          const net = new Map(refined.migrations[m]?.steps.flatMap(({ changes }) => changes));
          const later = refined.migrations
            .slice(m + 1)
            .flatMap(({ steps }) => steps.flatMap(({ changes }) => changes));
          const alone = [...net].filter(
            ([key]) => isEvidence(key) && !later.some(([other]) => other === key),
          );
          const holds = alone.filter(([key, value]) => facts.get(key) === value);
          if (actual === "present") assert.deepEqual(holds, alone, `m${m}`);
          if (actual === "absent") {
            // Nothing that only this migration makes is there.
            const made = holds.filter(([key, value]) => {
              const before = refined.migrations
                .slice(0, m)
                .flatMap(({ steps }) => steps.flatMap(({ changes }) => changes));
              return value !== undefined && !before.some(([other, same]) => other === key && same === value);
            });
            assert.deepEqual(
              made.filter(([key]) => key.endsWith("\n")),
              [],
              `m${m}`,
            );
          }
          for (const statement of actual === "partial" ? statementsPresent : []) {
            const changes =
              refined.migrations[m]?.steps.find((step) => step.statement === statement - 1)?.changes ?? [];
            const own = new Map(changes);
            const others = refined.migrations
              .slice(m)
              .flatMap(({ steps }, of) =>
                steps.filter((step) => of > 0 || (step.statement ?? 0) >= statement),
              )
              .flatMap((step) => step.changes.map(([key]) => key));
            for (const [key, value] of own) {
              if (!others.includes(key)) assert.equal(facts.get(key), value, `m${m}, statement ${statement}`);
            }
          }
        }
      });
    });
  }
});

describe("the search", () => {
  for (const kind of ["prefix", "cut", "subset", "drift"] as const) {
    test(`${kind}: explains no worse than the best of all subsets, and misses no contradiction in what it tells`, () => {
      const tally = { told: 0, missed: 0 };
      cases(kind, (one) => {
        const { refined } = one.history;
        const facts = factsOf(snapshotOfWorld(one.world));
        const model = modelOf(refined, facts, new Set());
        const count = model.steps.length;
        if (count > 9) return;
        const fit = new Fit(model, one.testimony);
        const subsets = Array.from({ length: 2 ** count }, (_, bits) => {
          fit.set(Array.from({ length: count }, (_, i) => (bits >> i) & 1));
          return { cost: fit.cost(), executed: fit.executed.slice() };
        });
        const best = subsets.reduce((a, b) => (compareCosts(b.cost, a.cost) < 0 ? b : a)).cost;
        assert.equal(explain(model, one.testimony)[0]?.cost.mismatch, best.mismatch);
        const matches = matcherOf(refined, facts, new Set());
        const rivals = subsets
          .filter(({ cost }) => compareCosts(cost, best) === 0)
          .map(({ executed }) => judge(model, executed, matches, () => false));
        for (const [m, { actual }] of locateIn(refined, one).verdicts.entries()) {
          if (actual === "unknown") continue;
          tally.told++;
          if (rivals.some((rival) => settled.has(rival[m]?.actual ?? "") !== settled.has(actual)))
            tally.missed++;
        }
      });
      assert.ok(tally.missed <= tally.told * (kind === "subset" ? 0.01 : 0.001), JSON.stringify(tally));
    });
  }
});
