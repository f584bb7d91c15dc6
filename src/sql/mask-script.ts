import { maskCode } from "./mask-code.ts";
import {
  blank,
  contentOf,
  isLongNumber,
  isMaskedString,
  maskedNumber,
  maskedString,
  withContent,
} from "./mask-literals.ts";
import { maskAddresses, maskSecrets, secretOption } from "./mask-secrets.ts";
import { splitPostgres } from "./postgres-split.ts";
import { type Token, tokensOf } from "./postgres-tokens.ts";
import { formOf, type StatementForm } from "./statement-form.ts";

/** A script that others may read. */
export interface MaskedScript {
  readonly sql: string;
  /** How many literals were taken out. */
  readonly literals: number;
}

/**
 * Takes out of a script what may be data or a secret: comments, the literals of statements that write rows, those of
 * queries and DO blocks which say more than the schema says, passwords. What makes the schema stays as it is, and every
 * statement keeps its place, its line and its kind.
 *
 * @param known whether a text is made of words of the schema, and so tells nothing more
 * @example
 * maskScript("INSERT INTO users VALUES (7, 'ann@example.org')", () => false).sql; // INSERT INTO users VALUES (0, '***')
 */
export function maskScript(script: string, known: (text: string) => boolean): MaskedScript {
  const text = withoutCopiedRows(script);
  let sql = "";
  let literals = 0;
  let at = 0;
  for (const statement of splitPostgres(text)) {
    const masked = maskStatement(statement.text, known);
    sql += withoutComments(text.slice(at, statement.start)) + masked.sql;
    literals += masked.literals;
    at = statement.end;
  }
  return { sql: sql + withoutComments(text.slice(at)), literals };
}

/**
 * What of a masked script can still be executed: not what writes rows, nor what lost a literal; a table that was made from
 * a query is made, with nulls. The text keeps its length.
 */
export function executableScript(masked: string): string {
  let sql = "";
  let at = 0;
  for (const { start, end, text } of splitPostgres(masked)) {
    sql += masked.slice(at, start) + executable(text);
    at = end;
  }
  return sql + masked.slice(at);
}

function maskStatement(text: string, known: (text: string) => boolean): MaskedScript {
  const tokens = [...tokensOf(text)];
  const form = formOf(text, tokens.filter(isTelling));
  let sql = "";
  let literals = 0;
  let before = "";
  for (const token of tokens) {
    const spelled = text.slice(token.start, token.end);
    const masked = maskToken(token, spelled, { form, known, before });
    literals += masked.literals;
    sql += masked.sql;
    if (isTelling(token)) before = spelled;
  }
  return { sql: form === "rows" ? maskAddresses(sql) : sql, literals };
}

interface Place {
  readonly form: StatementForm;
  readonly known: (text: string) => boolean;
  /** The token before it. */
  readonly before: string;
}

function maskToken({ kind }: Token, spelled: string, { form, known, before }: Place): MaskedScript {
  if (kind === "comment") return { sql: blank(spelled), literals: 0 };
  if (kind === "string") {
    const taken = { sql: maskedString(spelled), literals: 1 };
    switch (form) {
      case "rows":
        return taken;
      case "code": {
        const { code, masked } = maskCode(contentOf(spelled), known);
        return { sql: withContent(spelled, code), literals: masked };
      }
      case "definition": {
        if (secretOption.test(before)) return taken;
        const sql = maskSecrets(spelled);
        return { sql, literals: sql === spelled ? 0 : 1 };
      }
      default:
        return known(contentOf(spelled)) ? { sql: spelled, literals: 0 } : taken;
    }
  }
  const isNumber = kind === "symbol" && /^[0-9]/.test(spelled);
  if (isNumber && (form === "rows" || (form === "query" && isLongNumber(spelled))))
    return { sql: maskedNumber(spelled), literals: 1 };
  return { sql: spelled, literals: 0 };
}

function executable(text: string): string {
  const tokens = [...tokensOf(text)];
  const spelled = ({ start, end }: Token) => text.slice(start, end);
  const strings = tokens.filter(({ kind }) => kind === "string").map(spelled);
  const numbers = tokens.map(spelled).filter((one) => /^[0-9]/.test(one));
  switch (formOf(text, tokens.filter(isTelling))) {
    case "rows": {
      const harmless = /^(?:UPDATE|DELETE|TRUNCATE)\b/i.test(text);
      return harmless && strings.length + numbers.length === 0 ? text : blank(text);
    }
    case "query":
      return strings.some(isMaskedString) || numbers.some((one) => /^0{5}/.test(one)) ? blank(text) : text;
    case "filled":
      return tokens
        .map((token) =>
          token.kind === "string" && isMaskedString(spelled(token))
            ? `NULL${blank(spelled(token).slice(4))}`
            : spelled(token),
        )
        .join("");
    default:
      return text;
  }
}

function isTelling({ kind }: Token): boolean {
  return kind !== "space" && kind !== "comment";
}

function withoutComments(text: string): string {
  return [...tokensOf(text)]
    .map(({ kind, start, end }) =>
      kind === "comment" ? blank(text.slice(start, end)) : text.slice(start, end),
    )
    .join("");
}

/** The lines behind COPY ... FROM STDIN, to the one which ends them, are rows and no statements. */
function withoutCopiedRows(script: string): string {
  if (!/\bFROM\s+STDIN\b/i.test(script)) return script;
  return script.replace(
    /^(\s*COPY\b[^;]*\bFROM\s+STDIN\b[^;]*;)([\s\S]*?)(^\\\.[ \t]*\r?$|(?![\s\S]))/gim,
    (_, head: string, rows: string, end: string) => head + rows.replace(/[^\n]/g, "") + blank(end),
  );
}
