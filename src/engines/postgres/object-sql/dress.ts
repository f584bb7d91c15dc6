import type { SchemaObject } from "../../../schema/object.ts";
import { quoteIdentifier, textLiteral } from "../../../sql/identifier.ts";
import type { Objects } from "../../object-sql.ts";
import { carrierName, fullName, ownerOf, routineName } from "./names.ts";
import { titleOf } from "./titles.ts";

/** Owner, comment and rights, none of which a definition tells. */
export function dress(object: SchemaObject, role: string): readonly string[] {
  const { owner, comment, grants } = object.environment;
  const named = titleOf(object);
  if (named === undefined) return [];
  const owned = typeof owner === "string" && owner !== role;
  return [
    ...(owned ? [`ALTER ${named} OWNER TO ${quoteIdentifier(owner)}`] : []),
    ...(typeof comment === "string" ? [`COMMENT ON ${named} IS ${textLiteral(comment)}`] : []),
    ...(Array.isArray(grants) ? rights(object, grants) : []),
    ...columnsOf(object),
  ];
}

/** Comments and rights on the columns of a view, which are no objects of their own. */
function columnsOf(object: SchemaObject): string[] {
  const { columnComments, columnGrants } = object.environment;
  return [
    ...columnTexts(columnComments).map(
      ([column, comment]) => `COMMENT ON COLUMN ${fullName(object)}.${column} IS ${textLiteral(comment)}`,
    ),
    ...columnTexts(columnGrants).flatMap(([column, grants]) =>
      granted(itemsOf(grants), fullName(object), ` (${column})`),
    ),
  ];
}

/** `"a column" its text`, with the name as the server quotes it. */
function columnTexts(
  value: SchemaObject["environment"][string] | undefined,
): [column: string, text: string][] {
  return (Array.isArray(value) ? value : []).flatMap((one) => {
    const [, column, text] = /^("(?:[^"]|"")*"|[^ ]+) (.*)$/s.exec(one) ?? [];
    return column === undefined || text === undefined ? [] : [[column, text] as [string, string]];
  });
}

/** An array as the server prints it: `{=r/owner,"a b=r/owner"}`. */
function itemsOf(array: string): string[] {
  return [...array.slice(1, -1).matchAll(/"((?:[^"\\]|\\.)*)"|([^,]+)/gs)].map(
    ([, quoted, plain]) => quoted?.replace(/\\(.)/gs, "$1") ?? plain ?? "",
  );
}

const letters: Readonly<Record<string, string>> = {
  r: "SELECT",
  a: "INSERT",
  w: "UPDATE",
  d: "DELETE",
  D: "TRUNCATE",
  x: "REFERENCES",
  t: "TRIGGER",
  m: "MAINTAIN",
  X: "EXECUTE",
  U: "USAGE",
  C: "CREATE",
};

/** `reader=r*w/owner`: who may do what, with `*` behind what they may pass on. */
function rights(object: SchemaObject, grants: readonly string[]): string[] {
  const on = placeOf(object);
  if (on === undefined) return [];
  // Some kinds are everybody's from the beginning.
  const first = object.kind === "function" || on.place.startsWith("TYPE ");
  const revoked = first ? [`REVOKE ALL ON ${on.place} FROM PUBLIC`] : [];
  return [...revoked, ...granted(grants, on.place, on.columns)];
}

function granted(grants: readonly string[], place: string, columns: string): string[] {
  return grants.flatMap((grant) => {
    const match = /^(?:"((?:[^"]|"")*)"|([^=]*))=([A-Za-z*]*)\//.exec(grant);
    if (match === null) return [];
    const grantee = match[1]?.replaceAll('""', '"') ?? match[2] ?? "";
    const to = grantee === "" ? "PUBLIC" : quoteIdentifier(grantee);
    return [...(match[3] ?? "").matchAll(/([A-Za-z])(\*?)/g)].flatMap(([, letter = "", star]) => {
      const word = letters[letter];
      return word === undefined
        ? []
        : [`GRANT ${word}${columns} ON ${place} TO ${to}${star ? " WITH GRANT OPTION" : ""}`];
    });
  });
}

function placeOf(object: SchemaObject): { place: string; columns: string } | undefined {
  switch (object.kind) {
    case "table":
    case "view":
    case "materialized-view":
      return { place: fullName(object), columns: "" };
    case "column":
      return { place: carrierName(object), columns: ` (${quoteIdentifier(object.name)})` };
    case "sequence":
      return { place: `SEQUENCE ${fullName(object)}`, columns: "" };
    case "function":
      return { place: `ROUTINE ${routineName(object)}`, columns: "" };
    case "enum":
    case "domain":
    case "type":
      return { place: `TYPE ${fullName(object)}`, columns: "" };
    case "schema":
      return { place: `SCHEMA ${quoteIdentifier(object.name)}`, columns: "" };
    default:
      return undefined;
  }
}

/** A sequence belongs to its column again, once that is there. */
export function own(sequence: SchemaObject, among: Objects): readonly string[] {
  const column = ownerOf(sequence, among);
  return column === undefined || column.attributes["identity"] !== ""
    ? []
    : [
        `ALTER SEQUENCE ${fullName(sequence)} OWNED BY ${carrierName(column)}.${quoteIdentifier(column.name)}`,
      ];
}
