import type { Token } from "./postgres-tokens.ts";
import type { StatementKind } from "./statement.ts";

const byFirstWord: Readonly<Record<string, StatementKind>> = {
  CREATE: "schema",
  ALTER: "schema",
  DROP: "schema",
  IMPORT: "schema",
  COMMENT: "environment",
  GRANT: "environment",
  REVOKE: "environment",
  REASSIGN: "environment",
  SECURITY: "environment",
  SET: "session",
  RESET: "session",
  SHOW: "none",
  LOCK: "session",
  LISTEN: "session",
  UNLISTEN: "session",
  LOAD: "session",
  DISCARD: "session",
  DEALLOCATE: "session",
  PREPARE: "session",
  BEGIN: "transaction",
  START: "transaction",
  COMMIT: "transaction",
  END: "transaction",
  ROLLBACK: "transaction",
  ABORT: "transaction",
  SAVEPOINT: "transaction",
  RELEASE: "transaction",
  VACUUM: "maintenance",
  ANALYZE: "maintenance",
  ANALYSE: "maintenance",
  REINDEX: "maintenance",
  REFRESH: "maintenance",
  CLUSTER: "maintenance",
  CHECKPOINT: "maintenance",
};

/** Objects of the server or of nobody's schema, and the second word that names them. */
const beyondTheSchema = new Set(["ROLE", "USER", "GROUP", "DATABASE", "SYSTEM", "TABLESPACE", "DEFAULT"]);

/**
 * Says what a statement does, from its words. What is not known is `untraced`: it is then asked about, never assumed.
 *
 * @param tokens the statement's tokens, without space and comments
 */
export function kindOf(script: string, tokens: readonly Token[]): StatementKind {
  const words = tokens.filter(({ kind }) => kind === "word");
  const upper = (token: Token | undefined) =>
    token ? script.slice(token.start, token.end).toUpperCase() : "";
  // A parenthesised query begins with a symbol; its first word still says what it is.
  const first = upper(words[0]);
  const second = upper(words[1]);
  if (first === "ALTER" || first === "CREATE" || first === "DROP") {
    if (beyondTheSchema.has(second) && !(second === "USER" && upper(words[2]) === "MAPPING"))
      return "environment";
    if (first === "ALTER" && changesOwnerOnly(tokens, upper)) return "environment";
    return "schema";
  }
  if (first === "SELECT" || first === "VALUES" || first === "TABLE") return kindOfQuery(tokens, upper);
  return byFirstWord[first] ?? "untraced";
}

function changesOwnerOnly(tokens: readonly Token[], upper: (token: Token | undefined) => string): boolean {
  const owner = tokens.findIndex(
    (token, i) => token.kind === "word" && upper(token) === "OWNER" && upper(tokens[i + 1]) === "TO",
  );
  // `ALTER TABLE t OWNER TO r, ADD COLUMN c int` has a comma behind it.
  return (
    owner >= 0 && owner + 3 >= tokens.length && !tokens.slice(0, owner).some((token) => upper(token) === ",")
  );
}

function kindOfQuery(tokens: readonly Token[], upper: (token: Token | undefined) => string): StatementKind {
  if (tokens.some((token) => token.kind === "word" && upper(token) === "INTO")) return "schema";
  const calls = tokens.flatMap((token, i) => {
    const called =
      upper(tokens[i + 1]) === "(" && (token.kind === "word" || token.kind === "quoted-identifier");
    return called && !notACall.has(upper(token)) ? [upper(token).replaceAll('"', "")] : [];
  });
  if (calls.length === 0) return "none";
  return calls.every((name) => name === "SET_CONFIG") ? "session" : "untraced";
}

/** Words before a parenthesis which are no functions. */
const notACall = new Set([
  "SELECT",
  "FROM",
  "WHERE",
  "IN",
  "AND",
  "OR",
  "NOT",
  "AS",
  "VALUES",
  "EXISTS",
  "ON",
  "ALL",
  "ANY",
  "BY",
]);
