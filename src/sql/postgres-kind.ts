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
 * What the snapshot does not read, by the words behind CREATE, ALTER or DROP: that such a thing was made is not to be
 * seen in the schema.
 */
const unseen =
  /^(?:(?:ACCESS METHOD|CAST|COLLATION|CONVERSION|DEFAULT CONVERSION|EVENT TRIGGER|FOREIGN DATA|OPERATOR|PUBLICATION|SERVER|STATISTICS|SUBSCRIPTION|TEXT SEARCH|TRANSFORM|USER MAPPING)\b|(?:OR REPLACE )?(?:TRUSTED )?(?:PROCEDURAL )?LANGUAGE\b|OR REPLACE TRANSFORM\b|(?:OR REPLACE )?(?:GLOBAL |LOCAL )?TEMP(?:ORARY)?\b)/;

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
    if (unseen.test(words.slice(1, 6).map(upper).join(" "))) return "untraced";
    if (beyondTheSchema.has(second)) return "environment";
    if (first === "ALTER" && setsWhatIsNotRead(words, upper)) return "untraced";
    if (first === "ALTER" && changesOwnerOnly(tokens, upper)) return "environment";
    return first === "CREATE" && fillsTable(tokens, words, upper) ? "untraced" : "schema";
  }
  if (first === "PREPARE" && second === "TRANSACTION") return "transaction";
  if (first === "SELECT" || first === "VALUES" || first === "TABLE") return kindOfQuery(tokens, upper);
  return byFirstWord[first] ?? "untraced";
}

type Upper = (token: Token | undefined) => string;

/** Properties of tables, columns and sequences which the snapshot does not hold: that they were set, it cannot show. */
const notRead =
  /\b(REPLICA IDENTITY|SET STATISTICS|SET STORAGE|SET COMPRESSION|SET WITHOUT CLUSTER|CLUSTER ON|CACHE|SET ACCESS METHOD|SET TABLESPACE|DEPENDS ON|RESTART)\b/;

function setsWhatIsNotRead(words: readonly Token[], upper: Upper): boolean {
  return notRead.test(words.slice(1).map(upper).join(" "));
}

function changesOwnerOnly(tokens: readonly Token[], upper: Upper): boolean {
  const owner = tokens.findIndex(
    (token, i) => token.kind === "word" && upper(token) === "OWNER" && upper(tokens[i + 1]) === "TO",
  );
  // `ALTER TABLE t OWNER TO r, ADD COLUMN c int` has a comma behind it; `RENAME COLUMN owner TO holder` is no owner.
  return (
    owner >= 0 &&
    owner + 3 >= tokens.length &&
    !tokens.slice(0, owner).some((token) => upper(token) === "," || upper(token) === "RENAME")
  );
}

/** `CREATE TABLE ... AS` runs a query and keeps its rows: that the table is there does not say that they are. */
function fillsTable(tokens: readonly Token[], words: readonly Token[], upper: Upper): boolean {
  const modifiers = new Set(["UNLOGGED", "GLOBAL", "LOCAL"]);
  if (
    words
      .slice(1)
      .map(upper)
      .find((word) => !modifiers.has(word)) !== "TABLE"
  )
    return false;
  let depth = 0;
  const filled = tokens.some((token) => {
    const text = upper(token);
    if (text === "(") depth++;
    if (text === ")") depth--;
    return depth === 0 && token.kind === "word" && text === "AS";
  });
  return filled && words.slice(-3).map(upper).join(" ") !== "WITH NO DATA";
}

function kindOfQuery(tokens: readonly Token[], upper: Upper): StatementKind {
  // SELECT ... INTO makes a table and fills it.
  if (tokens.some((token) => token.kind === "word" && upper(token) === "INTO")) return "untraced";
  const calls = tokens.flatMap((token, i) => {
    if (upper(tokens[i + 1]) !== "(") return [];
    if (token.kind !== "word" && token.kind !== "quoted-identifier") return [];
    const qualified = upper(tokens[i - 1]) === ".";
    return !qualified && keywords.has(upper(token)) ? [] : [nameOfCall(tokens, i, upper)];
  });
  if (calls.length === 0) return "none";
  return calls.every((name) => name === "SET_CONFIG") ? "session" : "untraced";
}

/** The called function, in capitals; of pg_catalog without its schema. */
function nameOfCall(tokens: readonly Token[], at: number, upper: Upper): string {
  const part = (i: number) => upper(tokens[i]).replaceAll('"', "");
  if (upper(tokens[at - 1]) !== ".") return part(at);
  return part(at - 2) === "PG_CATALOG" ? part(at) : `${part(at - 2)}.${part(at)}`;
}

/** Words before a parenthesis which cannot name a function, unless they are quoted or stand behind a schema. */
const keywords = new Set([
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
]);
