/**
 * Where objects are in the catalogs: which catalog, object identifier, column. The identifiers of the catalogs themselves
 * are the same in all versions: https://github.com/postgres/postgres/tree/master/src/include/catalog
 */
const catalogs: Readonly<Record<string, number>> = {
  pg_class: 1259,
  pg_type: 1247,
  pg_proc: 1255,
  pg_constraint: 2606,
  pg_trigger: 2620,
  pg_rewrite: 2618,
  pg_policy: 3256,
  pg_extension: 3079,
  pg_namespace: 2615,
  pg_operator: 2617,
  pg_opclass: 2616,
  pg_opfamily: 2753,
  pg_cast: 2605,
  pg_transform: 3576,
  pg_collation: 3456,
  pg_conversion: 2607,
  pg_language: 2612,
  pg_am: 2601,
  pg_statistic_ext: 3381,
  pg_ts_parser: 3601,
  pg_ts_template: 3764,
  pg_ts_dict: 3600,
  pg_ts_config: 3602,
  pg_foreign_data_wrapper: 2328,
  pg_foreign_server: 1417,
  pg_user_mapping: 1418,
  pg_event_trigger: 3466,
  pg_publication: 6104,
  pg_publication_rel: 6106,
  pg_publication_namespace: 6237,
  pg_subscription: 6100,
  pg_default_acl: 826,
};

/** @throws RangeError for a catalog that no family reads */
export function catalogNumber(catalog: string): number {
  const number = catalogs[catalog];
  if (number === undefined) throw new RangeError(`no such catalog: ${catalog}`);
  return number;
}

/** More than a table may have columns (1,600). */
const columnsAtMost = 2048;

/** Object keys by address. Numbers rather than texts, as there are a hundred thousand of them. */
export class Addresses {
  readonly #byCatalog = new Map<number, Map<number, string>>();

  set(catalog: number, oid: number, column: number, key: string): void {
    let keys = this.#byCatalog.get(catalog);
    if (keys === undefined) {
      keys = new Map();
      this.#byCatalog.set(catalog, keys);
    }
    keys.set(oid * columnsAtMost + column, key);
  }

  /** A part that is no object by itself stands for the whole. */
  at(catalog: number, oid: number, column: number): string | undefined {
    const keys = this.#byCatalog.get(catalog);
    return keys?.get(oid * columnsAtMost + column) ?? keys?.get(oid * columnsAtMost);
  }
}
