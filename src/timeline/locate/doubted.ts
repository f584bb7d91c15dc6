import { settles, type Verdict } from "./verdict.ts";

/** Turns a verdict into "unknown" where something that is just as likely says otherwise. */
export function doubted(
  verdict: Verdict,
  doubts: {
    rivals: readonly Verdict[];
    ran: boolean;
    perhapsUndone: boolean;
    beyond: boolean;
    /** The history has rows of migrations whose files are not here. */
    strangers: boolean;
    /** Another application uses the names of ours: what looks like a part of ours may be its work. */
    shared: boolean;
  },
): Verdict {
  const rival = doubts.rivals.find((other) => extentOf(other) !== extentOf(verdict));
  if (rival !== undefined) {
    const inPart = [rival, verdict].every((one) => extentOf(one).startsWith("part"));
    const unknownBecause = `the schema is the same ${inPart ? "whichever of its statements ran" : "whether it ran or not"}`;
    return { ...verdict, actual: "unknown", unknownBecause };
  }
  if (!settles(verdict.actual) && doubts.ran && doubts.perhapsUndone) {
    const unknownBecause =
      "not all of its effects are there; perhaps a migration undid them which this project does not have";
    return { ...verdict, actual: "unknown", unknownBecause };
  }
  if (doubts.shared && (verdict.actual === "partial" || verdict.actual === "different")) {
    const unknownBecause = "another application has tables of these names, and what is there may be its own";
    return { ...verdict, statementsPresent: [], actual: "unknown", unknownBecause };
  }
  if (doubts.strangers && verdict.actual === "partial" && !verdict.replayed) {
    const unknownBecause =
      "it cannot be replayed to its end, perhaps for want of files that are not here, and more of it may be there";
    return { ...verdict, statementsPresent: [], actual: "unknown", unknownBecause };
  }
  if (verdict.actual !== "present" && verdict.actual !== "unknown" && doubts.beyond) {
    const unknownBecause = "migrations which could not be replayed may have changed what it made";
    return { ...verdict, statementsPresent: [], actual: "unknown", unknownBecause };
  }
  return verdict;
}

/** How much of a migration is left to be done: verdicts of one extent do not contradict each other. */
function extentOf({ actual, statementsPresent }: Verdict): string {
  if (settles(actual)) return "all";
  return actual === "absent" ? "nothing" : `part: ${statementsPresent.join()}`;
}
