/** What pg_dump writes of each object, by its heading: see `schemaText`. */
export type Entries = ReadonlyMap<string, string>;

export function entriesOf(schema: string): Entries {
  return new Map(schema.split("\n\n").map((entry) => [entry.split("\n")[0] ?? "", entry]));
}

/**
 * Objects that are neither as the files make them nor as a hand had left them; of a table, line by line.
 *
 * @param actual schemas as pg_dump writes them
 */
export function strangeEntries(actual: string, wanted: string, before: string): string[] {
  const [now, head, then] = [actual, wanted, before].map(entriesOf) as [Entries, Entries, Entries];
  return [...new Set([...now.keys(), ...head.keys()])].filter((name) => {
    const [is, should, was] = [now.get(name), head.get(name), then.get(name)];
    if (is === should || is === was) return false;
    if (is === undefined || should === undefined || was === undefined) return true;
    const [lines, right, former] = [is, should, was].map((entry) => new Set(entry.split("\n")));
    const isKnown = [...(lines ?? [])].every((line) => right?.has(line) || former?.has(line));
    return !isKnown || [...(right ?? [])].some((line) => former?.has(line) && !lines?.has(line));
  });
}
