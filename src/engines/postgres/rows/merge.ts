import { quoteIdentifier } from "../../../sql/identifier.ts";
import type { Batch, MendFacts, MendWish, NoMend, RowMend } from "../../mend.ts";
import { type Found, firstOf, laterThanFirst, locked, none, told, unreferenced } from "./found.ts";
import type { EqualRows } from "./in-the-way.ts";
import { setAside } from "./quarantine.ts";
import { type Reference, referencesTo } from "./references.ts";

/**
 * Keeps one of rows that are equal: what refers to the others refers to that one afterwards, and they go to the quarantine.
 */
export function merging(
  { table, name, groups }: Found & { readonly groups: EqualRows },
  { keep, by }: Extract<MendWish, { kind: "merge" }>,
  facts: MendFacts,
  batch: Batch,
): RowMend | NoMend {
  if (facts.typeOf(table, by) === undefined) return { refused: `${told(table)} has no column ${by}` };
  if (facts.primaryKey(table).length === 0)
    return { refused: `${told(table)} has no primary key: of rows that are equal in ${by} none comes first` };
  const references = referencesTo(table, facts);
  for (const one of references) {
    const problem = cannotFollow(one, table);
    if (problem !== undefined) return { refused: problem };
  }
  const direction = keep === "greatest" ? "DESC NULLS LAST" : "ASC NULLS LAST";
  const order = `t.${quoteIdentifier(by)} ${direction}, ${firstOf(table, facts)}`;
  const pairs = quoteIdentifier(`godwit_merge_${batch.id.slice(0, 8)}`);
  const keys = [...new Set(references.flatMap((one) => one.references))];
  const place = (key: string | undefined) => keys.indexOf(key ?? "") + 1;
  const where = groups.conditions.length > 0 ? ` WHERE ${groups.conditions.join(" AND ")}` : "";
  const columns = keys.flatMap((key) => {
    const column = `t.${quoteIdentifier(key)}`;
    return [
      `${column} AS gone_${place(key)}`,
      `pg_catalog.first_value(${column}) OVER w AS kept_${place(key)}`,
    ];
  });
  const follow = references.map((one) => {
    const [own, number] = [quoteIdentifier(one.columns[0] ?? ""), place(one.references[0])];
    return `UPDATE ${one.from} c SET ${own} = m.kept_${number} FROM pg_temp.${pairs} m WHERE c.${own} = m.gone_${number}`;
  });
  const gone = [`t.ctid IN (SELECT m.tid FROM pg_temp.${pairs} m)`, ...unreferenced(references)].join(
    " AND ",
  );
  const { prepare, statements, last } = setAside({ table, name, condition: gone }, facts, batch);
  return {
    first: [],
    prepare,
    statements: [
      locked([table, ...references.map((one) => one.table)]),
      `CREATE TEMPORARY TABLE ${pairs} ON COMMIT DROP AS SELECT * FROM (SELECT ${["t.ctid AS tid", "pg_catalog.row_number() OVER w AS place", ...columns].join(", ")} FROM ${name} t${where} WINDOW w AS (PARTITION BY ${groups.elements.join(", ")} ORDER BY ${order})) r WHERE r.place > 1`,
      ...follow,
      ...statements,
    ],
    last: [
      none(
        { name, condition: laterThanFirst(groups, order) },
        `rows of ${told(table)} would still be equal to others`,
      ),
      ...last,
    ],
    tables: [...new Set([table, ...references.map((one) => one.table)].map(told))],
    triggers: [table, ...references.map((one) => one.table)].flatMap((one) => facts.triggers(one)),
  };
}

/** Why what refers to a row cannot refer to another one instead. */
function cannotFollow(
  { name, table, columns, definition, from }: Reference,
  { schema, name: own }: Found["table"],
): string | undefined {
  const whose = `${name} of ${told(table)}`;
  if (columns.length > 1)
    return `${whose} points to it with several columns, which are not pointed elsewhere`;
  if (table.schema === schema && table.name === own)
    return `${whose} points to rows of the same table, which are not pointed elsewhere`;
  if (!from.startsWith("ONLY ")) return `${whose}, a partitioned table, points to it`;
  return / DEFERR/.test(definition) ? `${whose} is checked at COMMIT only` : undefined;
}
