import type { Phase } from "./catalog.ts";

/** An object, and the statements which make it. */
export interface Definition {
  /** Catalog and object identifier: `pg_class/16385`. */
  readonly address: string;
  readonly phase: Phase;
  readonly sql: string;
  /** Announces the object, for those which it needs and which need it. */
  readonly shell?: string;
  /** Makes of what was announced what it is to be; absent where `sql` does. */
  readonly whole?: string;
}
