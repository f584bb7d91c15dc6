import type { TableName } from "../../engines/demand.ts";
import type { MendFacts } from "../../engines/mend.ts";
import { dotted, splitDotted } from "../../sql/identifier.ts";
import { type Facts, factKey } from "../../timeline/facts.ts";

/** Facts about the tables of a database at one moment: as it is, or as steps of a plan will have made it. */
export function mendFactsOf(facts: Facts, major: number): MendFacts {
  const parts = partsOf(facts);
  const of = (object: string, attribute: string) => facts.get(factKey(object, attribute)) ?? "";
  const constraints = (type: string) =>
    (parts.get("constraint") ?? []).filter((one) => of(one.object, "type") === type);
  const isOf = ({ schema, name }: TableName, kind: string) =>
    (parts.get(kind) ?? []).filter((one) => one.table.schema === schema && one.table.name === name);
  const key = ({ schema, name }: TableName) => `table ${dotted(schema, name)}`;
  return {
    major,
    primaryKey: (table) => {
      const [primary] = isOf(table, "constraint").filter((one) => of(one.object, "type") === "primary key");
      return primary === undefined ? [] : namesIn(of(primary.object, "definition"));
    },
    typeOf: ({ schema, name }, column) =>
      facts.get(factKey(`column ${dotted(schema, name, column)}`, "type")),
    isPartitioned: (table) => of(key(table), "partitioned") === "true",
    isComparable: (type) => !type.includes(".") || facts.has(factKey(`enum ${type}`, "")),
    columns: (table) =>
      isOf(table, "column").map(({ object, name }) => ({
        name,
        type: of(object, "type"),
        computed: of(object, "generated") !== "" || of(object, "identity") === "always",
        generated: of(object, "generated") !== "",
      })),
    foreignKeys: constraints("foreign key").map(({ object, name, table }) => ({
      name,
      table,
      definition: of(object, "definition"),
    })),
    triggers: (table) =>
      isOf(table, "trigger").flatMap(({ object, name }) =>
        of(object, "enabled") === "disabled" ? [] : [`${name} of ${dotted(table.schema, table.name)}`],
      ),
    obstacle(table) {
      const whole = dotted(table.schema, table.name);
      if (of(key(table), "partitioned") === "true") return `the rows of ${whole} are in its partitions`;
      const inherits = [...facts].some(
        ([one, value]) => one.startsWith("table ") && one.endsWith("\nparents") && value.includes(whole),
      );
      if (inherits) return `other tables inherit from ${whole}, and their rows would be changed with its own`;
      return isOf(table, "rule").length > 0 ? `rules rewrite what is done to ${whole}` : undefined;
    },
  };
}

interface Part {
  readonly object: string;
  readonly table: TableName;
  readonly name: string;
}

const ofTables: ReadonlySet<string> = new Set(["column", "constraint", "trigger", "rule"]);

/** What belongs to tables, by its kind. */
function partsOf(facts: Facts): Map<string, Part[]> {
  const parts = new Map<string, Part[]>();
  for (const fact of facts.keys()) {
    if (!fact.endsWith("\n")) continue;
    const object = fact.slice(0, -1);
    const kind = object.slice(0, object.indexOf(" "));
    if (!ofTables.has(kind)) continue;
    const [schema, table, name] = splitDotted(object.slice(kind.length + 1)).parts;
    if (schema === undefined || table === undefined || name === undefined) continue;
    parts.set(kind, [...(parts.get(kind) ?? []), { object, table: { schema, name: table }, name }]);
  }
  return parts;
}

/** The columns of a primary key, as the server prints them. */
function namesIn(definition: string): string[] {
  const list = /^PRIMARY KEY \(/.exec(definition)?.[0];
  if (list === undefined) return [];
  const name = /(?:"((?:[^"]|"")*)"|([^\s",()]+))(?:, |\))/y;
  const names: string[] = [];
  name.lastIndex = list.length;
  for (let found = name.exec(definition); found !== null; found = name.exec(definition)) {
    names.push(found[1]?.replaceAll('""', '"') ?? found[2] ?? "");
    if (found[0].endsWith(")")) break;
  }
  return names;
}
