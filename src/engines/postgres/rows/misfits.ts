import { quoteIdentifier, quoteLiteral } from "../../../sql/identifier.ts";
import type { Demand, RowFacts } from "../../demand.ts";

/** Values that a new type does not take. */
interface Misfits {
  /** Completes "value of c ..." and "values of c ...". */
  readonly what: string;
  readonly code: string;
  readonly condition: string;
}

type TypeDemand = Extract<Demand, { kind: "type" }>;

/** Bounds of the integers: https://www.postgresql.org/docs/current/datatype-numeric.html#DATATYPE-INT */
const integers: Readonly<Record<string, readonly [least: string, most: string]>> = {
  smallint: ["-32768", "32767"],
  integer: ["-2147483648", "2147483647"],
  bigint: ["-9223372036854775808", "9223372036854775807"],
};

const texts = /^(?:text|character varying(?:\(\d+\))?|character(?:\(\d+\))?)$/;
const numbers = /^(?:smallint|integer|bigint|numeric(?:\(\d+,-?\d+\))?)$/;

/** What texts of these types look like; the server is asked itself from version 16 on. */
const looks: Readonly<Record<string, string>> = {
  smallint: "^\\s*[-+]?\\d+\\s*$",
  integer: "^\\s*[-+]?\\d+\\s*$",
  bigint: "^\\s*[-+]?\\d+\\s*$",
};

/**
 * Which values a change of type would refuse.
 *
 * @returns undefined where that is not known for sure: another expression than a plain cast, or other types
 */
export function misfitsOf(demand: TypeDemand, { major }: RowFacts): Misfits | undefined {
  const column = `t.${quoteIdentifier(demand.column)}`;
  const { from, to, using, labels } = demand;
  if (labels !== undefined) {
    if (using !== undefined && !isPlainCast(using, demand.column)) return undefined;
    if (from.endsWith("[]") || to.endsWith("[]")) return undefined;
    const known = labels.map(quoteLiteral).join(", ");
    return {
      what: `that ${to} does not have`,
      code: "22P02",
      condition:
        known === ""
          ? `${column} IS NOT NULL`
          : `${column} IS NOT NULL AND ${column}::text NOT IN (${known})`,
    };
  }
  if (using === undefined) return narrowed(column, from, to);
  // To a text or to bits, a cast that is written down cuts off what is too long, and refuses nothing.
  if (!texts.test(from) || texts.test(to) || to.startsWith("bit") || !isPlainCast(using, demand.column))
    return undefined;
  return unreadable(column, to, major);
}

/** By the server's own conversion: https://www.postgresql.org/docs/current/datatype-character.html */
function narrowed(column: string, from: string, to: string): Misfits | undefined {
  const length = /^character(?: varying)?\((\d+)\)$/.exec(to)?.[1];
  if (length !== undefined && texts.test(from)) {
    const condition = `pg_catalog.length(pg_catalog.rtrim(${column}::text, ' ')) > ${length}`;
    return { what: `longer than ${length} characters`, code: "22001", condition };
  }
  const bounds = integers[to];
  if (bounds !== undefined && numbers.test(from)) {
    const [least, most] = bounds;
    const condition = `pg_catalog.round(${column}::numeric) NOT BETWEEN ${least} AND ${most}`;
    return { what: `out of the range of ${to}`, code: "22003", condition };
  }
  const [, precision, scale] = /^numeric\((\d+),(\d+)\)$/.exec(to) ?? [];
  if (precision !== undefined && scale !== undefined && numbers.test(from)) {
    const whole = Number(precision) - Number(scale);
    if (whole < 0) return undefined;
    const condition = `pg_catalog.abs(pg_catalog.round(${column}::numeric, ${scale})) >= pg_catalog.power(10::numeric, ${whole})`;
    return { what: `with more digits than ${to} takes`, code: "22003", condition };
  }
  return undefined;
}

/** Texts that are none of the type's. */
function unreadable(column: string, to: string, major: number): Misfits | undefined {
  const what = `that cannot be read as ${to}`;
  if (major >= 16 && !to.includes(".")) {
    const condition = `NOT pg_catalog.pg_input_is_valid(${column}::text, ${quoteLiteral(to)})`;
    return { what, code: "22P02", condition };
  }
  const look = looks[to];
  if (look === undefined) return undefined;
  return { what, code: "22P02", condition: `${column}::text !~ ${quoteLiteral(look)}` };
}

/** `"c"::integer`, `("c"::text)::public.mood`, `CAST(c AS integer)`: nothing but the column and types. */
function isPlainCast(using: string, column: string): boolean {
  const bare = using.replaceAll(/[()\s]/g, "");
  const name = bare.startsWith('"') ? quoteIdentifier(column).replaceAll(/[()\s]/g, "") : column;
  if (!bare.toLowerCase().startsWith(name.toLowerCase())) return false;
  return /^(?:::(?:[a-z0-9_.]+|"[^"]+")(?:\."[^"]+"|\.[a-z0-9_]+)?)+$/i.test(bare.slice(name.length));
}
