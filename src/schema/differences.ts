import type { SchemaObject } from "./object.ts";
import { fingerprint, type Snapshot } from "./snapshot.ts";

/** How many differences are named. */
const named = 3;

/**
 * What keeps a copy from being one: the first objects which differ, for people.
 *
 * @returns undefined where the schemas are equal
 * @example
 * differences(source, copy); // index public.users_email_key is missing; column public.users.age differs in type
 */
export function differences(source: Snapshot, copy: Snapshot): string | undefined {
  if (fingerprint(source) === fingerprint(copy)) return undefined;
  const found: string[] = [];
  for (const [key, object] of source.objects) {
    const other = copy.objects.get(key);
    if (other === undefined) found.push(`${key} is missing`);
    else if (other.hash !== object.hash)
      found.push(`${key} differs in ${attributesBetween(object, other).join(", ")}`);
  }
  for (const key of copy.objects.keys())
    if (!source.objects.has(key)) found.push(`${key} is there in addition`);
  const rest = found.length > named ? `; and ${found.length - named} more` : "";
  return found.slice(0, named).join("; ") + rest;
}

function attributesBetween({ attributes: a }: SchemaObject, { attributes: b }: SchemaObject): string[] {
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  return names.filter((name) => JSON.stringify(a[name]) !== JSON.stringify(b[name]));
}
