import { tokensOf } from "./postgres-tokens.ts";
import type { Statement } from "./statement.ts";

/** A token that matters here: a word is in lower case, a string is without its quotes. */
interface Piece {
  readonly kind: "word" | "name" | "string" | "symbol";
  readonly text: string;
  /** Parentheses around it. */
  readonly depth: number;
}

type Pieces = readonly Piece[];

/**
 * Says what a statement does outside of its own database, on the server or beyond: such a statement must not run on a
 * server that somebody uses, not even in a scratch database.
 *
 * It goes by the text (PostgreSQL's), and rather sees too much: what stands in the body of a function or of a DO block
 * counts, in whatever order it would be executed, and so do the texts in it, which may be executed as well. What is put
 * together from pieces when it is executed cannot be seen.
 *
 * @returns what it does, to go on with "the migration": `changes the roles of the whole server`
 * @example
 * reachesBeyondDatabase(statement("DO $$ BEGIN CREATE ROLE app; END $$")); // "changes the roles of the whole server"
 * reachesBeyondDatabase(statement("SELECT 'CREATE ROLE app'")); // undefined
 */
export function reachesBeyondDatabase({ text }: Pick<Statement, "text">): string | undefined {
  return reach(piecesOf(text), false);
}

function reach(pieces: Pieces, isCode: boolean): string | undefined {
  for (const statement of isCode ? simpleStatements(pieces) : [pieces]) {
    const found = byFirstWords(statement);
    if (found !== undefined) return found;
  }
  for (const { kind, text } of pieces) {
    if ((kind === "word" || kind === "name") && reachingFunctions.test(text)) return `calls ${text}()`;
  }
  if (!isCode && !executesTexts(pieces)) return undefined;
  for (const { kind, text } of pieces) {
    const found = kind === "string" ? reach(piecesOf(text), true) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function piecesOf(code: string): Piece[] {
  const pieces: Piece[] = [];
  let depth = 0;
  for (const { kind, start, end } of tokensOf(code)) {
    const text = code.slice(start, end);
    if (kind === "space" || kind === "comment") continue;
    if (kind === "symbol" && text === ")") depth = Math.max(0, depth - 1);
    if (kind === "word") pieces.push({ kind: "word", text: text.toLowerCase(), depth });
    else if (kind === "quoted-identifier")
      pieces.push({ kind: "name", text: text.slice(1, -1).replaceAll('""', '"'), depth });
    else if (kind === "string") pieces.push({ kind: "string", text: contentOf(text), depth });
    else pieces.push({ kind: "symbol", text, depth });
    if (kind === "symbol" && text === "(") depth++;
  }
  return pieces;
}

function contentOf(literal: string): string {
  const tag = /^\$[^$]*\$/.exec(literal)?.[0];
  if (tag !== undefined) return literal.slice(tag.length, literal.endsWith(tag) ? -tag.length : undefined);
  return literal
    .replace(/^[eE]?'/, "")
    .replace(/'$/, "")
    .replaceAll("''", "'");
}

/** Cuts the body of a function where a statement may begin. */
function simpleStatements(pieces: Pieces): Pieces[] {
  const statements: Piece[][] = [[]];
  for (const piece of pieces) {
    if (
      piece.text === ";" ||
      (piece.kind === "word" && /^(?:begin|then|else|loop|atomic)$/.test(piece.text))
    ) {
      statements.push([]);
    } else statements.at(-1)?.push(piece);
  }
  return statements;
}

/** Functions and DO blocks bring a body; some functions of the server execute a text that they are given. */
function executesTexts(pieces: Pieces): boolean {
  return (
    /^(?:do|create (?:or replace )?(?:function|procedure))\b/.test(beginningOf(pieces)) ||
    pieces.some(
      ({ kind, text }) =>
        kind !== "string" &&
        /^(?:query_to_xml\w*|cursor_to_xml\w*|ts_stat|ts_rewrite|crosstab\w*)$/.test(text),
    )
  );
}

/** https://www.postgresql.org/docs/current/functions-admin.html, those that do not keep to the current database. */
const reachingFunctions = new RegExp(
  `^(?:${[
    "dblink(?:_\\w+)?",
    "lo_import|lo_export",
    "pg_read_file|pg_read_binary_file|pg_stat_file|pg_ls_\\w*dir|pg_file_\\w+",
    "pg_reload_conf|pg_rotate_logfile\\w*|pg_promote|pg_switch_wal|pg_create_restore_point",
    "pg_terminate_backend|pg_cancel_backend|pg_log_backend_memory_contexts",
    "pg_(?:start|stop)_backup|pg_backup_(?:start|stop)|pg_wal_replay_\\w+|pg_log_standby_snapshot",
    "pg_(?:create|copy)_(?:physical|logical)_replication_slot|pg_drop_replication_slot|pg_replication_\\w+",
    "pg_logical_emit_message|pg_stat_reset_shared|pg_stat_reset_slru|pg_stat_statements_reset",
  ].join("|")})$`,
);

const roles = "changes the roles of the whole server";
const databases = "changes databases or tablespaces, which belong to the whole server";
const elsewhere = "reaches another server";

/** Each is tried on the first words of a statement, in lower case, with one space between them. */
const beginnings: readonly (readonly [RegExp, string])[] = [
  [/^(?:create|alter|drop) (?:role|group|user(?! mapping))\b/, roles],
  [/^(?:create|alter|drop) (?:database|tablespace)\b/, databases],
  [/^alter system\b/, "changes the server's configuration"],
  [/^(?:create|alter|drop) subscription\b/, elsewhere],
  [/^create (?:server|foreign data)\b|^import foreign\b/, elsewhere],
  [/^load\b/, "loads a library into the server"],
  [/^(?:reassign|drop) owned\b/, "changes owners and privileges in the whole server"],
  [/^prepare transaction\b/, "leaves a transaction behind that belongs to the whole server"],
  [/^(?:comment|security label) on role\b/, roles],
  [/^(?:comment|security label) on (?:database|tablespace)\b/, databases],
  [
    /^(?:update(?: only)?|delete from(?: only)?|insert into) (?:pg_catalog \. )?pg_(?:database|authid|auth_members|tablespace|db_role_setting|shdescription|shdepend|shseclabel|subscription)\b/,
    "changes catalogs of the whole server",
  ],
];

function byFirstWords(pieces: Pieces): string | undefined {
  const beginning = beginningOf(pieces);
  const found = beginnings.find(([pattern]) => pattern.test(beginning));
  if (found !== undefined) return found[1];
  if (beginning.startsWith("create extension ")) return byExtension(pieces);
  if (
    /^create (?:or replace )?(?:(?:trusted )?(?:procedural )?language|function|procedure)\b|^do\b/.test(
      beginning,
    )
  ) {
    return byLanguage(pieces);
  }
  if (/^copy\b/.test(beginning)) return byCopy(pieces);
  if (/^(?:grant|revoke)\b/.test(beginning)) return byGrant(pieces);
  return undefined;
}

function beginningOf(pieces: Pieces): string {
  return pieces
    .slice(0, 6)
    .map(({ kind, text }) => (kind === "string" ? "''" : text))
    .join(" ");
}

/** Known to keep to their database: those which PostgreSQL itself trusts to every owner of a database, and a few more. */
const harmlessExtensions =
  /^(?:amcheck|bloom|btree_gin|btree_gist|citext|cube|dict_int|dict_xsyn|earthdistance|fuzzystrmatch|hstore\w*|intarray|isn|jsonb_plperl|lo|ltree|pageinspect|pg_buffercache|pg_freespacemap|pg_prewarm|pg_stat_statements|pg_trgm|pg_visibility|pgcrypto|pgrowlocks|pgstattuple|plperl|plpgsql|pltcl|plv8|seg|sslinfo|tablefunc|tcn|tsm_system_\w+|unaccent|uuid-ossp|xml2|autoinc|insert_username|moddatetime|refint|address_standardizer\w*|postgis\w*|pgrouting|h3\w*|vector|hypopg|pgtap|pg_bigm|pg_hashids|pg_jsonschema|pg_uuidv7|pgjwt|rum)$/;

function byExtension(pieces: Pieces): string | undefined {
  const words = pieces.filter(
    ({ kind, text }) => kind === "name" || !/^(?:create|extension|if|not|exists)$/.test(text),
  );
  const name = words[0]?.text ?? "";
  return harmlessExtensions.test(name)
    ? undefined
    : `creates the extension ${name}, which may reach beyond the database`;
}

/** Languages whose functions can do no more than their caller in this database; `internal` names what is checked itself. */
const harmlessLanguages = /^(?:sql|plpgsql|plperl|pltcl|plv8|internal)$/i;

function byLanguage(pieces: Pieces): string | undefined {
  // Within parentheses it is the name of an argument or of a column.
  const at = pieces.findIndex(
    ({ kind, text, depth }) => kind === "word" && text === "language" && depth === 0,
  );
  const language = pieces[at + 1]?.text ?? "";
  return at < 0 || harmlessLanguages.test(language) ? undefined : `brings code in the language ${language}`;
}

/** What goes to or comes from the client is no file; everything else is one, or a program. */
function byCopy(pieces: Pieces): string | undefined {
  const at = pieces.findIndex(
    ({ kind, text, depth }) => kind === "word" && /^(?:from|to)$/.test(text) && depth === 0,
  );
  return at >= 0 && /^std(?:in|out)$/.test(pieces[at + 1]?.text ?? "")
    ? undefined
    : "reads or writes a file of the server, or runs a program there";
}

/** Without ON it is about the membership of a role. */
function byGrant(pieces: Pieces): string | undefined {
  const at = pieces.findIndex(({ kind, text, depth }) => kind === "word" && text === "on" && depth === 0);
  if (at < 0) return roles;
  const object = pieces[at + 1];
  return object?.kind === "word" && /^(?:database|tablespace|parameter)$/.test(object.text)
    ? "changes privileges on what belongs to the whole server"
    : undefined;
}
