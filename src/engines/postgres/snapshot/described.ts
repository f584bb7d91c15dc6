import type { AttributeValue, ObjectKind } from "../../../schema/object.ts";

/** A row of a catalog query. */
export type Row = Readonly<Record<string, unknown>>;

/** An object as a family's describer gives it: everything but hash and dependencies. */
export type Described = {
  kind: ObjectKind;
  schema: string;
  name: string;
  /** The parts of the identity, unquoted. */
  path: readonly string[];
  relation?: string;
  attributes: Readonly<Record<string, AttributeValue>>;
  environment: Readonly<Record<string, AttributeValue | undefined>>;
  definition?: string;
  shared?: true;
  unreadable?: true;
  /** Where the catalog has it, to resolve dependencies and comments: catalog, object identifier, column. */
  address: string;
  /** Appended to the identity: a function's arguments. */
  suffix?: string;
};

/** What describers may look up: relations and types by their object identifier. */
export interface Names {
  relation(oid: unknown): { schema: string; name: string } | undefined;
  type(oid: unknown): { schema: string; name: string } | undefined;
}
