import type { SchemaObject } from "../../../schema/object.ts";
import { quoteIdentifier } from "../../../sql/identifier.ts";
import type { Objects } from "../../object-sql.ts";
import { carrierName, fullName, isOfDomain, kindWord, routineName } from "./names.ts";

/** Removes an object, and nothing but what is a part of it: without CASCADE the server refuses where others need it. */
export function drop(objects: readonly SchemaObject[], among: Objects): string | undefined {
  const [object] = objects;
  if (object === undefined) return undefined;
  const name = quoteIdentifier(object.name);
  switch (object.kind) {
    case "table":
    case "view":
    case "materialized-view":
    case "sequence":
    case "index":
    case "enum":
    case "domain":
    case "type":
      return `DROP ${kindWord(object)} ${objects.map(fullName).join(", ")}`;
    case "function":
      return `DROP ROUTINE ${routineName(object)}`;
    case "column":
      return `ALTER TABLE ${carrierName(object)} DROP COLUMN ${name}`;
    case "constraint":
      return `ALTER ${isOfDomain(object, among) ? "DOMAIN" : "TABLE"} ${carrierName(object)} DROP CONSTRAINT ${name}`;
    case "trigger":
    case "rule":
    case "policy":
      return `DROP ${object.kind.toUpperCase()} ${name} ON ${carrierName(object)}`;
    case "enum-value":
    case "schema":
    case "extension":
      return undefined;
  }
}

/** Gives a column back its former name. */
export function rename(from: SchemaObject, to: SchemaObject): string {
  return `ALTER TABLE ${carrierName(from)} RENAME COLUMN ${quoteIdentifier(from.name)} TO ${quoteIdentifier(to.name)}`;
}
