import type { SchemaObject } from "../../../schema/object.ts";
import { quoteIdentifier } from "../../../sql/identifier.ts";
import type { Objects } from "../../object-sql.ts";
import { unpublish } from "./make-global.ts";
import { carrierName, fullName, isOfDomain, kindWord, routineName } from "./names.ts";
import { titleOf } from "./titles.ts";

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
    case "collation":
    case "conversion":
    case "statistics":
    case "text-search-parser":
    case "text-search-template":
    case "text-search-dictionary":
    case "text-search-configuration":
    case "operator":
    case "operator-class":
    case "operator-family":
    case "cast":
    case "transform":
    case "event-trigger":
    case "publication": {
      const title = titleOf(object);
      return title && `DROP ${title}`;
    }
    case "publication-table":
    case "publication-schema":
      return unpublish(object);
    // Others may use them too, or they reach other servers: dropping a subscription does.
    case "enum-value":
    case "schema":
    case "extension":
    case "language":
    case "access-method":
    case "foreign-data-wrapper":
    case "foreign-server":
    case "user-mapping":
    case "subscription":
    case "default-privileges":
      return undefined;
  }
}

/** Gives a column back its former name. */
export function rename(from: SchemaObject, to: SchemaObject): string {
  return `ALTER TABLE ${carrierName(from)} RENAME COLUMN ${quoteIdentifier(from.name)} TO ${quoteIdentifier(to.name)}`;
}
