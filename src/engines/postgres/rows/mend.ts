import { notOneExpression } from "../../../sql/expression.ts";
import { dotted, quoteIdentifier, textLiteral } from "../../../sql/identifier.ts";
import type { Demand } from "../../demand.ts";
import type { Batch, MendFacts, MendOption, MendWish, NoMend, RowMend, RowMending } from "../../mend.ts";
import { withoutNotNull } from "./add-column.ts";
import { type Found, firstOf, laterThanFirst, locked, none, told, unreferenced } from "./found.ts";
import { inTheWayOf } from "./in-the-way.ts";
import { candidatesOf, columnFor } from "./mend-columns.ts";
import { merging } from "./merge.ts";
import { nameOf } from "./own-rows.ts";
import { setAside } from "./quarantine.ts";
import { followsUpdates, referencesTo } from "./references.ts";

/** Mends rows of PostgreSQL tables that do not meet a demand. */
export const rowMending: RowMending = { options: optionsOf, mend: mendOf, addFilled };

function foundBy(demand: Demand, facts: MendFacts): Found | NoMend {
  const { table } = demand;
  const obstacle = facts.obstacle(table);
  if (obstacle !== undefined) return { refused: obstacle };
  // By then the column is there, and what is missing are values.
  if (demand.kind === "no-rows") {
    if (facts.typeOf(table, demand.column) === undefined)
      return { refused: `${demand.column} is not there before the statement that needs values in it` };
    return { table, name: nameOf(table), condition: `t.${quoteIdentifier(demand.column)} IS NULL` };
  }
  // Which of them has to give way for how many others, a person decides.
  if (demand.kind === "exclusion") return { refused: "of rows which exclude each other it does not choose" };
  const inTheWay = inTheWayOf(demand, facts);
  if (inTheWay === undefined) return { refused: "which rows are in the way is not known for sure" };
  const { name } = inTheWay;
  if (inTheWay.kind === "rows") return { table, name, condition: inTheWay.condition };
  return { table, name, condition: laterThanFirst(inTheWay, firstOf(table, facts)), groups: inTheWay };
}

function mendOf(demand: Demand, wish: MendWish, facts: MendFacts, batch: Batch): RowMend | NoMend {
  const found = foundBy(demand, facts);
  if ("refused" in found) return found;
  switch (wish.kind) {
    case "value":
    case "expression":
      return settled(assigning(demand, wish, found, facts), facts);
    case "merge":
      return found.groups === undefined
        ? { refused: "only rows that are equal can be merged" }
        : settled(merging({ ...found, groups: found.groups }, wish, facts, batch), facts);
    case "quarantine":
      return settled(quarantining(found, facts, batch), facts);
  }
}

/** The server alters no table of which something is still to be checked at COMMIT. */
function settled(mend: RowMend | NoMend, facts: MendFacts): RowMend | NoMend {
  const isDeferrable = facts.foreignKeys.some(({ definition }) => / DEFERRABLE/.test(definition));
  if ("refused" in mend || !isDeferrable) return mend;
  return { ...mend, statements: [...mend.statements, "SET CONSTRAINTS ALL IMMEDIATE"] };
}

function assigning(
  demand: Demand,
  wish: Extract<MendWish, { kind: "value" | "expression" }>,
  { table, name, condition, groups }: Found,
  facts: MendFacts,
): RowMend | NoMend {
  if (groups !== undefined && wish.kind === "value")
    return {
      refused: "one value for several rows would leave them equal; an expression can tell them apart",
    };
  const column = columnFor(demand, wish.column, facts);
  if (typeof column !== "string") return column;
  const value = assigned(wish);
  if (typeof value !== "string") return value;
  const follower = referencesTo(table, facts).find((one) => followsUpdates(one, column));
  if (follower !== undefined)
    return { refused: `${follower.name} of ${told(follower.table)} would change other rows along with it` };
  return {
    first: [],
    prepare: [],
    statements: [
      locked([table]),
      `UPDATE ${name} t SET ${quoteIdentifier(column)} = ${value} WHERE ${condition}`,
    ],
    last: [none({ name, condition }, `rows of ${told(table)} would still be in the way`)],
    tables: [told(table)],
    triggers: facts.triggers(table),
  };
}

function assigned(wish: Extract<MendWish, { kind: "value" | "expression" }>): string | NoMend {
  if (wish.kind === "value") return textLiteral(wish.text);
  const problem = notOneExpression(wish.sql);
  return problem === undefined
    ? `(${wish.sql})`
    : { refused: `${wish.sql} is no single expression: ${problem}` };
}

function quarantining(
  { table, name, condition, groups }: Found,
  facts: MendFacts,
  batch: Batch,
): RowMend | NoMend {
  if (groups !== undefined && facts.primaryKey(table).length === 0)
    return { refused: `${told(table)} has no primary key: which of equal rows came first is not known` };
  const references = referencesTo(table, facts);
  const { prepare, statements, last } = setAside(
    { table, name, condition: [condition, ...unreferenced(references)].join(" AND ") },
    facts,
    batch,
  );
  return {
    first: references.map((one) => ({
      count: `(SELECT count(*) FROM ${one.from} c WHERE EXISTS (SELECT FROM ${name} t WHERE ${condition} AND ${one.pairs}))`,
      problem: `rows of ${told(one.table)} refer to them (${one.name})`,
    })),
    prepare,
    statements: [locked([table, ...references.map((one) => one.table)]), ...statements],
    last: [none({ name, condition }, `rows of ${told(table)} would still be in the way`), ...last],
    tables: [told(table)],
    triggers: facts.triggers(table),
  };
}

function addFilled(
  demand: Demand & { kind: "no-rows" },
  wish: MendWish,
  statement: string,
  facts: MendFacts,
): RowMend | NoMend {
  if (wish.kind !== "value" && wish.kind !== "expression")
    return { refused: `${demand.column} is new: its rows need a value, by value or by expression` };
  const { table, column } = demand;
  const obstacle = facts.obstacle(table);
  if (obstacle !== undefined) return { refused: obstacle };
  if (wish.column !== undefined && wish.column !== column)
    return { refused: `what needs a value is ${column}, and not ${wish.column}` };
  const without = withoutNotNull(statement, column);
  if (without === undefined)
    return { refused: `how the statement says that ${column} is required is not understood` };
  const value = assigned(wish);
  if (typeof value !== "string") return value;
  const condition = `t.${quoteIdentifier(column)} IS NULL`;
  return {
    first: [],
    prepare: [],
    statements: [
      without,
      `UPDATE ${nameOf(table)} t SET ${quoteIdentifier(column)} = ${value} WHERE ${condition}`,
      `ALTER TABLE ${nameOf(table)} ALTER COLUMN ${quoteIdentifier(column)} SET NOT NULL`,
    ],
    last: [],
    tables: [told(table)],
    triggers: facts.triggers(table),
  };
}

/** What an expression may be like. */
function exampleOf({ kind }: Demand, column: string): string {
  const examples: Partial<Record<Demand["kind"], string>> = {
    "not-null": " ('none-' || id, or another column)",
    "no-rows": " ('none-' || id, or another column)",
    unique: ` (${column} || '-' || id)`,
    "foreign-key": " (NULL, where the column may be empty)",
    check: ` (greatest(${column}, 0))`,
    type: ` (left(${column}, 10))`,
  };
  return examples[kind] ?? "";
}

const anyBatch: Batch = { id: "", migration: "", object: "", choice: "", why: "" };

function optionsOf(demand: Demand, facts: MendFacts): MendOption[] {
  const columns = candidatesOf(demand, facts);
  const isNew = demand.kind === "no-rows" && facts.typeOf(demand.table, demand.column) === undefined;
  const several = columns.length > 1;
  const assignments = columns.slice(0, 3).flatMap((column): MendOption[] => {
    const place = several ? `(${column})` : "";
    const chosen = several ? { column } : {};
    const example = exampleOf(demand, dotted(column));
    return [
      {
        kind: "value",
        choice: `value${place}:TEXT`,
        prefix: `value${place}:`,
        title: `Give these rows one value in ${column}, in place of TEXT`,
        wish: { kind: "value", ...chosen, text: "" },
      },
      {
        kind: "expression",
        choice: `expression${place}:SQL`,
        prefix: `expression${place}:`,
        title:
          demand.kind === "unique"
            ? `Give all but the first of them another ${column}, by an expression in place of SQL${example}`
            : `Give these rows what an expression over their columns gives in ${column}, in place of SQL${example}`,
        wish: { kind: "expression", ...chosen, sql: "NULL" },
      },
    ];
  });
  const [key] = demand.kind === "unique" ? facts.primaryKey(demand.table) : [];
  const merges =
    key === undefined
      ? []
      : (["greatest", "least"] as const).map(
          (keep): MendOption => ({
            kind: "merge",
            choice: `merge:${keep}:${key}`,
            title: `Keep of equal rows the one with the ${keep} ${key} (or another column); what refers to the others refers to it, and they go to the quarantine`,
            wish: { kind: "merge", keep, by: key },
          }),
        );
  const all: MendOption[] = [
    ...assignments,
    ...merges,
    {
      kind: "quarantine",
      choice: "quarantine",
      title: `Set ${demand.kind === "unique" ? "all but the first of them" : "them"} aside in the quarantine, from where \`godwit quarantine restore\` puts them back`,
      wish: { kind: "quarantine" },
    },
  ];
  // Whatever the value is, there is no row to which it points.
  const isInVain = ({ kind }: MendOption) => kind === "value" && "toEmpty" in demand && demand.toEmpty;
  return all.filter((option) => {
    if (isInVain(option)) return false;
    const { wish } = option;
    const tried = isNew
      ? addFilled(
          demand,
          wish,
          `ALTER TABLE t ADD COLUMN ${quoteIdentifier(demand.column)} text NOT NULL`,
          facts,
        )
      : mendOf(demand, wish, facts, anyBatch);
    return !("refused" in tried);
  });
}
