import type { ProposedStatement } from "../../engines/differ.ts";
import type { Objects } from "../../engines/object-sql.ts";
import type { Hazard } from "../../plan/plan.ts";
import { dotted } from "../../sql/identifier.ts";
import { isOwn, type OwnStatement } from "./own-statements.ts";

/** Parts of a table which cannot be made, changed or removed while others write to it. */
const onTables: ReadonlySet<string> = new Set([
  "table",
  "column",
  "constraint",
  "index",
  "trigger",
  "policy",
]);

/**
 * What a statement about single objects may cost on this very database.
 *
 * @param now what is there before it
 */
export function changeHazards(one: ProposedStatement | OwnStatement, now: Objects): Hazard[] {
  const hazards = new Set<Hazard>();
  for (const key of one.objects) {
    const object = now.get(key);
    const [kind = ""] = key.split(" ", 1);
    const isRemoved = !isOwn(one) && one.does === "remove";
    const computed = object?.attributes["generated"] !== "" && kind === "column";
    if (isRemoved && !isOwn(one) && one.destructive && kind !== "materialized-view" && !computed) {
      hazards.add("deletes-data");
      hazards.add("not-reversible");
    }
    const relation = object?.relation;
    const isThere =
      object === undefined || relation === undefined || now.has(`table ${dotted(object.schema, relation)}`);
    if (onTables.has(kind) && isThere && !(kind === "table" && object === undefined))
      hazards.add("blocks-writes");
  }
  const text = isOwn(one) ? "" : one.sql;
  if (!isOwn(one) && one.does === "change" && /\bALTER COLUMN .* TYPE /.test(text))
    hazards.add("rewrites-table");
  return [...hazards];
}
