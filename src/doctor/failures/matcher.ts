import { codeHints, readCodes } from "./codes.ts";
import { contextHints } from "./context.ts";
import type { Failure, Sign } from "./failure.ts";

/** A sign found in a text. Whether it counts depends on what is around it. */
export interface Match {
  readonly failure: Failure;
  readonly sign: Sign;
  readonly facts: Readonly<Record<string, string>>;
  /** It is a bare number, which only an error beside it makes a code. */
  readonly needsError: boolean;
}

interface Indexed {
  readonly failure: Failure;
  readonly sign: Sign;
}

/** All signs of all failures, arranged for looking up. Holds nothing of any log, so one serves many. */
export class SignIndex {
  readonly failures: readonly Failure[];
  readonly #byCode = new Map<string, Indexed[]>();
  readonly #byWords: (Indexed & { readonly has: string })[] = [];
  readonly #interesting: RegExp;

  /** @param failures in the order of root causes: the first of them comes first in the answer */
  constructor(failures: readonly Failure[]) {
    this.failures = failures;
    for (const failure of failures) {
      for (const sign of failure.signs) {
        for (const code of sign.codes ?? []) {
          this.#byCode.set(code, [...(this.#byCode.get(code) ?? []), { failure, sign }]);
        }
        if (sign.has !== undefined) this.#byWords.push({ failure, sign, has: sign.has });
      }
    }
    const words = new Set([...this.#byWords.map(({ has }) => has), ...codeHints, ...contextHints]);
    // A word which contains another is found by the shorter one.
    const needed = [...words].filter(
      (word) => ![...words].some((other) => other !== word && word.includes(other)),
    );
    this.#interesting = new RegExp(
      needed.map((word) => word.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")).join("|"),
    );
  }

  /** False: the text holds nothing that any part of the recogniser can use. Most lines of a log are such. */
  interests(text: string): boolean {
    return this.#interesting.test(text);
  }

  find(text: string): Match[] {
    const found: Match[] = [];
    for (const { code, needsError } of readCodes(text)) {
      for (const { failure, sign } of this.#byCode.get(code) ?? []) {
        found.push({ failure, sign, facts: { code }, needsError });
      }
    }
    for (const { failure, sign, has } of this.#byWords) {
      if (!text.includes(has)) continue;
      const match = sign.pattern === undefined ? undefined : sign.pattern.exec(text);
      if (match === null) continue;
      found.push({ failure, sign, facts: { ...match?.groups }, needsError: false });
    }
    return found;
  }
}

/** Texts whose matches are remembered: a boot loop writes the same lines a thousand times. Each may keep its chunk alive. */
const remembered = 500;
const longestRemembered = 2000;

/** Finds the signs in the texts of one log. */
export class Matcher {
  readonly #index: SignIndex;
  readonly #memory = new Map<string, readonly Match[]>();

  constructor(index: SignIndex) {
    this.#index = index;
  }

  matches(text: string): readonly Match[] {
    const known = this.#memory.get(text);
    if (known !== undefined) return known;
    const found = this.#index.find(text);
    if (text.length <= longestRemembered) {
      if (this.#memory.size >= remembered) this.#memory.clear();
      this.#memory.set(text, found);
    }
    return found;
  }
}
