import type { SchemaObject } from "../../../schema/object.ts";
import { quoteIdentifier } from "../../../sql/identifier.ts";
import type { Objects } from "../../object-sql.ts";
import { counts, make, options } from "./make.ts";
import { carrierName, fullName, ownerOf } from "./names.ts";

/** Makes of an object what it was, in place. */
export function change(from: SchemaObject, to: SchemaObject, among: Objects): readonly string[] | undefined {
  switch (to.kind) {
    case "column":
      return column(from, to);
    case "table":
      return table(from, to);
    case "view":
      return make(to, among)?.map((sql) => sql.replace(/^CREATE VIEW/, "CREATE OR REPLACE VIEW"));
    case "function":
      return sameResult(from, to) ? make(to, among) : undefined;
    case "sequence":
      return sequence(to, among);
    case "domain":
      return domain(from, to);
    default:
      return undefined;
  }
}

const textual = /^(?:text|character varying|character)(?:\(\d+\))?$/;
const plain = /^[a-z][a-z ]*(?:\([\d,]+\))?(?: with(?:out)? time zone)?$/;

function column(from: SchemaObject, to: SchemaObject): readonly string[] | undefined {
  const [now, then] = [from.attributes, to.attributes];
  // What the server computes has to be made anew.
  if (now["generated"] !== then["generated"]) return undefined;
  if (then["generated"] !== "" && now["default"] !== then["default"]) return undefined;
  const alter = `ALTER TABLE ${carrierName(to)} ALTER COLUMN ${quoteIdentifier(to.name)}`;
  const retyped = now["type"] !== then["type"] || now["collation"] !== then["collation"];
  const redefaulted = then["generated"] === "" && (retyped || now["default"] !== then["default"]);
  const statements: string[] = [];
  if (now["identity"] !== "" && then["identity"] === "") statements.push(`${alter} DROP IDENTITY`);
  if (redefaulted && now["default"] !== "") statements.push(`${alter} DROP DEFAULT`);
  if (retyped) {
    const collation = then["collation"] ? ` COLLATE ${then["collation"]}` : "";
    statements.push(
      `${alter} TYPE ${then["type"]}${collation}${conversion(to.name, String(now["type"]), String(then["type"]))}`,
    );
  }
  if (redefaulted && then["default"] !== "") statements.push(`${alter} SET DEFAULT ${then["default"]}`);
  if (now["notNull"] === true && then["notNull"] !== true) statements.push(`${alter} DROP NOT NULL`);
  if (now["notNull"] !== true && then["notNull"] === true) statements.push(`${alter} SET NOT NULL`);
  if (then["identity"] !== "" && now["identity"] === "")
    statements.push(`${alter} ADD GENERATED ${String(then["identity"]).toUpperCase()} AS IDENTITY`);
  else if (then["identity"] !== now["identity"] && then["identity"] !== "")
    statements.push(`${alter} SET GENERATED ${String(then["identity"]).toUpperCase()}`);
  return statements;
}

/**
 * How values become those of the former type. What an assignment converts is not cast: an explicit cast would cut what
 * is too long, without a word.
 */
function conversion(name: string, from: string, to: string): string {
  if (textual.test(to) && (textual.test(from) || plain.test(from))) return "";
  const value = quoteIdentifier(name);
  return plain.test(from) && plain.test(to) ? ` USING ${value}::${to}` : ` USING ${value}::text::${to}`;
}

function table(from: SchemaObject, to: SchemaObject): readonly string[] | undefined {
  const [now, then] = [from.attributes, to.attributes];
  const fixed = ["partitioned", "foreign", "partitionKey", "partitionBound", "parents"];
  if (fixed.some((one) => JSON.stringify(now[one]) !== JSON.stringify(then[one]))) return undefined;
  const alter = `ALTER TABLE ${fullName(to)}`;
  const statements: string[] = [];
  if (now["rowSecurity"] !== then["rowSecurity"])
    statements.push(`${alter} ${then["rowSecurity"] === true ? "ENABLE" : "DISABLE"} ROW LEVEL SECURITY`);
  if (now["forceRowSecurity"] !== then["forceRowSecurity"])
    statements.push(
      `${alter} ${then["forceRowSecurity"] === true ? "FORCE" : "NO FORCE"} ROW LEVEL SECURITY`,
    );
  if (now["unlogged"] !== then["unlogged"])
    statements.push(`${alter} SET ${then["unlogged"] === true ? "UNLOGGED" : "LOGGED"}`);
  if (JSON.stringify(now["options"]) !== JSON.stringify(then["options"])) {
    const names = Array.isArray(now["options"])
      ? now["options"].map((text: string) => text.split("=")[0])
      : [];
    if (names.length > 0) statements.push(`${alter} RESET (${names.join(", ")})`);
    if (then["options"] !== undefined) statements.push(`${alter} SET${options(to).replace(/^ WITH/, "")}`);
  }
  return statements;
}

/** A view or routine is replaced where callers see the same shape of result. */
function sameResult(from: SchemaObject, to: SchemaObject): boolean {
  const result = ({ definition }: SchemaObject) => /\n RETURNS [^\n]*/.exec(definition ?? "")?.[0];
  const head = ({ definition }: SchemaObject) => definition?.slice(0, definition.indexOf("\n"));
  return result(from) === result(to) && head(from) === head(to);
}

function sequence(to: SchemaObject, among: Objects): readonly string[] {
  const owner = ownerOf(to, among);
  return [
    `ALTER SEQUENCE ${fullName(to)} AS ${to.attributes["type"]} ${counts(to)}`,
    ...(owner?.attributes["identity"] !== "" && owner !== undefined
      ? []
      : [
          `ALTER SEQUENCE ${fullName(to)} OWNED BY ${owner ? `${carrierName(owner)}.${quoteIdentifier(owner.name)}` : "NONE"}`,
        ]),
  ];
}

function domain(from: SchemaObject, to: SchemaObject): readonly string[] | undefined {
  const [now, then] = [from.attributes, to.attributes];
  if (now["base"] !== then["base"]) return undefined;
  const alter = `ALTER DOMAIN ${fullName(to)}`;
  return [
    ...(now["default"] === then["default"]
      ? []
      : [`${alter} ${then["default"] ? `SET DEFAULT ${then["default"]}` : "DROP DEFAULT"}`]),
    ...(now["notNull"] === then["notNull"]
      ? []
      : [`${alter} ${then["notNull"] === true ? "SET" : "DROP"} NOT NULL`]),
  ];
}
