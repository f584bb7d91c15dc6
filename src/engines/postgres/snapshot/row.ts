import type { AttributeValue } from "../../../schema/object.ts";
import type { Described, Names, Row } from "./described.ts";
import { normalForm } from "./normal-form.ts";

/** Turns one row of a family into its objects. */
export type Describer = (row: Row, names: Names) => Described[];

/** Null is the empty text. */
export const text = (value: unknown): string => (value === null || value === undefined ? "" : String(value));

export const list = (value: unknown): readonly string[] | undefined =>
  Array.isArray(value) ? value.map(String) : undefined;

/** Owner, comment and grants, where the catalog has them. */
export function environmentOf(row: Row): Record<string, AttributeValue | undefined> {
  return {
    owner: row["owner"] ? text(row["owner"]) : undefined,
    comment: row["comment"] ? text(row["comment"]) : undefined,
    grants: list(row["grants"])?.toSorted(),
  };
}

/** The server's text, or the mark that it was not to be had. @param without what is told by another attribute */
export function definitionOf(
  row: Row,
  without = /$^/,
): { attributes: { definition?: string }; object: Pick<Described, "definition" | "unreadable"> } {
  if (row["definition"] === null) return { attributes: {}, object: { unreadable: true } };
  const definition = normalForm(text(row["definition"]).replace(without, ""));
  return { attributes: { definition }, object: { definition } };
}

/** Attributes that are left out where they have their usual value, so that ordinary objects stay small. */
export function unusual(
  attributes: Record<string, AttributeValue | undefined | false>,
): Record<string, AttributeValue> {
  return Object.fromEntries(
    Object.entries(attributes).filter(
      (entry): entry is [string, AttributeValue] =>
        entry[1] !== undefined && entry[1] !== false && entry[1] !== "",
    ),
  );
}

/** Finds the table of a part; parts of what the snapshot leaves out are left out. */
export function ofRelation(
  row: Row,
  names: Names,
  describe: (relation: {
    schema: string;
    name: string;
  }) => Omit<Described, "schema" | "relation" | "path" | "name">,
): Described[] {
  const relation = names.relation(row["relation"]);
  if (relation === undefined) return [];
  const name = text(row["name"]);
  const path = [relation.schema, relation.name, name];
  return [{ schema: relation.schema, relation: relation.name, name, path, ...describe(relation) }];
}
