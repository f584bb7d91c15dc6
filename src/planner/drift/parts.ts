import type { DriftObject } from "../../doctor/drift/objects.ts";
import { carrierOf } from "../../engines/object-order.ts";
import type { Objects } from "../../engines/object-sql.ts";

/** What a hand has added, with its parts and the sequences which count for it. */
export function goingWith(objects: readonly DriftObject[], now: Objects): Set<string> {
  const going = new Set(objects.flatMap(({ key, kind }) => (kind === "extra" ? [key] : [])));
  for (let grown = true; grown; ) {
    grown = false;
    for (const [key, object] of now) {
      if (going.has(key)) continue;
      const goes =
        going.has(carrierOf(object, now) ?? "") ||
        (object.kind === "sequence" && object.dependsOn.some((on) => going.has(on)));
      if (!goes) continue;
      going.add(key);
      grown = true;
    }
  }
  return going;
}
