import { factKey, factParts } from "../facts.ts";
import type { Model } from "./model.ts";
import { splitColumn, splitKey } from "./obstacles.ts";

/** Tables (`public.users`) which these steps made, and which are not here. */
export function goneTables(model: Model, isExecuted: (step: number) => boolean): string[] {
  return model.facts.flatMap(({ key, absent, setters }) => {
    const [object, attribute] = factParts(key);
    const [kind, identity] = splitKey(object);
    const isMade = setters.findLast(({ step }) => isExecuted(step))?.value !== undefined;
    return attribute === "" && absent && kind === "table" && isMade ? [identity] : [];
  });
}

/** Whether an object is the table, a part of it, an index on it, or something whose definition names it. */
export function belongsTo(model: Model, object: string, table: string): boolean {
  if (`${splitKey(object)[1]}.`.startsWith(`${table}.`)) return true;
  const names = new Set([table, splitColumn(table)[1]]);
  return model.facts.some(
    ({ key, setters }) =>
      key === factKey(object, "definition") &&
      setters.some(({ value }) => value?.split(/[^\w$."]+/).some((word) => names.has(word)) === true),
  );
}
