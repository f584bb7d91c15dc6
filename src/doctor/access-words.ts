import type { ReadOnlyReason } from "../engines/engine.ts";
import { formatMoment } from "./cite.ts";

/** Why nothing can be written, as it is observed, or as the facts of a finding have it. */
export type ReadOnlyFacts =
  | (Omit<Extract<ReadOnlyReason, { kind: "standby" }>, "replayedUntil"> & {
      readonly replayedUntil?: Date | string;
    })
  | Extract<ReadOnlyReason, { kind: "setting" }>;

/** `this server is a read-only copy (a standby) of db1:5432` */
export function readOnlyWords(reason: ReadOnlyFacts): string {
  return reason.kind === "standby"
    ? `this server is a read-only copy (a standby) of ${reason.primary ?? "another server"}`
    : `nothing can be written by way of this connection: default_transaction_read_only is on, set ${reason.where}`;
}

/** What a person does who wants to write. */
export function readOnlyRemedy(reason: ReadOnlyFacts): string {
  if (reason.kind === "setting")
    return "Where that is not meant to be so, switch it off there, or take another role; then run `godwit doctor` again.";
  const where =
    reason.primary === undefined
      ? "the server which it follows"
      : `${reason.primary}, as the copy itself reaches it`;
  return `Give the URL of ${where}: \`godwit repair --database URL\`. Of several hosts, \`?target_session_attrs=read-write\` takes the one that can be written to.`;
}

/** The connection that repairs need. */
export const directWords =
  "Name the server's own address: --database with the direct URL, or `directUrl` in schema.prisma (often DIRECT_URL, port 5432).";

/** How far a copy has come. */
export function replayedWords(replayedUntil: Date | string | undefined): string {
  if (replayedUntil === undefined) return "How far it has come cannot be seen";
  const moment = typeof replayedUntil === "string" ? replayedUntil : formatMoment(replayedUntil);
  return `What it did last was committed ${moment}`;
}
