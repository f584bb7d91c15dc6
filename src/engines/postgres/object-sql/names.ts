import { objectKey, type SchemaObject } from "../../../schema/object.ts";
import { dotted, quoteIdentifier } from "../../../sql/identifier.ts";
import type { Objects } from "../../object-sql.ts";

/** `"public"."users"`, for a statement. */
export function fullName({ schema, name }: { readonly schema: string; readonly name: string }): string {
  return `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
}

/** The table, view or type that a part belongs to, for a statement. */
export function carrierName({ schema, relation }: SchemaObject): string {
  return fullName({ schema, name: relation ?? "" });
}

/**
 * `"public"."f"(integer, OUT text)`: the arguments as the server itself writes them.
 *
 * Those by which an aggregate orders follow the others; where one word means both, it stands but once.
 */
export function routineName(object: SchemaObject): string {
  const signature = object.identity.slice(dotted(object.schema, object.name).length);
  const isAggregate = object.definition !== undefined && !object.definition.startsWith("CREATE ");
  return fullName(object) + (isAggregate ? withoutOrder(signature) : signature);
}

function withoutOrder(signature: string): string {
  return signature
    .replace(/(VARIADIC [^,()]*) ORDER BY VARIADIC [^,()]*\)$/, "$1)")
    .replace(/^\(ORDER BY /, "(")
    .replace(" ORDER BY ", ", ");
}

/** Whether a constraint is one of a domain. */
export function isOfDomain({ schema, relation }: SchemaObject, among: Objects): boolean {
  return among.has(`domain ${dotted(schema, relation ?? "")}`);
}

/** The word for a relation, or a type, in statements about it. */
export function kindWord(object: SchemaObject): string {
  switch (object.kind) {
    case "table":
      return object.attributes["foreign"] === true ? "FOREIGN TABLE" : "TABLE";
    case "enum":
    case "type":
      return "TYPE";
    case "function":
      return "ROUTINE";
    default:
      return object.kind.replaceAll("-", " ").toUpperCase();
  }
}

/** The sequence of an identity column, or one that a column owns. */
export function sequenceOf(column: SchemaObject, among: Objects): SchemaObject | undefined {
  const key = objectKey(column);
  return [...among.values()].find(({ kind, dependsOn }) => kind === "sequence" && dependsOn.includes(key));
}

/** The column that owns a sequence. */
export function ownerOf(sequence: SchemaObject, among: Objects): SchemaObject | undefined {
  for (const key of sequence.dependsOn) {
    const object = among.get(key);
    if (object?.kind === "column") return object;
  }
  return undefined;
}

/** The columns of a table, as they stand. */
export function columnsOf(table: SchemaObject, among: Objects): SchemaObject[] {
  return [...among.values()]
    .filter(
      ({ kind, schema, relation }) => kind === "column" && schema === table.schema && relation === table.name,
    )
    .sort((a, b) => Number(a.environment["position"]) - Number(b.environment["position"]));
}
