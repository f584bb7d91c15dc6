import { objectKey, type SchemaObject } from "../../schema/object.ts";
import { dotted } from "../../sql/identifier.ts";
import { load, quoted } from "./load.ts";
import { Merge } from "./merge.ts";
import { changedRows, type Saved } from "./remembered.ts";
import type { Columns, RowsBack, RowsWishes } from "./rows-back.ts";

/** What becomes of the rows of one table that was saved before the repair. */
export function rowsBack(saved: Saved, number: number, wishes: RowsWishes): RowsBack | undefined {
  const { remembered, difference } = wishes;
  const table = dotted(saved.schema, saved.name);
  const nothing = { table, first: [], later: [], checks: [], back: [], notBack: [] };
  const key = `table ${table}`;
  const isGone = !difference.now.has(key);
  if (isGone) {
    const isMade = difference.make.some((object) => objectKey(object) === key);
    if (isMade) return wholeTable(saved, table);
    if (!remembered.before.objects.has(key)) return undefined;
    return { ...nothing, notBack: [`${key}; its rows are in ${saved.path}`] };
  }
  const columns = columnsToFill(saved, wishes);
  const isWritten =
    remembered.certificate === undefined
      ? changedRows(remembered.plan)
      : remembered.certificate.written.includes(table);
  if (columns.added.length === 0 && columns.retyped.length === 0 && !isWritten) return undefined;
  const keys = keyOf(saved, wishes);
  if (keys === undefined) {
    return {
      ...nothing,
      notBack: [`the values of rows of ${table}, which has no primary key: they are in ${saved.path}`],
    };
  }
  return new Merge({ saved, table, number, keys, isWritten, columns, wishes }).steps();
}

function wholeTable(saved: Saved, table: string): RowsBack {
  const { schema, name, columns } = saved;
  return {
    table,
    first: [],
    later: [
      {
        kind: "rows",
        table,
        loads: [load(saved, [], { schema, name, columns })],
        statements: [],
        writes: true,
        why: "they were saved before the repair",
        hazards: [],
      },
    ],
    checks: [
      {
        sql: `SELECT count(*) - ${saved.rows} AS wrong FROM ONLY ${quoted(saved)}`,
        problem: `${table} has not all of its rows`,
      },
    ],
    back: [`${saved.rows} rows of ${table}`],
    notBack: [],
  };
}

function columnsToFill(saved: Saved, { remembered, difference }: RowsWishes): Columns {
  const added: SchemaObject[] = [];
  const retyped: SchemaObject[] = [];
  const others: SchemaObject[] = [];
  for (const name of saved.columns) {
    const key = `column ${dotted(saved.schema, saved.name, name)}`;
    const column = remembered.before.objects.get(key);
    if (column === undefined) continue;
    if (difference.make.includes(column)) added.push(column);
    const changed = difference.change.find(({ to }) => objectKey(to) === key);
    if (changed !== undefined && changed.from.attributes["type"] !== column.attributes["type"])
      retyped.push(column);
    else if (difference.now.has(key)) others.push(column);
  }
  return { added, retyped, others };
}

/** The primary key, where it was the same before and is now. */
function keyOf(saved: Saved, { remembered, difference }: RowsWishes): readonly string[] | undefined {
  const primary = [...remembered.before.objects.values()].find(
    ({ kind, schema, relation, attributes }) =>
      kind === "constraint" &&
      schema === saved.schema &&
      relation === saved.name &&
      attributes["type"] === "primary key",
  );
  const keys = (primary?.dependsOn ?? []).filter((one) => one.startsWith("column "));
  const same = keys.every((key) => {
    const [then, now] = [remembered.before.objects.get(key), difference.now.get(key)];
    return now !== undefined && then?.attributes["type"] === now.attributes["type"];
  });
  if (keys.length === 0 || !same) return undefined;
  return keys.map((key) => remembered.before.objects.get(key)?.name ?? "");
}
