/** A value that could not be told from the text alone, or everything below it. */
export interface UnreadablePlace {
  /** Keys joined by dots; empty for the whole. */
  readonly path: string;
  /** 1-based. */
  readonly line: number;
}

/** By name, a variable of the environment. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What a configuration file says, as far as its text tells. */
export interface LiteralReading {
  /** What is unreadable is left out, and so is what rests on a variable that is not set. */
  readonly value: unknown;
  readonly unreadable: readonly UnreadablePlace[];
  /** The environment's variables on which values rest, whether they are set or not. */
  readonly variables: readonly { readonly path: string; readonly name: string }[];
}

/**
 * Tells whether a value is missing only because it cannot be read.
 *
 * @example
 * unreadableAt(reading, "datasource.url")?.line
 */
export function unreadableAt(reading: LiteralReading, path: string): UnreadablePlace | undefined {
  return reading.unreadable.find(
    (place) => place.path === "" || place.path === path || path.startsWith(`${place.path}.`),
  );
}
