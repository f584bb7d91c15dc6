import { askedOf, own, parameters } from "./asked.ts";

/** What is asked: all of the last look. */
export interface Moment {
  /** The oldest transaction whose writing counts as new: its full number. */
  readonly horizon: string;
  /** The transaction within which the look was taken; "0" where none had written. */
  readonly own: string;
  /** The highest command of that transaction which was seen. */
  readonly command: number;
}

/** Catalogs that not everybody may read, but for some columns or through a view. */
const rest = (major: number): string[] => [
  // Names that are printed everywhere, of what belongs to the whole server.
  `SELECT 'rest', 'names', pg_catalog.md5(coalesce((SELECT pg_catalog.string_agg(r.oid || r.rolname, ',' ORDER BY r.oid) FROM pg_catalog.pg_roles r), '')
     || coalesce((SELECT pg_catalog.string_agg(s.oid || s.spcname, ',' ORDER BY s.oid) FROM pg_catalog.pg_tablespace s), '')), NULL, NULL, NULL`,
  `SELECT 'rest', 'subscriptions', pg_catalog.md5((SELECT pg_catalog.string_agg(pg_catalog.concat_ws(',', s.subname, s.subowner, s.subenabled, s.subslotname, s.subpublications::text${major >= 14 ? ", s.subbinary, s.substream, s.subsynccommit" : ""}${major >= 15 ? ", s.subdisableonerr" : ""}${major >= 16 ? ", s.suborigin, s.subpasswordrequired, s.subrunasowner" : ""}), ';' ORDER BY s.subname) FROM pg_catalog.pg_subscription s)), NULL, NULL, NULL`,
  `SELECT 'rest', 'user-mappings', pg_catalog.md5((SELECT pg_catalog.string_agg(pg_catalog.concat_ws(',', u.umid, u.srvname, u.usename, u.umoptions::text), ';' ORDER BY u.umid) FROM pg_catalog.pg_user_mappings u)), NULL, NULL, NULL`,
];

/** Who writes, since when, and what became of whoever wrote at the last look. */
const moment = `SELECT 'moment', ${own}::text, pg_catalog.pg_snapshot_xmax(pg_catalog.pg_current_snapshot())::text,
  CASE WHEN $4 <> '0'::xid8 THEN pg_catalog.pg_xact_status($4) END, NULL, NULL`;

/** Prepares the question to all catalogs, as {@link youngCall} asks it. */
export function youngStatement(name: string, major: number): string {
  const asked = [...askedOf(major).values()].flatMap(({ young = [], count = [] }) => [young, count].flat());
  return `PREPARE ${name} ${parameters.replace(")", ", xid8)")} AS\n${[moment, ...asked, ...rest(major)].join("\nUNION ALL\n")}`;
}

/** @param last absent: nothing counts as new */
export function youngCall(name: string, last: Moment | undefined): string {
  if (last === undefined) return `EXECUTE ${name} (NULL, '0', -1, '0')`;
  return `EXECUTE ${name} (${marks(last)}, '${last.own}')`;
}

export function marks({ horizon, own: transaction, command }: Moment): string {
  const short = (full: string) => `'${full}'::xid8::xid`;
  return `${short(horizon)}, ${short(transaction)}, ${command}`;
}
