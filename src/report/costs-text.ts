import type { Certificate, Kept, TableCost } from "../plan/certificate.ts";
import { printable } from "./printable.ts";

/** How many tables are shown. All of them are in --json. */
const shown = 6;

/** Seconds less than which nobody notices. */
const unnoticed = 0.01;

/**
 * What a plan costs, table by table, as lines for a person who decides on it.
 *
 * @returns lines with a label
 */
export function costLines({
  tables,
  comparing,
}: Pick<Certificate, "tables" | "comparing">): [label: string, text: string][] {
  if (tables.length === 0) return [];
  const wholes = withoutPartitions(tables);
  const lines = wholes
    .slice(0, shown)
    .map((cost, i): [string, string] => [i === 0 ? "Tables" : "", tableText(cost)]);
  const more = wholes.length - lines.length;
  const locks = tables.flatMap(({ kept }) => kept);
  const isHeld = locks.some(({ sampled }) => !sampled);
  const isTimed = tables.some(({ timeTells, hadRows, kept }) => timeTells && hadRows && kept.length > 0);
  return [
    ...lines,
    ...(more > 0 ? [["", `and ${more} more: --json has all of them`] satisfies [string, string]] : []),
    ...(isHeld
      ? [
          [
            "Besides",
            `from the beginning to COMMIT nobody writes to the tables that are altered: their rows are compared (those of all tables, there: ${seconds(comparing)})`,
          ] satisfies [string, string],
        ]
      : []),
    [
      "",
      `Sizes are what the server estimates for the database.${isTimed ? " Times are those of the copy, on its machine, with nobody else at work." : ""}`,
    ],
  ];
}

/** What is done to partitions is told of the table whose they are, where that is among them. */
function withoutPartitions(tables: readonly TableCost[]): TableCost[] {
  const names = new Set(tables.map(({ table }) => table));
  const isTold = ({ partitionOf }: TableCost) => partitionOf !== undefined && names.has(partitionOf);
  return tables.flatMap((cost) => {
    if (isTold(cost)) return [];
    const parts = tables.filter(({ partitionOf }) => partitionOf === cost.table);
    return [
      {
        ...cost,
        rewritten: cost.rewritten || parts.some(({ rewritten }) => rewritten),
        emptied: cost.emptied || parts.some(({ emptied }) => emptied),
        indexes: [...cost.indexes, ...parts.flatMap(({ indexes }) => indexes)],
        rowsChanged: parts.reduce((sum, { rowsChanged = 0 }) => sum + rowsChanged, cost.rowsChanged ?? 0),
      },
    ];
  });
}

/** How many names are shown of several. */
const named = 3;

function tableText(cost: TableCost): string {
  const { table, original, hadRows, rowsChanged = 0, rewritten, emptied, indexes, kept } = cost;
  const about = [
    sizeText(original),
    rowsChanged > 0 ? `${count(rowsChanged)} ${rowsChanged === 1 ? "row" : "rows"} written` : "",
    rewritten ? "rewritten" : "",
    emptied ? (hadRows ? "emptied" : "rewritten or emptied: the copy has no rows to tell") : "",
    indexes.length > 0
      ? `builds ${indexes.slice(0, named).map(printable).join(", ")}${indexes.length > named ? ` and ${indexes.length - named} more indexes` : ""}`
      : "",
  ].filter(Boolean);
  const locks =
    kept.length > 0
      ? kept.map((one) => keptText(one, cost))
      : [`others read and write meanwhile${lasting(cost)}`];
  return `${printable(table)} (${about.join("; ")}): ${locks.join("; ")}`;
}

/** Without a lock that keeps others out there is only the time of the work itself. */
function lasting({ timeTells, hadRows, seconds: took }: TableCost): string {
  if (!timeTells) return `; ${untold}`;
  return hadRows ? `, for ${seconds(took)}` : "";
}

const untold = "the copy has none of its rows, so how long is not known";

function keptText({ from, by, seconds: took, sampled }: Kept, { timeTells, hadRows }: TableCost): string {
  const whom = from === "writing" ? "nobody writes to it" : "nobody reads or writes it";
  const time = timeTells && hadRows ? ` for ${seconds(took)}` : "";
  const where = sampled ? `while ${printable(by)} is at work` : `from ${printable(by)} to COMMIT`;
  return `${whom}${time}, ${where}${sampled ? " (measured as a whole)" : ""}${timeTells ? "" : `; ${untold}`}`;
}

function sizeText(original: TableCost["original"]): string {
  if (original === undefined) return "its size could not be read: locked, or not in time";
  const { rows, bytes } = original;
  if (!original.hasRows) return "no rows";
  return `${rows === undefined ? "never counted" : `about ${count(rows)} ${rows === 1 ? "row" : "rows"}`}, ${bytesText(bytes)}`;
}

function seconds(number: number): string {
  return number < unnoticed ? "less than 0.01 s" : `${number.toFixed(number < 10 ? 2 : 0)} s`;
}

function count(number: number): string {
  return number.toLocaleString("en-US");
}

function bytesText(bytes: number): string {
  const units = ["kB", "MB", "GB", "TB"];
  let value = bytes / 1000;
  let unit = 0;
  for (; value >= 1000 && unit < units.length - 1; unit++) value /= 1000;
  return `${value >= 10 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}
