import { quoteIdentifier, quoteLiteral } from "../../../sql/identifier.ts";
import type { Client } from "../connect.ts";
import { redactOptions } from "../snapshot/secrets.ts";

/** In the order in which the catalogs have them. */
const withoutSecrets = (options: readonly string[]) => options.flatMap((option) => redactOptions([option]));

/**
 * Options of a foreign server, table or the like, as they follow a statement, without secrets.
 *
 * @param options `name=value`, as the catalogs hold them
 * @example
 * optionsClause(["user=app", "password=hunter2"]); // ` OPTIONS ("user" 'app', "password" '[redacted]')`
 */
export function optionsClause(options: readonly string[]): string {
  const texts = withoutSecrets(options).map((option) => {
    const at = option.indexOf("=");
    return `${quoteIdentifier(option.slice(0, at))} ${quoteLiteral(option.slice(at + 1))}`;
  });
  return texts.length === 0 ? "" : ` OPTIONS (${texts.join(", ")})`;
}

/** Where options are, and what names a row. */
const places = [
  ["pg_foreign_data_wrapper", "fdwoptions", "oid", "0"],
  ["pg_foreign_server", "srvoptions", "oid", "0"],
  ["pg_user_mapping", "umoptions", "oid", "0"],
  ["pg_foreign_table", "ftoptions", "ftrelid", "0"],
  ["pg_attribute", "attfdwoptions", "attrelid", "attnum"],
] as const;

/** Takes the secrets out of a copy that was made with them. */
export async function removeSecrets(into: Client): Promise<void> {
  for (const [catalog, column, oid, part] of places) {
    const [found] = await into.query(
      `SELECT ${oid}::text AS oid, ${part}::text AS part, ${column}::text[] AS options FROM pg_catalog.${catalog} WHERE ${column} IS NOT NULL`,
    );
    for (const row of found?.rows ?? []) {
      const options = row["options"] as readonly string[];
      const redacted = withoutSecrets(options);
      if (redacted.some((option, i) => option !== options[i]))
        await into.query(
          `UPDATE pg_catalog.${catalog} SET ${column} = $1::text[] WHERE ${oid} = $2::oid AND ${part} = $3::int`,
          [redacted, row["oid"], row["part"]],
        );
    }
  }
}
