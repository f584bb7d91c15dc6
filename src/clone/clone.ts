import { namedClone } from "./named-clone.ts";
import { onOwnServer } from "./own-server.ts";
import { onSameServer } from "./same-server.ts";
import type { Clone, CloneWishes, NoClone } from "./wishes.ts";

export type { Clone, CloneWishes, NoClone };

/**
 * Opens a clone: at the URL which the user gave; else on a server of our own; on the target's own server only where the
 * user chose that.
 *
 * @throws KnownError CLONE_IS_TARGET, and those of connecting
 * @example
 * const clone = await openClone(wishes);
 * if ("outcome" in clone) return clone;
 * try { await rehearse(clone.target); } finally { await clone.close(); }
 */
export async function openClone(wishes: CloneWishes): Promise<Clone | NoClone> {
  if (wishes.choice === undefined) return onOwnServer(wishes);
  if (wishes.choice === "same-server") return onSameServer(wishes);
  return namedClone(wishes, wishes.choice);
}
