import type { Token } from "./postgres-tokens.ts";

/** What the literals of a PostgreSQL statement are, as far as its first words tell. */
export type StatementForm =
  /** Writes rows, or is not known: its literals are data. */
  | "rows"
  /** Reads, or calls something: its literals may be names that the call needs, or data. */
  | "query"
  /** Makes a table from a query. */
  | "filled"
  /** DO: its body is code. */
  | "code"
  /** A setting of the program's own (`SET app.key = ...`): the server takes any text. */
  | "setting"
  /** Roles, databases, the server's settings, other servers: what stands in them may be a secret. */
  | "server"
  /** Defaults, checks, labels, bodies of functions: its literals are the schema. */
  | "definition";

/** Words with which statements begin whose literals have a meaning to the server. */
const plain =
  /^(?:COMMENT|GRANT|REVOKE|REASSIGN|SECURITY|RESET|SHOW|LOCK|LISTEN|UNLISTEN|LOAD|DISCARD|DEALLOCATE|BEGIN|START|COMMIT|END|ROLLBACK|ABORT|SAVEPOINT|RELEASE|VACUUM|ANALYZE|ANALYSE|REINDEX|REFRESH|CLUSTER|CHECKPOINT|IMPORT|DROP)$/;

const ofTheServer = /^(?:ROLE|USER|GROUP|DATABASE|SYSTEM|TABLESPACE|SERVER|SUBSCRIPTION|FOREIGN DATA)\b/;

/** @param tokens the statement's tokens, without space and comments */
export function formOf(script: string, tokens: readonly Token[]): StatementForm {
  const word = (i: number) => {
    const token = tokens[i];
    return token?.kind === "word" ? script.slice(token.start, token.end).toUpperCase() : "";
  };
  const first = word(tokens.findIndex(({ kind }) => kind === "word"));
  switch (first) {
    case "SELECT":
    case "TABLE":
    case "CALL":
      return "query";
    case "DO":
      return "code";
    case "SET":
      // A parameter that has a dot in its name is nobody's but the program's.
      return tokens.some(({ start }, i) => i < 5 && script[start] === ".") ? "setting" : "definition";
    case "CREATE":
    case "ALTER":
      if (ofTheServer.test(`${word(1)} ${word(2)}`)) return "server";
      return first === "CREATE" && isFilled(script, tokens) ? "filled" : "definition";
    default:
      return plain.test(first) ? "definition" : "rows";
  }
}

function isFilled(script: string, tokens: readonly Token[]): boolean {
  const words = tokens
    .slice(1, 8)
    .flatMap(({ kind, start, end }) => (kind === "word" ? [script.slice(start, end).toUpperCase()] : []));
  const object = words.find((word) => !/^(?:UNLOGGED|GLOBAL|LOCAL|TEMP|TEMPORARY)$/.test(word));
  if (object !== "TABLE") return false;
  let depth = 0;
  return tokens.some(({ kind, start, end }) => {
    const text = script.slice(start, end);
    if (text === "(") depth++;
    if (text === ")") depth--;
    return depth === 0 && kind === "word" && /^as$/i.test(text);
  });
}
