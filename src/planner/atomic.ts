import type { Evidence } from "../doctor/evidence.ts";
import { factParts } from "../timeline/facts.ts";

/**
 * Whether it is proven that none of a migration's data statements stayed, although they leave no trace: a statement
 * before all of them makes an object which is not there. One by one, that statement would have been executed and kept
 * before any of the others; as one message, all of it was rolled back together.
 */
export function ranAtomically({ replay, snapshot }: Evidence, name: string): boolean {
  if (replay.outcome === "cannot-replay") return false;
  const migration = replay.timeline.migrations.find((one) => one.name === name);
  const first = migration?.statements.findIndex(({ kind }) => kind === "untraced") ?? -1;
  if (migration === undefined || first < 0) return false;
  // Taken as a whole, it is not known which of its statements makes what.
  const before = migration.steps.filter(({ statement }) => statement !== undefined && statement < first);
  return before.some(({ changes }) =>
    changes.some(([key, value]) => {
      const [object, attribute] = factParts(key);
      return (
        attribute === "" && value !== undefined && !snapshot.objects.has(object) && isKept(migration, object)
      );
    }),
  );
}

/** What the file itself takes away again proves nothing by not being there. */
function isKept(
  migration: { steps: readonly { changes: readonly (readonly [string, string | undefined])[] }[] },
  object: string,
) {
  const last = migration.steps.flatMap(({ changes }) => changes).findLast(([key]) => key === `${object}\n`);
  return last?.[1] !== undefined;
}
