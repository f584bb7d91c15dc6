import type { Family } from "./catalog.ts";
import { policies, rules, triggers } from "./describe-reactions.ts";
import { columns, constraints, indexes, relations } from "./describe-tables.ts";
import { extensions, functions, schemas, types } from "./describe-types.ts";
import type { Describer } from "./row.ts";

/** One describer for each family of catalog rows. */
export const describe: { readonly [F in Exclude<Family, "dependencies">]: Describer } = {
  schemas,
  extensions,
  relations,
  columns,
  constraints,
  indexes,
  types,
  functions,
  triggers,
  rules,
  policies,
};
