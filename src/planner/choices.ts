import { KnownError } from "../errors.ts";
import { type RowChoice, rowChoiceOf, rowsCheck } from "./mending/row-choices.ts";

/** One way to go on where there is more than one truth. */
export interface Option {
  readonly id: string;
  /** What an answer begins with, where it goes on with what only a person knows; `id` shows an example. */
  readonly prefix?: string;
  readonly title: string;
  /** What speaks against it, or must be known first. */
  readonly caution?: string;
}

/** What only a person can know. */
export interface Question {
  /** The finding that it belongs to. */
  readonly check: string;
  readonly migration: string;
  readonly title: string;
  /** What it is about: statements, objects. */
  readonly cited: readonly string[];
  readonly options: readonly Option[];
}

/** What a person has chosen, as `--choose check=remedy` or `--choose check:migration=remedy`. */
export class Choices {
  readonly #chosen = new Map<string, string>();
  /** What was chosen for rows that are in the way. */
  readonly rows: readonly RowChoice[];

  /** @throws KnownError USAGE for a text that is no choice */
  constructor(texts: readonly string[] = []) {
    const isOfRows = (text: string) => text.startsWith(`${rowsCheck}:`) || text.startsWith(`${rowsCheck}=`);
    this.rows = texts.filter(isOfRows).map(rowChoiceOf);
    for (const text of texts.filter((one) => !isOfRows(one))) {
      const at = text.lastIndexOf("=");
      if (at <= 0 || at === text.length - 1) {
        throw new KnownError("USAGE", {
          problem: `--choose ${text} is not of the form check=remedy.`,
          hint: "For example: --choose failed-migration=finish, or for one of several migrations --choose failed-migration:0002_users=finish.",
        });
      }
      this.#chosen.set(text.slice(0, at), text.slice(at + 1));
    }
  }

  /** What was chosen for single ones of a check, by their names; what was chosen for all of them has the name `""`. */
  named(check: string): ReadonlyMap<string, string> {
    return new Map(
      [...this.#chosen].flatMap(([key, chosen]): [string, string][] =>
        key === check || key.startsWith(`${check}:`) ? [[key.slice(check.length + 1), chosen]] : [],
      ),
    );
  }

  /**
   * The option that was chosen; undefined where nothing was.
   *
   * @throws KnownError UNKNOWN_REMEDY where what was chosen is not among the options
   */
  of({ check, migration, options }: Question): string | undefined {
    const chosen = this.#chosen.get(`${check}:${migration}`) ?? this.#chosen.get(check);
    if (chosen === undefined || options.some(({ id }) => id === chosen)) return chosen;
    throw new KnownError("UNKNOWN_REMEDY", { check, remedy: chosen, known: options.map(({ id }) => id) });
  }
}
