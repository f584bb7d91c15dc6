import type { SchemaObject } from "../../../schema/object.ts";
import { dotted, quoteIdentifier } from "../../../sql/identifier.ts";
import { carrierName, fullName, kindWord, routineName } from "./names.ts";

/** The words of statements for kinds whose name stands for itself, without a schema. */
const global: Readonly<Partial<Record<SchemaObject["kind"], string>>> = {
  schema: "SCHEMA",
  language: "LANGUAGE",
  "access-method": "ACCESS METHOD",
  "foreign-data-wrapper": "FOREIGN DATA WRAPPER",
  "foreign-server": "SERVER",
  "event-trigger": "EVENT TRIGGER",
  publication: "PUBLICATION",
  subscription: "SUBSCRIPTION",
};

/**
 * An object as ALTER, DROP and COMMENT name it, with the word for its kind: `TABLE "public"."users"`.
 *
 * @returns undefined for what has no such name: a value of an enum, a part of a publication
 */
export function titleOf(object: SchemaObject): string | undefined {
  const name = quoteIdentifier(object.name);
  const word = global[object.kind];
  if (word !== undefined) return `${word} ${name}`;
  switch (object.kind) {
    case "column":
      return `COLUMN ${carrierName(object)}.${name}`;
    case "constraint":
    case "trigger":
    case "rule":
    case "policy":
      return `${object.kind.toUpperCase()} ${name} ON ${carrierName(object)}`;
    case "function":
      return `ROUTINE ${routineName(object)}`;
    case "operator":
      return operator(object);
    case "operator-class":
    case "operator-family":
      return ofAccessMethod(object);
    case "cast":
      return `CAST ${object.name}`;
    case "transform":
      return `TRANSFORM ${object.name}`;
    case "extension":
    case "enum-value":
    case "user-mapping":
    case "publication-table":
    case "publication-schema":
    case "default-privileges":
      return undefined;
    default:
      return `${kindWord(object)} ${fullName(object)}`;
  }
}

/** An operator's name cannot be quoted; these are all the characters that it may have. */
const operatorName = /^[-+*/<>=~!@#%^&|`?]+$/;

function operator({ schema, name, identity }: SchemaObject): string | undefined {
  const operands = identity.slice(dotted(schema, name).length);
  return operatorName.test(name) ? `OPERATOR ${quoteIdentifier(schema)}.${name} ${operands}` : undefined;
}

/** Classes and families may share their name with those of another access method. */
function ofAccessMethod(object: SchemaObject): string {
  const method = object.identity.slice(`${dotted(object.schema, object.name)} USING `.length);
  return `${object.kind.replace("-", " ").toUpperCase()} ${fullName(object)} USING ${quoteIdentifier(method)}`;
}
