import type { ConnectionSettings } from "./credentials.ts";

/** What a session tells of its server and of itself. */
export interface SessionFacts {
  readonly standby: boolean;
  readonly readonly: boolean;
}

/** Asks for {@link SessionFacts}. */
export const sessionFacts =
  "SELECT pg_is_in_recovery() AS standby, current_setting('transaction_read_only') = 'on' AS readonly";

/** https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-TARGET-SESSION-ATTRS */
export function isOfKind(
  { standby, readonly }: SessionFacts,
  kind: ConnectionSettings["sessionKind"],
): boolean {
  const answers = {
    any: true,
    "read-write": !readonly,
    "read-only": readonly,
    primary: !standby,
    standby,
    "prefer-standby": standby,
  };
  return answers[kind];
}
