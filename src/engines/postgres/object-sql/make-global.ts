import type { AttributeValue, SchemaObject } from "../../../schema/object.ts";
import { quoteIdentifier, quoteLiteral } from "../../../sql/identifier.ts";
import { carrierName, fullName } from "./names.ts";
import { titleOf } from "./titles.ts";

/**
 * Makes what is neither a relation nor a part of one, nor a type or routine, where its attributes say all that there is to
 * say: functions are named there with their types, as statements want them.
 */
export function makeGlobal(object: SchemaObject): readonly string[] | undefined {
  switch (object.kind) {
    case "cast":
      return cast(object);
    case "collation":
      return [collation(object)];
    case "conversion":
      return [conversion(object)];
    case "operator":
      return operator(object);
    case "event-trigger":
      return eventTrigger(object);
    case "extension":
      return [extension(object)];
    case "publication":
      return [publication(object)];
    case "publication-table":
      return [publishedTable(object)];
    case "publication-schema":
      return [
        `ALTER PUBLICATION ${quoteIdentifier(object.name)} ADD TABLES IN SCHEMA ${quoteIdentifier(object.schema)}`,
      ];
    default:
      return undefined;
  }
}

const text = (value: AttributeValue | undefined) => (value === undefined ? undefined : String(value));

/** The name of a function, without its arguments: some statements know these by themselves. */
function withoutArguments(signature: string): string {
  return signature.replace(/\((?:[^"()]|"(?:[^"]|"")*")*(?:\(\))?\)$/, "");
}

function cast(object: SchemaObject): string[] {
  const { function: by, context, method } = object.attributes;
  const how = by === undefined ? (method === "in and out" ? "INOUT" : undefined) : `FUNCTION ${by}`;
  const when = context === "implicit" ? " AS IMPLICIT" : context === "assignment" ? " AS ASSIGNMENT" : "";
  return [`CREATE CAST ${object.name} ${how === undefined ? "WITHOUT FUNCTION" : `WITH ${how}`}${when}`];
}

function collation(object: SchemaObject): string {
  const { provider, nondeterministic, collate, ctype, locale, rules } = object.attributes;
  const places =
    locale === undefined
      ? [`LC_COLLATE = ${quoteLiteral(String(collate))}`, `LC_CTYPE = ${quoteLiteral(String(ctype))}`]
      : [`LOCALE = ${quoteLiteral(String(locale))}`];
  const options = [
    `PROVIDER = ${provider}`,
    ...places,
    ...(nondeterministic === true ? ["DETERMINISTIC = false"] : []),
    ...(rules === undefined ? [] : [`RULES = ${quoteLiteral(String(rules))}`]),
  ];
  return `CREATE COLLATION ${fullName(object)} (${options.join(", ")})`;
}

function conversion(object: SchemaObject): string {
  const { from, to, function: by, default: usual } = object.attributes;
  const word = usual === true ? "DEFAULT CONVERSION" : "CONVERSION";
  return `CREATE ${word} ${fullName(object)} FOR ${quoteLiteral(String(from))} TO ${quoteLiteral(String(to))} FROM ${withoutArguments(String(by))}`;
}

/** `public.=(integer,integer)`, of which the statement wants `OPERATOR(public.=)`. */
function other(signature: AttributeValue | undefined): string | undefined {
  return signature === undefined ? undefined : `OPERATOR(${String(signature).replace(/\([^()]*\)$/, "")})`;
}

function operator(object: SchemaObject): string[] | undefined {
  const { function: by, commutator, negator, restrict, join, hashes, merges } = object.attributes;
  const [, name, left, right] = /^OPERATOR (.*) \((.*), (.*)\)$/.exec(titleOf(object) ?? "") ?? [];
  if (by === undefined || name === undefined) return undefined;
  const options = [
    `FUNCTION = ${withoutArguments(String(by))}`,
    ...(left === "NONE" ? [] : [`LEFTARG = ${left}`]),
    ...(right === "NONE" ? [] : [`RIGHTARG = ${right}`]),
    ...Object.entries({
      COMMUTATOR: other(commutator),
      NEGATOR: other(negator),
      RESTRICT: text(restrict),
      JOIN: text(join),
    }).flatMap(([option, value]) => (value === undefined ? [] : [`${option} = ${value}`])),
    ...(hashes === true ? ["HASHES"] : []),
    ...(merges === true ? ["MERGES"] : []),
  ];
  return [`CREATE OPERATOR ${name} (${options.join(", ")})`];
}

const states: Readonly<Record<string, string>> = {
  disabled: "DISABLE",
  replica: "ENABLE REPLICA",
  always: "ENABLE ALWAYS",
};

function eventTrigger(object: SchemaObject): string[] {
  const { event, tags, function: by, enabled } = object.attributes;
  const name = quoteIdentifier(object.name);
  const when = Array.isArray(tags) ? ` WHEN TAG IN (${tags.map(quoteLiteral).join(", ")})` : "";
  const state = states[String(enabled)];
  return [
    `CREATE EVENT TRIGGER ${name} ON ${event}${when} EXECUTE FUNCTION ${by}`,
    ...(state === undefined ? [] : [`ALTER EVENT TRIGGER ${name} ${state}`]),
  ];
}

function publication(object: SchemaObject): string {
  const { actions, allTables, viaRoot, generated } = object.attributes;
  const options = [
    `publish = ${quoteLiteral(String(actions))}`,
    ...(viaRoot === true ? ["publish_via_partition_root = true"] : []),
    ...(generated === undefined ? [] : ["publish_generated_columns = stored"]),
  ];
  return `CREATE PUBLICATION ${quoteIdentifier(object.name)}${allTables === true ? " FOR ALL TABLES" : ""} WITH (${options.join(", ")})`;
}

function publishedTable(object: SchemaObject): string {
  const { columns, rows } = object.attributes;
  const list = Array.isArray(columns) ? ` (${columns.map(quoteIdentifier).join(", ")})` : "";
  const where = rows === undefined ? "" : ` WHERE (${rows})`;
  return `ALTER PUBLICATION ${quoteIdentifier(object.name)} ADD TABLE ONLY ${carrierName(object)}${list}${where}`;
}

/** Takes a table, or the tables of a schema, out of a publication. */
export function unpublish(object: SchemaObject): string {
  const what =
    object.kind === "publication-schema"
      ? `TABLES IN SCHEMA ${quoteIdentifier(object.schema)}`
      : `TABLE ONLY ${carrierName(object)}`;
  return `ALTER PUBLICATION ${quoteIdentifier(object.name)} DROP ${what}`;
}

/** In the version that the server has: a former one may not be there any more. */
function extension({ name, environment }: SchemaObject): string {
  const { schema } = environment;
  const place = typeof schema === "string" && schema !== "" ? ` SCHEMA ${quoteIdentifier(schema)}` : "";
  return `CREATE EXTENSION ${quoteIdentifier(name)}${place}`;
}
