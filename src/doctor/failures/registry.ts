import type { Failure } from "./failure.ts";
import { dataCode } from "./known/data-code.ts";
import { dataRows } from "./known/data-rows.ts";
import { historyFiles } from "./known/history-files.ts";
import { historyOrder } from "./known/history-order.ts";
import { historyOrigin } from "./known/history-origin.ts";
import { historyRows } from "./known/history-rows.ts";
import { historySteps } from "./known/history-steps.ts";
import { lockFailures } from "./known/locks.ts";
import { schemaObjects } from "./known/schema-objects.ts";
import { schemaRefusals } from "./known/schema-refusals.ts";
import { schemaSurroundings } from "./known/schema-surroundings.ts";
import { serverLimits } from "./known/server-limits.ts";
import { sessionFailures } from "./known/sessions.ts";
import { startFailures } from "./known/start.ts";

const all: readonly Failure[] = [
  ...historyRows,
  ...historySteps,
  ...historyFiles,
  ...historyOrder,
  ...historyOrigin,
  ...schemaObjects,
  ...schemaRefusals,
  ...schemaSurroundings,
  ...dataRows,
  ...dataCode,
  ...lockFailures,
  ...sessionFailures,
  ...serverLimits,
  ...startFailures,
];

/** Every known failure, root causes first. Adding one: an object in one of the files above. */
export const failures: readonly Failure[] = [
  ...all.filter(({ consequence }) => !consequence),
  ...all.filter(({ consequence }) => consequence),
];

/** The failure with that id. */
export function failureNamed(id: string): Failure | undefined {
  return failures.find((failure) => failure.id === id);
}
