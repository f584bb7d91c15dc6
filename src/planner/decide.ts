import { citeDeleting, citeDropping, type Judged, listNames } from "../doctor/cite.ts";
import { uncompared } from "../doctor/uncompared.ts";
import { settles, type Verdict } from "../timeline/locate/verdict.ts";
import { decideEdited, decideRenamed } from "./decide-file.ts";
import type { Decision, Situation } from "./decision.ts";
import { choose, citeUntraced, untracedQuestion } from "./questions.ts";
import { leftNoData } from "./unexecuted.ts";

/** Decides on one migration, from its row and from what the schema says. */
export function decide(one: Judged, situation: Situation): Decision {
  const { entry } = one;
  const verdict = withoutBrokenIndexes(one, situation);
  switch (entry.state) {
    case "missing":
      return { do: "nothing" };
    case "unknown":
      return { do: "refuse", reason: "the history cannot be read now" };
    case "running":
      return { do: "refuse", reason: `${entry.name} is being run at this moment by another session` };
    default:
  }
  if (verdict === undefined) {
    return {
      do: "refuse",
      reason: `what ${entry.name} makes is not known, because it could not be replayed`,
    };
  }
  if (entry.state === "failed") return decideFailed(one, verdict, situation);
  if (entry.record?.state === "applied") {
    const decision = entry.record.asserted
      ? decideAsserted(one, verdict, situation)
      : decideApplied(one, verdict, situation);
    if (entry.state === "renamed") return decideRenamed(entry.name, entry.record.migration, decision);
    return decision.do === "nothing" && entry.state === "edited" ? decideEdited(one, situation) : decision;
  }
  return situation.unmanaged
    ? decideUnmanaged(one, verdict, situation)
    : decidePending(one, verdict, situation);
}

/** What the server could not finish is in the way, and is no part of a migration that is there. */
function withoutBrokenIndexes({ verdict }: Judged, { evidence }: Situation): Verdict | undefined {
  if (verdict === undefined || (verdict.actual !== "partial" && verdict.actual !== "different"))
    return verdict;
  const isBroken = (key: string) => evidence.snapshot.objects.get(key)?.attributes["valid"] === false;
  const nothingElse = verdict.statementsPresent.length === 0 && verdict.held.every(isBroken);
  return nothingElse && verdict.notHeld.some(isBroken) ? { ...verdict, actual: "absent" } : verdict;
}

function decideFailed(one: Judged, verdict: Verdict, situation: Situation): Decision {
  const { entry } = one;
  const { evidence } = situation;
  const settle = entry.records.filter(({ state }) => state === "failed");
  const check = "failed-migration";
  const again = {
    do: "execute",
    settle,
    why: `${entry.name} failed and left nothing behind: it is run again`,
  } as const;
  if (verdict.actual === "absent") {
    if (verdict.untraced.length === 0 || leftNoData(evidence, entry.name)) return again;
    return choose<Decision>(
      situation.choices,
      untracedQuestion(
        one,
        verdict,
        situation.evidence,
        check,
        "the file failed, and none of its objects is there",
      ),
      [[{ id: "run-again", title: "They did not take effect: run the whole file again" }, again]],
    );
  }
  if (verdict.actual === "no-trace") {
    // What it comments, grants or sets is not compared, and repeats harmlessly.
    if (verdict.effectless) return { ...again, why: `${entry.name} failed, and can be repeated` };
    return choose<Decision>(
      situation.choices,
      untracedQuestion(
        one,
        verdict,
        situation.evidence,
        check,
        "the file failed, and it has no effect in the schema",
      ),
      [
        [{ id: "run-again", title: "They did not take effect: run the file again" }, again],
        [
          { id: "mark-applied", title: "They took effect: record it as applied" },
          { do: "record", why: `${entry.name} took effect, as you said` },
        ],
      ],
    );
  }
  if (settles(verdict.actual))
    return recordOrAsk(one, verdict, situation, check, "is there although it is recorded as failed");
  if (verdict.actual === "unknown") return cannotTell(one, verdict);
  return finishOrAsk(one, verdict, situation, { check, id: "finish", record: true });
}

function decideAsserted(one: Judged, verdict: Verdict, situation: Situation): Decision {
  const { entry } = one;
  const { evidence } = situation;
  const check = "asserted-never-executed";
  if (verdict.actual === "partial" || verdict.actual === "different") {
    return finishOrAsk(one, verdict, situation, { check, id: "execute", record: false });
  }
  if (verdict.actual !== "absent") return { do: "nothing" };
  const execute = {
    do: "execute",
    settle: entry.records.filter(({ state }) => state === "applied"),
    why: `${entry.name} is recorded as applied, but was never executed`,
  } as const;
  const deleting = citeDeleting(evidence, entry);
  if (deleting.length > 0) {
    const question = {
      check,
      migration: entry.name,
      title: `${entry.name} was recorded without being run, and it deletes. Was that done in order to keep what it deletes?`,
      cited: deleting,
    };
    return choose<Decision>(situation.choices, question, [
      [
        {
          id: "execute",
          title: "No: execute it",
          caution: "what these statements delete is gone afterwards",
        },
        execute,
      ],
    ]);
  }
  if (verdict.untraced.length > 0 && !leftNoData(evidence, entry.name)) {
    return choose<Decision>(
      situation.choices,
      untracedQuestion(one, verdict, situation.evidence, check, "it was never executed as a whole"),
      [[{ id: "execute", title: "They did not take effect: execute the whole file" }, execute]],
    );
  }
  return execute;
}

function decideApplied(one: Judged, verdict: Verdict, situation: Situation): Decision {
  const { entry } = one;
  const { gone, allGone } = situation;
  // Where all is gone, the history begins anew: with those too which leave no trace, or only took something away.
  if (!gone.has(entry.name) && !(allGone && gone.size > 0)) return { do: "nothing" };
  const question = {
    check: "history-without-objects",
    migration: entry.name,
    title: `${listNames([...gone], 3)} ran, and what ${gone.size === 1 ? "it" : "they"} made is gone. Is this the right database and schema, and is there no backup?`,
    cited: [...verdict.notHeld].slice(0, 6),
  };
  const again: Decision = allGone
    ? {
        do: "execute",
        settle: entry.records.filter(({ state }) => state === "applied"),
        why: "all that it made is gone",
      }
    : { do: "finish", untraced: [], record: false, why: `what ${entry.name} made is gone` };
  return choose<Decision>(situation.choices, question, [
    [
      {
        id: "make-again",
        title: "Make everything again, empty",
        caution: "the rows that were in it are not brought back by this",
      },
      again,
    ],
  ]);
}

function decidePending(one: Judged, verdict: Verdict, situation: Situation): Decision {
  const { entry } = one;
  const run = { do: "execute", settle: [], why: `${entry.name} has not been run` } as const;
  const endsTheHistory = entry.state !== "out-of-order";
  // What drops a table and makes it again shows nothing of itself, and would take the rows of it once more.
  const dropping = citeDropping(situation.evidence, entry);
  switch (verdict.actual) {
    case "absent":
      return run;
    case "no-trace":
      if ((verdict.effectless || endsTheHistory) && dropping.length === 0) return run;
      break;
    case "present":
      return recordOrAsk(one, verdict, situation, "already-present", "is there although it is not recorded");
    case "partial":
    case "different":
      return finishOrAsk(one, verdict, situation, { check: "already-present", id: "finish", record: true });
    default:
  }
  if (
    verdict.actual === "unknown" &&
    verdict.unknownBecause !== undefined &&
    !/same whether/.test(verdict.unknownBecause)
  ) {
    return cannotTell(one, verdict);
  }
  const question = {
    check: "pending",
    migration: entry.name,
    title: `Did ${entry.name} run? There is no row for it, and the schema is the same either way.`,
    cited: [...dropping, ...citeUntraced(one, verdict, situation.evidence)],
  };
  return choose<Decision>(situation.choices, question, [
    [
      { id: "mark-applied", title: "It ran: record it as applied" },
      { do: "record", why: `${entry.name} ran, as you said` },
    ],
    [{ id: "run", title: "It did not: run it" }, run],
  ]);
}

function decideUnmanaged(one: Judged, verdict: Verdict, situation: Situation): Decision {
  const { entry } = one;
  const check = "unmanaged-schema";
  const run = { do: "execute", settle: [], why: `nothing of ${entry.name} is there` } as const;
  switch (verdict.actual) {
    case "absent":
      return run;
    case "present":
    case "overwritten":
      return recordOrAsk(one, verdict, situation, check, "is there");
    case "no-trace":
      if (!situation.isBeforeTheEnd(entry.name)) return run;
      return recordOrAsk(one, verdict, situation, check, "has no effect in the schema");
    case "partial":
    case "different":
      return finishOrAsk(one, verdict, situation, { check, id: "finish", record: true });
    case "unknown":
      return decidePending(one, verdict, situation);
  }
}

/** All is there: recorded, unless the file also does what leaves no trace. */
function recordOrAsk(
  one: Judged,
  verdict: Verdict,
  situation: Situation,
  check: string,
  what: string,
): Decision {
  const { name } = one.entry;
  const why = `everything that ${name} makes ${what}`;
  const repeats =
    verdict.actual === "present" && !situation.unmanaged && uncompared(situation.evidence, name).length > 0;
  const record: Decision = repeats
    ? {
        ...{ do: "finish", untraced: [], record: true },
        why: `${why}; what it comments or grants is not compared, and is repeated`,
      }
    : { do: "record", why };
  if (verdict.untraced.length === 0) return record;
  return choose<Decision>(
    situation.choices,
    untracedQuestion(one, verdict, situation.evidence, check, `what it makes ${what}`),
    [
      [{ id: "mark-applied", title: "They took effect: record it as applied" }, record],
      [
        { id: "run-data", title: "They did not: run these statements, then record it as applied" },
        {
          do: "finish",
          untraced: verdict.untraced,
          record: true,
          why: `of ${name} only what leaves no trace is missing`,
        },
      ],
    ],
  );
}

function finishOrAsk(
  one: Judged,
  verdict: Verdict,
  situation: Situation,
  { check, id, record }: { check: string; id: string; record: boolean },
): Decision {
  const { name } = one.entry;
  const why = `a part of ${name} is there, and the rest is missing`;
  const finish = { do: "finish", untraced: [], record, why } as const;
  if (verdict.untraced.length === 0) return finish;
  return choose<Decision>(
    situation.choices,
    untracedQuestion(one, verdict, situation.evidence, check, "a part of what it makes is there"),
    [
      [{ id, title: "They took effect: execute only what is missing in the schema" }, finish],
      [
        { id: `${id}-with-data`, title: "They did not: execute them too, each at its place" },
        { ...finish, untraced: verdict.untraced },
      ],
    ],
  );
}

function cannotTell({ entry }: Judged, { unknownBecause }: Verdict): Decision {
  const because = unknownBecause ?? "the evidence does not decide it";
  return { do: "refuse", reason: `whether ${entry.name} ran cannot be told: ${because}` };
}
