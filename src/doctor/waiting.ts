import type { MigrationState } from "../migration/compare.ts";

/** States of migrations that a runner or a repair will execute, as far as they are not there. */
export const waiting: ReadonlySet<MigrationState> = new Set([
  "pending",
  "out-of-order",
  "failed",
  "rolled-back",
  "asserted",
]);
