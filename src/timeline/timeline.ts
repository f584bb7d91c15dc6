import { tokensOf } from "../sql/postgres-tokens.ts";
import type { StatementKind } from "../sql/statement.ts";
import type { Change } from "./facts.ts";

/** What the project's migrations do to an empty database, step by step. */
export interface Timeline {
  readonly migrations: readonly TimelineMigration[];
  /** The facts of an empty database: they are nobody's effect. */
  readonly base: ReadonlySet<string>;
  /** Facts whose value differs from one replay to the next (a default frozen to a moment): only their shape counts. */
  readonly volatile: ReadonlySet<string>;
  /** Other texts which mean the same as a fact's value, by `key=value`: how the server prints what it printed before. */
  readonly reprints: ReadonlyMap<string, string>;
  /** Where the replay ended early. Of this migration, and of those after it, the effects are not known. */
  readonly failure?: ReplayFailure;
}

export interface TimelineMigration {
  readonly name: string;
  readonly statements: readonly StatementFacts[];
  /** One step for the whole migration, or, where it was refined, one for each statement which has an effect. */
  readonly steps: readonly Step[];
  /** It was taken apart, or that was tried: a file which controls transactions itself cannot be. */
  readonly refined: boolean;
  /** False: it was refused, or comes after one that was. Then the steps are those of the statements before the refused one. */
  readonly replayed: boolean;
  /** As one message the server refuses it, and not statement by statement: its framework can never execute it. */
  readonly apart?: { readonly code: string; readonly message: string };
  /** Of one that was refused: how many of its statements are taken, one by one. */
  readonly passed?: number;
}

/** What is told of a statement: where it is, and what it begins with. */
export interface StatementFacts {
  readonly kind: StatementKind;
  readonly line: number;
  readonly text: string;
}

export interface Step {
  /** Zero-based; absent: the whole migration. */
  readonly statement?: number;
  readonly changes: readonly Change[];
}

/** The scratch database's refusal of a migration. */
export interface ReplayFailure {
  readonly migration: string;
  readonly file: string;
  /** Zero-based, where it is known. */
  readonly statement?: number;
  readonly line?: number;
  readonly code: string;
  readonly message: string;
}

/** The key of {@link Timeline.reprints}. */
export function reprintKey(fact: string, value: string): string {
  return `${fact}=${value}`;
}

/** The longest excerpt of a statement that is kept; it is for people. */
const excerptLength = 200;

/**
 * The beginning of a statement, on one line, without comments and without its literals: they may be passwords or people's
 * data. Of a statement that leaves no trace, because it writes rows or calls something, the numbers may be data too.
 */
export function excerpt(text: string, kind?: StatementKind): string {
  let line = "";
  for (const token of tokensOf(text)) {
    const spelled = text.slice(token.start, token.end);
    if (token.kind === "comment" || token.kind === "space") line += " ";
    else if (token.kind === "string") line += excerptOfString(spelled);
    else line += kind === "untraced" && /^[0-9]/.test(spelled) ? "…" : spelled;
    // Only its beginning is shown; a file may hold megabytes.
    if (line.length > 20 * excerptLength) break;
  }
  line = line.replace(/\s+/g, " ").trim();
  return line.length > excerptLength ? `${line.slice(0, excerptLength - 1)}…` : line;
}

function excerptOfString(literal: string): string {
  if (literal.startsWith("$")) return "$$…$$";
  return /^[eE]/.test(literal) ? `${literal[0]}'…'` : "'…'";
}
