import type { AttributeValue } from "../../../schema/object.ts";
import { dotted } from "../../../sql/identifier.ts";
import type { Content, Named, Names, Place, Texts } from "./family.ts";
import { normalForm } from "./normal-form.ts";

/** Null is the empty text. */
export const text = (value: string | null | undefined): string => value ?? "";

export const yes = (value: string | null | undefined): boolean => value === "t";

/** What the server sent as JSON; undefined for nothing. */
export const list = (value: string | null | undefined): string[] | undefined =>
  value === null || value === undefined ? undefined : (JSON.parse(value) as string[]);

/** Where the server has no order, the alphabet's. */
export const sorted = (value: string | null | undefined): string[] | undefined => list(value)?.sort();

/** Names with their schemas, sent as pairs. */
export const names = (value: string | null | undefined): string[] | undefined =>
  value === null || value === undefined
    ? undefined
    : (JSON.parse(value) as [string, string][]).map((pair) => dotted(...pair));

/** Attributes that are left out where they have their usual value, so that ordinary objects stay small. */
export function unusual(
  attributes: Readonly<Record<string, AttributeValue | undefined | false | null>>,
): Record<string, AttributeValue> {
  return Object.fromEntries(
    Object.entries(attributes).filter(
      (entry): entry is [string, AttributeValue] =>
        entry[1] !== undefined && entry[1] !== null && entry[1] !== false && entry[1] !== "",
    ),
  );
}

/** Owner, comment, grants, labels and tablespace, where the row has them. */
export function environmentOf(
  row: Texts,
  more: Readonly<Record<string, AttributeValue | undefined | false | null>> = {},
): Record<string, AttributeValue> {
  return unusual({
    owner: row["owner"],
    comment: row["comment"],
    grants: sorted(row["grants"]),
    labels: list(row["labels"]),
    tablespace: row["tablespace"],
    ...more,
  });
}

/** The server's text in its normal form, or the mark that it was not to be had. @param without what is told by another attribute */
export function definitionOf(
  row: Texts,
  without = /$^/,
): { attributes: { definition?: string }; object: Pick<Content, "definition" | "unreadable"> } {
  if (row["definition"] === null) return { attributes: {}, object: { unreadable: true } };
  const definition = normalForm(text(row["definition"]).replace(without, ""));
  return { attributes: { definition }, object: { definition } };
}

/** An object in a schema, whose identity is its name there. */
export function inSchema(kind: Place["kind"], own: Texts): Place[] {
  const schema = text(own["schema"]);
  const name = text(own["name"]);
  return [{ kind, schema, name, path: [schema, name] }];
}

/** An object of the whole database, in no schema. */
export function inDatabase(kind: Place["kind"], own: Texts): Place[] {
  const name = text(own["name"]);
  return [{ kind, schema: "", name, path: [name] }];
}

/** A part of a table; parts of what the snapshot leaves out are left out. */
export function ofRelation(kind: Place["kind"], own: Texts, known: Names): Place[] {
  return partOf(kind, known.relation(own["relation"] ?? null), text(own["name"]));
}

export function partOf(kind: Place["kind"], whole: Named | undefined, name: string): Place[] {
  if (whole === undefined) return [];
  const { schema, name: relation } = whole;
  return [{ kind, schema, relation, name, path: [schema, relation, name] }];
}

/** pg_trigger.tgenabled, pg_rewrite.ev_enabled, pg_event_trigger.evtenabled */
export const enabledStates: Readonly<Record<string, string>> = {
  O: "enabled",
  D: "disabled",
  R: "replica",
  A: "always",
};
