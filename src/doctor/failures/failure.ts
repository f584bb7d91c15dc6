/** The frameworks whose logs are known, by the names which `Framework.name` uses. */
export type FrameworkName = "prisma" | "rails" | "typeorm" | "alembic" | "laravel";

/** The engines whose messages are known, by the names which `Engine.name` uses. MariaDB is `mysql`. */
export type EngineName = "postgres" | "mysql" | "sqlite";

/** What a sign, a command or a cure is of. Absent: of any. */
export interface Scope {
  readonly framework?: FrameworkName;
  readonly engine?: EngineName;
}

/** One thing in a log by which a failure is known: a code in a place that makes it one, or words. */
export interface Sign extends Scope {
  /** SQLSTATEs, errnos and Prisma's codes, as `readCodes` returns them. */
  readonly codes?: readonly string[];
  /** Text which the line contains; looked for first, because that is cheap. */
  readonly has?: string;
  /** What the line must match besides. Named groups become facts. Every repetition is bounded, so that it stays linear. */
  readonly pattern?: RegExp;
  /** Counts only while a migration or a seeder runs: elsewhere it is an everyday event. */
  readonly during?: true;
  /** Counts only where one of these failures is recognised too: alone it is no failure. */
  readonly besides?: readonly string[];
  /** With `besides`: only after the other failure was first seen. */
  readonly afterwards?: true;
  /** Counts only where nothing else is recognised. */
  readonly otherwise?: true;
}

/** What was read from the log about a failure: `migration`, `object`, `constraint`, `code`, `pid` ... Several values where several were seen. */
export type Facts = Readonly<Record<string, readonly string[]>>;

/** The one command which tells the causes apart. It changes nothing. */
export interface Probe extends Scope {
  readonly command: string;
  /** How its answer points at a cause. */
  readonly shows: string;
}

/** What to do, in words. */
interface Cure extends Scope {
  readonly text: string;
}

/** One failure mode, as data. */
export interface Failure {
  /** Stable, kebab-case; the same word as the doctor's check for the same thing. */
  readonly id: string;
  readonly frameworks: readonly FrameworkName[];
  /** It follows from other failures rather than causing them, and is said after them. */
  readonly consequence?: true;
  title(facts: Facts): string;
  readonly summary: string;
  /** It also happens while the application serves: that it repeats does not make a boot loop. */
  readonly anytime?: true;
  readonly signs: readonly Sign[];
  /** The likeliest first. */
  readonly causes: readonly string[];
  /** The first which fits is shown; the last fits everywhere. */
  readonly tellApart: readonly Probe[];
  readonly cure: readonly Cure[];
  /** What people usually try, and why it may hurt. */
  readonly popularCure: { readonly what: string; readonly why: string };
  /** More general failures which share this one's evidence, and are not meant where this one is recognised. */
  readonly insteadOf?: readonly string[];
}

/** All five, for failures that know no framework. */
export const everyFramework: readonly FrameworkName[] = ["prisma", "rails", "typeorm", "alembic", "laravel"];

/** A sign: one of these codes, in a place that makes it a code. */
export function codes(list: readonly string[], more: Partial<Sign> = {}): Sign {
  return { codes: list, ...more };
}

/** A sign: the line contains `has`, and matches `pattern` where one is given. */
export function says(has: string, pattern?: RegExp, more: Partial<Sign> = {}): Sign {
  return { has, ...(pattern && { pattern }), ...more };
}

/** The first value of a fact, or what to say instead. */
export function fact(facts: Facts, name: string, otherwise: string): string {
  return facts[name]?.[0] ?? otherwise;
}

/** The first choice whose framework and engine are those of the log. */
export function choose<Choice extends Scope>(choices: readonly Choice[], origin: Scope): Choice | undefined {
  return choices.find(
    ({ framework, engine }) =>
      (framework === undefined || framework === origin.framework) &&
      (engine === undefined || engine === origin.engine),
  );
}
