import { objectKey, type SchemaObject } from "../schema/object.ts";
import { dotted } from "../sql/identifier.ts";
import type { Objects } from "./object-sql.ts";

const carriers = ["table", "view", "materialized-view", "enum", "domain"] as const;

/** The table, view or type that an object goes with, where it is a part of one. */
export function carrierOf({ kind, schema, relation }: SchemaObject, among: Objects): string | undefined {
  if (relation === undefined || (carriers as readonly string[]).includes(kind)) return undefined;
  return carriers.map((one) => `${one} ${dotted(schema, relation)}`).find((key) => among.has(key));
}

/**
 * Orders objects so that each comes after those which it needs. What a part needs, its table, view or type needs too;
 * a foreign key is a part which is made, and removed, by itself.
 */
export function inOrder(objects: readonly SchemaObject[], among: Objects): SchemaObject[] {
  const needs = needsOf(among);
  const wanted = new Map(objects.map((object) => [objectKey(object), object]));
  const placed = new Set<string>();
  const ordered: SchemaObject[] = [];
  const visit = (key: string) => {
    if (placed.has(key)) return;
    placed.add(key);
    for (const other of needs.get(key) ?? []) visit(other);
    const object = wanted.get(key);
    if (object !== undefined) ordered.push(object);
  };
  for (const key of wanted.keys()) visit(key);
  return ordered;
}

function needsOf(among: Objects): Map<string, Set<string>> {
  const needs = new Map<string, Set<string>>();
  const add = (from: string, to: string) => {
    if (from !== to) needs.set(from, (needs.get(from) ?? new Set()).add(to));
  };
  for (const [key, object] of among) {
    const carrier = carrierOf(object, among);
    if (carrier !== undefined) add(key, carrier);
    // A sequence that a column owns needs it, and the column's default needs the sequence: the default counts.
    if (object.kind === "sequence") continue;
    const isWhole = object.kind === "column" || object.kind === "enum-value";
    for (const other of object.dependsOn) {
      const there = among.get(other);
      if (there === undefined) continue;
      add(key, other);
      const around = carrierOf(there, among);
      if (around !== undefined && around !== carrier) {
        add(key, around);
        if (isWhole && carrier !== undefined) add(carrier, around);
      } else if (around === undefined && isWhole && carrier !== undefined) add(carrier, other);
    }
  }
  return needs;
}
