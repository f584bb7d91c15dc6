import { quoteLiteral } from "../../../sql/identifier.ts";
import type { Rows } from "../../engine.ts";
import type { Client } from "../connect.ts";
import { sqlState } from "../errors.ts";
import { CannotCopy } from "./cannot-copy.ts";

/** Something that is made by statements. */
interface Making {
  readonly sql: string;
  /** Catalog and object identifier at the source, for words. */
  readonly address?: string;
}

/** Statements which are sent in one message. */
const batch = 200;

/** How many objects are named that cannot be made. */
const named = 3;

/**
 * Makes what can be made; what is refused is tried again when the rest is there, as long as that helps: the catalogs do
 * not record every dependency (a function's body may name anything).
 *
 * @param read asks the source
 * @throws CannotCopy with what the server refuses to make, and why
 */
export async function makeAll(
  makings: readonly Making[],
  into: Client,
  read: (query: string) => Promise<Rows>,
): Promise<void> {
  for (let open = makings; open.length > 0; ) {
    const refused: { making: Making; error: Error }[] = [];
    for (let i = 0; i < open.length; i += batch) {
      const some = open.slice(i, i + batch);
      // All of a message is executed, or nothing.
      const whole = await refusal(some.map(({ sql }) => sql).join(";\n"), into);
      if (whole === undefined) continue;
      for (const making of some) {
        const error = some.length === 1 ? whole : await refusal(making.sql, into);
        if (error !== undefined) refused.push({ making, error });
      }
    }
    if (refused.length === open.length) throw await inWords(refused, read);
    open = refused.map(({ making }) => making);
  }
}

async function refusal(sql: string, into: Client): Promise<Error | undefined> {
  return into.query(sql).then(
    () => undefined,
    (error: unknown) => {
      if (sqlState(error) === undefined || !(error instanceof Error)) throw error;
      return error;
    },
  );
}

/** The first to be refused is the cause, more often than not. */
async function inWords(
  refused: readonly { readonly making: Making; readonly error: Error }[],
  read: (query: string) => Promise<Rows>,
): Promise<Error> {
  const [first] = refused;
  const known = refused.filter(({ making }) => making.address !== undefined).slice(0, named);
  // A lock, or a right that is missing, is no matter of one object.
  if (first === undefined || known.length === 0) return first?.error ?? new Error("nothing was refused");
  const titles = new Map<string, string>();
  for (const { making } of known) {
    const [catalog = "", oid = ""] = (making.address ?? "").split(/[/ ]/);
    const [row] = await read(
      `SELECT o.type || ' ' || o.identity AS title FROM pg_catalog.pg_identify_object(${quoteLiteral(`pg_catalog.${catalog}`)}::pg_catalog.regclass, ${quoteLiteral(oid)}::pg_catalog.oid, 0) o`,
    );
    titles.set(making.address ?? "", String(row?.["title"] ?? making.address));
  }
  const reasons = known.map(
    ({ making, error }) =>
      `${titles.get(making.address ?? "")}: ${error.message.split("\n", 1)[0]} (${sqlState(error)})`,
  );
  const rest = refused.length > reasons.length ? `; and ${refused.length - reasons.length} more` : "";
  return new CannotCopy(`cannot copy ${reasons.join("; ")}${rest}`, undefined, { cause: first.error });
}
