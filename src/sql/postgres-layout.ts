import { tokensOf } from "./postgres-tokens.ts";

/**
 * Whether two scripts differ at most in comments and in how much space is between tokens. What stands within quotes, dollar
 * quotes too, is no layout: a function's body is a text. Where there was no space, new space may mean something else
 * (`> =`, `B '1'`), but for parentheses, commas and semicolons.
 */
export function sameButForLayout(one: string, other: string): boolean {
  const [a, b] = [meaningful(one), meaningful(other)];
  for (;;) {
    const [left, right] = [a.next(), b.next()];
    if (left.done || right.done) return left.done === right.done;
    if (left.value !== right.value) return false;
  }
}

const separator = /^[(),;]$/;

function* meaningful(text: string): Generator<string> {
  let gap = "";
  let last = ";";
  for (const { kind, start, end } of tokensOf(text)) {
    const spelled = text.slice(start, end);
    if (kind === "space" || kind === "comment") {
      gap += kind === "space" ? spelled : " ";
      continue;
    }
    const counts = gap !== "" && !separator.test(last) && !separator.test(spelled);
    // Two strings on one line are an error, on two lines they are one string.
    const isJoined = counts && kind === "string" && last.startsWith("'") && /[\n\r]/.test(gap);
    yield `${isJoined ? "\n" : counts ? " " : ""}${spelled}`;
    [gap, last] = ["", spelled];
  }
}
