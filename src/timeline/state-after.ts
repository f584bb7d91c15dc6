import type { Snapshot } from "../schema/snapshot.ts";
import { failureOf, type ReplayWishes } from "./replay.ts";
import { send } from "./send.ts";
import type { ReplayFailure } from "./timeline.ts";

/** What migrations make of an empty database, as a whole; a timeline holds only what each changes. */
export type StateAfter =
  | { readonly outcome: "reached"; readonly snapshot: Snapshot }
  | { readonly outcome: "refused"; readonly failure: ReplayFailure };

/** Runs the migrations on an empty database, each file as its framework would send it, and looks at what is there then. */
export async function stateAfter({
  fresh,
  migrations,
  split,
}: Pick<ReplayWishes, "fresh" | "migrations" | "split">): Promise<StateAfter> {
  const session = await fresh();
  try {
    for (const migration of migrations) {
      const sql = migration.sql ?? "";
      const statements = split(sql);
      const { error, statement } = await send(session, sql, statements);
      if (error !== undefined)
        return { outcome: "refused", failure: failureOf(migration, statements, error, statement) };
    }
    return { outcome: "reached", snapshot: await session.snapshot({ inTransaction: false }) };
  } finally {
    await session.close();
  }
}
