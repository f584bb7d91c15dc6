import { CannotCopy } from "./cannot-copy.ts";
import type { Definitions } from "./definitions.ts";
import type { Source } from "./source.ts";

/** The definitions of a database as its catalogs have them, in the order of their dependencies. */
export async function ownDefinitions(_source: Source): Promise<Definitions> {
  throw new CannotCopy("there is no pg_dump for it");
}
