import type { Migration } from "../../migration/migration.ts";
import type { Snapshot } from "../../schema/snapshot.ts";
import type { Statement } from "../../sql/statement.ts";

/** Words of catalog queries, which migrations use to find out what is there. */
const ofCatalogs =
  "yes no base table view foreign primary key unique check true false search_path public pg_catalog information_schema plpgsql sql character varying";

const word = /[\p{L}\p{N}_]+/gu;

/**
 * Tells which texts say nothing that the schema does not say. The bundle holds the schema; a literal that is made of its
 * words (`'users'` in a call, `'character varying'` in a condition) gives nothing away, and is needed for the replay.
 *
 * @param split the engine's
 */
export function vocabularyOf(
  snapshot: Snapshot,
  migrations: readonly Migration[],
  split: (script: string) => readonly Statement[],
): (text: string) => boolean {
  const words = new Set(ofCatalogs.split(" "));
  const add = (text: string) => {
    for (const [found] of text.matchAll(word)) words.add(found.toLowerCase());
  };
  for (const { identity, attributes } of snapshot.objects.values()) {
    add(identity);
    for (const value of Object.values(attributes)) add(String(value));
  }
  for (const { sql = "" } of migrations)
    for (const { kind, text } of split(sql)) if (kind === "schema") add(text);
  return (text) =>
    text.length <= 400 &&
    [...text.matchAll(word)].every(
      ([found]) => found.length === 1 || /^\d{1,4}$/.test(found) || words.has(found.toLowerCase()),
    );
}
