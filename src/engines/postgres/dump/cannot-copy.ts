/** Why a database cannot be copied: an expected outcome, which `copyDatabase` turns into its answer. */
export class CannotCopy extends Error {
  override readonly name = "CannotCopy";
  readonly remedy: string;

  /** @param remedy what a person can do; to bring a clone of their own, unless there is something better */
  constructor(reason: string, remedy: string = bringAClone, options?: { cause?: unknown }) {
    super(reason, options);
    this.remedy = remedy;
  }
}

const bringAClone =
  "Give a copy that was made in another way (a restored backup, a branch of the hosted database) with --clone URL.";
