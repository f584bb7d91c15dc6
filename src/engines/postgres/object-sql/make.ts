import type { SchemaObject } from "../../../schema/object.ts";
import { dotted, quoteIdentifier, quoteLiteral } from "../../../sql/identifier.ts";
import type { Objects } from "../../object-sql.ts";
import { makeGlobal } from "./make-global.ts";
import { carrierName, columnsOf, fullName, isOfDomain, ownerOf, sequenceOf } from "./names.ts";

/** Makes an object as a snapshot knows it. */
export function make(object: SchemaObject, among: Objects): readonly string[] | undefined {
  const { kind, attributes, definition } = object;
  if (object.unreadable) return undefined;
  switch (kind) {
    case "schema":
      return [`CREATE SCHEMA ${quoteIdentifier(object.name)}`];
    case "table":
      return table(object, among);
    case "column":
      return [
        `ALTER TABLE ${carrierName(object)} ADD COLUMN ${columnText(object, among, { notNull: attributes["identity"] !== "" })}`,
      ];
    case "constraint":
      if (attributes["valid"] === false || definition === undefined) return undefined;
      return [
        `ALTER ${isOfDomain(object, among) ? "DOMAIN" : "TABLE"} ${carrierName(object)} ADD CONSTRAINT ${quoteIdentifier(object.name)} ${definition}${attributes["validated"] === false ? " NOT VALID" : ""}`,
      ];
    case "index":
      if (attributes["valid"] === false || definition === undefined) return undefined;
      return [
        definition,
        ...(attributes["replicaIdentity"] === true
          ? [
              `ALTER TABLE ${carrierName(object)} REPLICA IDENTITY USING INDEX ${quoteIdentifier(object.name)}`,
            ]
          : []),
      ];
    case "sequence":
      return sequence(object, among);
    case "view":
    case "materialized-view": {
      const word = kind === "view" ? "VIEW" : "MATERIALIZED VIEW";
      const text = definition?.trim().replace(/;$/, "");
      return text === undefined
        ? undefined
        : [`CREATE ${word} ${fullName(object)}${options(object)} AS\n${text}`];
    }
    case "function":
      // Of an aggregate a snapshot knows no statement.
      return definition !== undefined && /^CREATE /.test(definition) ? [definition] : undefined;
    case "statistics":
      return definition === undefined ? undefined : [definition, ...sampled(object)];
    case "trigger":
      return definition === undefined ? undefined : [definition, ...switched(object, "TRIGGER")];
    case "rule":
      return definition === undefined
        ? undefined
        : [definition.trim().replace(/;$/, ""), ...switched(object, "RULE")];
    case "policy":
      return [policy(object)];
    case "enum":
      return [
        `CREATE TYPE ${fullName(object)} AS ENUM (${labels(object, among).map(quoteLiteral).join(", ")})`,
      ];
    case "domain":
      return [
        `CREATE DOMAIN ${fullName(object)} AS ${attributes["base"]}${attributes["default"] ? ` DEFAULT ${attributes["default"]}` : ""}${attributes["notNull"] === true ? " NOT NULL" : ""}`,
      ];
    case "type":
      return attributes["kind"] === "c" && Array.isArray(attributes["parts"])
        ? [`CREATE TYPE ${fullName(object)} AS (${attributes["parts"].join(", ")})`]
        : undefined;
    default:
      return makeGlobal(object);
  }
}

/** What a column gets when its rows are filled. */
export function afterRows(column: SchemaObject): readonly string[] {
  const { notNull, identity } = column.attributes;
  return notNull === true && identity === ""
    ? [`ALTER TABLE ${carrierName(column)} ALTER COLUMN ${quoteIdentifier(column.name)} SET NOT NULL`]
    : [];
}

/** Adds a value to an enum behind the one that it follows. The first of all is put before those which are there. */
export function addValue(value: SchemaObject, among: Objects): readonly string[] | undefined {
  const place = { schema: value.schema, name: value.relation ?? "" };
  if (!among.has(`enum ${dotted(place.schema, place.name)}`)) return undefined;
  const after = String(value.attributes["after"]);
  const [first] = labels(place, among);
  const where =
    after !== ""
      ? ` AFTER ${quoteLiteral(after)}`
      : first === undefined
        ? ""
        : ` BEFORE ${quoteLiteral(first)}`;
  return [`ALTER TYPE ${fullName(place)} ADD VALUE ${quoteLiteral(value.name)}${where}`];
}

function table(object: SchemaObject, among: Objects): readonly string[] | undefined {
  const { partitioned, foreign, partitionBound, parents, unlogged } = object.attributes;
  // Where it stood among its partitions or heirs is more than a snapshot knows.
  if (partitioned === true || foreign === true || partitionBound !== undefined || parents !== undefined)
    return undefined;
  const columns = columnsOf(object, among).map((one) => columnText(one, among, { notNull: true }));
  return [
    `CREATE ${unlogged === true ? "UNLOGGED " : ""}TABLE ${fullName(object)} (${columns.join(", ")})${options(object)}`,
  ];
}

/** @param how.notNull whether it is to refuse NULL at once */
function columnText(column: SchemaObject, among: Objects, how: { readonly notNull: boolean }): string {
  const { type, collation, generated, default: expression, identity, notNull } = column.attributes;
  return [
    quoteIdentifier(column.name),
    type,
    collation && `COLLATE ${collation}`,
    generated && `GENERATED ALWAYS AS (${expression}) ${String(generated).toUpperCase()}`,
    !generated && expression && `DEFAULT ${expression}`,
    identity && `GENERATED ${String(identity).toUpperCase()} AS IDENTITY${counting(column, among)}`,
    how.notNull && notNull === true && "NOT NULL",
  ]
    .filter(Boolean)
    .join(" ");
}

function counting(column: SchemaObject, among: Objects): string {
  const found = sequenceOf(column, among);
  return found === undefined ? "" : ` (SEQUENCE NAME ${fullName(found)} ${counts(found)})`;
}

/** How a sequence counts. */
export function counts({ attributes }: SchemaObject): string {
  const { start, increment, minimum, maximum, cycle } = attributes;
  return `START WITH ${start} INCREMENT BY ${increment} MINVALUE ${minimum} MAXVALUE ${maximum} ${cycle === true ? "CYCLE" : "NO CYCLE"}`;
}

/** The sequence of an identity column comes with its column. */
function sequence(object: SchemaObject, among: Objects): readonly string[] {
  const column = ownerOf(object, among);
  if (column !== undefined && column.attributes["identity"] !== "") return [];
  return [`CREATE SEQUENCE ${fullName(object)} AS ${object.attributes["type"]} ${counts(object)}`];
}

function labels(object: Pick<SchemaObject, "schema" | "name">, among: Objects): string[] {
  const values = [...among.values()].filter(
    ({ kind, schema, relation }) =>
      kind === "enum-value" && schema === object.schema && relation === object.name,
  );
  const behind = new Map(values.map(({ name, attributes }) => [String(attributes["after"]), name]));
  const order: string[] = [];
  for (let next = behind.get(""); next !== undefined && order.length < values.length; ) {
    order.push(next);
    next = behind.get(next);
  }
  return order;
}

function policy(object: SchemaObject): string {
  const { command, permissive, roles, using, check } = object.attributes;
  const commands: Readonly<Record<string, string>> = { r: "SELECT", a: "INSERT", w: "UPDATE", d: "DELETE" };
  const to = Array.isArray(roles)
    ? roles.map((role) => (role === "public" ? "PUBLIC" : quoteIdentifier(role)))
    : [];
  return [
    `CREATE POLICY ${quoteIdentifier(object.name)} ON ${carrierName(object)}`,
    `AS ${permissive === true ? "PERMISSIVE" : "RESTRICTIVE"} FOR ${commands[String(command)] ?? "ALL"}`,
    to.length > 0 && `TO ${to.join(", ")}`,
    using && `USING (${using})`,
    check && `WITH CHECK (${check})`,
  ]
    .filter(Boolean)
    .join(" ");
}

function sampled(object: SchemaObject): string[] {
  const { target } = object.attributes;
  return target === undefined ? [] : [`ALTER STATISTICS ${fullName(object)} SET STATISTICS ${target}`];
}

/** A trigger or rule that was switched off, or is for replicas. */
function switched(object: SchemaObject, word: "TRIGGER" | "RULE"): string[] {
  const states: Readonly<Record<string, string>> = {
    disabled: "DISABLE",
    replica: "ENABLE REPLICA",
    always: "ENABLE ALWAYS",
  };
  const state = states[String(object.attributes["enabled"])];
  return state === undefined
    ? []
    : [`ALTER TABLE ${carrierName(object)} ${state} ${word} ${quoteIdentifier(object.name)}`];
}

/** `WITH (fillfactor='70')` */
export function options({ attributes }: SchemaObject): string {
  if (!Array.isArray(attributes["options"])) return "";
  const settings = attributes["options"].map((text: string) => {
    const at = text.indexOf("=");
    return at < 0 ? text : `${text.slice(0, at)}=${quoteLiteral(text.slice(at + 1))}`;
  });
  return ` WITH (${settings.join(", ")})`;
}
