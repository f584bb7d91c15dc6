import { tokensOf } from "../../../sql/postgres-tokens.ts";
import type { Demand } from "../../demand.ts";
import type { MendFacts, NoMend } from "../../mend.ts";
import { checkExpression, foreignKeyDefinition, keyDefinition } from "./definition.ts";

/** The columns in which another value may help rows to meet a demand. */
export function candidatesOf(demand: Demand, facts: MendFacts): string[] {
  if ("column" in demand) return [demand.column];
  const { table, definition, kind } = demand;
  const given = facts.columns(table).filter(({ computed }) => !computed);
  const isGiven = (name: string) => given.some((column) => column.name === name);
  if (kind === "foreign-key") return (foreignKeyDefinition(definition)?.columns ?? []).filter(isGiven);
  const text =
    kind === "check" ? checkExpression(definition) : keyDefinition(definition)?.elements.join(", ");
  return text === undefined ? [] : namesIn(text).filter(isGiven);
}

/** The column that gets another value: the one that was named, or the only one that comes into question. */
export function columnFor(demand: Demand, named: string | undefined, facts: MendFacts): string | NoMend {
  const candidates = candidatesOf(demand, facts);
  const [only] = candidates;
  if (named === undefined) {
    if (only !== undefined && candidates.length === 1) return only;
    return candidates.length === 0
      ? { refused: "no column is known in which another value would help" }
      : {
          refused: `it has to be said which column gets it: value(${only}):..., expression(${only}):...; it may be ${candidates.join(", ")}`,
        };
  }
  if (candidates.includes(named)) return named;
  return {
    refused: `another value in ${named} would not help; it may be ${candidates.join(", ") || "none"}`,
  };
}

/** All names in an expression, unquoted, each once. */
function namesIn(text: string): string[] {
  const names = [...tokensOf(text)].flatMap(({ kind, start, end }) => {
    const token = text.slice(start, end);
    if (kind === "word") return [token];
    return kind === "quoted-identifier" ? [token.slice(1, -1).replaceAll('""', '"')] : [];
  });
  return [...new Set(names)];
}
