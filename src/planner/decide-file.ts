import type { Judged } from "../doctor/cite.ts";
import { maySign } from "../doctor/history-fit.ts";
import type { Edit } from "../doctor/origins/origins.ts";
import type { Decision, Situation } from "./decision.ts";

/** Its name is all that is wrong, or there is something else that has to be seen to under the name which the row has. */
export function decideRenamed(name: string, former: string, decision: Decision): Decision {
  if (decision.do === "nothing")
    return {
      do: "rename",
      why: `${former} was applied, and its file is called ${name} now: the content is the same`,
    };
  return {
    do: "refuse",
    reason: `${name} is recorded as ${former}, its former name, and what it makes is not there: give the file its former name back, and run this again`,
  };
}

/** What is proven to be the same is signed as such; the rest is a person's word. */
export function decideEdited({ entry, verdict }: Judged, { evidence, choices }: Situation): Decision {
  const edit = evidence.edits?.find(({ migration }) => migration === entry.name);
  const reSign = (why: string) => ({ do: "re-sign", why }) as const;
  if (edit?.kind === "layout") return reSign(`${entry.name} was edited in comments and space alone`);
  if (edit?.kind === "equivalent")
    return reSign(`${entry.name} was edited, and does exactly what it did when it was applied`);
  // Nobody is asked: the framework passes over it, and what it did to rows is seldom known.
  const options = [{ id: "re-sign", title: "It means the same: give its row the checksum of the file" }];
  const question = { check: "edited-migration", migration: entry.name, title: "", cited: [], options };
  const isChosen = choices.of(question) === "re-sign";
  if (!maySign(edit, verdict, evidence))
    return isChosen && choices.named(question.check).has(entry.name)
      ? { do: "refuse", reason: `${entry.name} cannot be signed: ${againstSigning(edit)}` }
      : { do: "nothing" };
  return isChosen
    ? reSign(`${entry.name} means what it meant when it was applied, as you said`)
    : { do: "nothing" };
}

function againstSigning(edit: Edit | undefined): string {
  return edit?.kind === "changed"
    ? "its file does something else than what was applied, and the database is not what the file makes; the finding drift tells what can be undone"
    : "the database does not have what its file makes";
}
