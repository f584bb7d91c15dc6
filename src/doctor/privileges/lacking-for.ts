import type { Lacking } from "../../engines/privilege.ts";

/** A statement that is still to come, and the right for it which the role lacks. */
export interface LackingFor extends Lacking {
  readonly migration: string;
  /** Relative to the project's directory. */
  readonly file: string;
  readonly line: number;
}
