import type { LockHolder, PreparedTransaction } from "../engines/engine.ts";
import { formatMoment, listNames } from "./cite.ts";

/** A holder as it is observed, or as the facts of a finding have it. */
type Holder = Omit<LockHolder, "since"> & { readonly since?: Date | string | undefined };
type Prepared = Omit<PreparedTransaction, "since"> & { readonly since: Date | string };

/** The choice by which this session is ended: one that works is not ended by the same word as one that does nothing. */
export function endingOf({ state }: Pick<Holder, "state">): "end-session" | "end-working-session" {
  return state === "active" ? "end-working-session" : "end-session";
}

/** Of a session whose state is hidden from this role, nobody could tell whether it is still the same. */
export function canEnd({ state }: Pick<Holder, "state">): boolean {
  return state !== undefined;
}

/** `user app, application web, from 10.0.0.3`. */
function whoIs({ user, application, client }: Holder): string {
  return [user && `user ${user}`, application && `application ${application}`, client && `from ${client}`]
    .filter(Boolean)
    .join(", ");
}

/** One line: pid, who, what it holds, what it does and since when. */
export function describeHolder(holder: Holder): string {
  const { pid, state, since, query, holds } = holder;
  const who = whoIs(holder);
  return `pid ${pid}${who && ` (${who})`} holds ${heldBy(holds)}${state ? `, ${state}` : ""}${since ? ` since ${moment(since)}` : ""}${query ? `: ${query}` : ""}`;
}

/** One line, as {@link describeHolder}. */
export function describePrepared({ gid, owner, since, holds }: Prepared): string {
  return `prepared transaction "${gid}" (owner ${owner}) holds ${heldBy(holds)} since ${moment(since)}; no session belongs to it`;
}

/** What the state of a session means, and what cannot be known. */
export function stateInWords({ pid, state, quietSeconds, holds }: Holder): string {
  const long = quietSeconds === undefined ? "" : ` for ${duration(quietSeconds)}`;
  if (state === undefined)
    return `The server does not show this role what session ${pid} does (pg_read_all_stats does).`;
  if (state === "active") return `Session ${pid} is at work${long}.`;
  if (state.startsWith("idle in transaction"))
    return `Session ${pid} has done nothing${long}, and keeps its transaction open; whether its client still lives, the server does not know.`;
  if (holds.kind === "framework-lock")
    return `Session ${pid} has done nothing${long}, and no transaction is open in it: its client is between two statements, or is gone, or a pooler keeps the connection with the lock.`;
  return `Session ${pid} is ${state}${long}.`;
}

function heldBy(holds: LockHolder["holds"]): string {
  return holds.kind === "framework-lock" ? "the migration lock" : listNames(holds.relations);
}

function moment(since: Date | string): string {
  return typeof since === "string" ? since : formatMoment(since);
}

/** `12 s`, `3 min`, `2 h`, `5 days`. */
function duration(seconds: number): string {
  if (seconds < 120) return `${Math.floor(seconds)} s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86_400)} days`;
}
