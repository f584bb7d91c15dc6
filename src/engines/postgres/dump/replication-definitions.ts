import { definitionsOf, ofUser, ownedBy, relationName } from "./catalog.ts";

const publicationName = "pg_catalog.quote_ident(p.pubname)";
const publicationOptions = (major: number) =>
  [
    `', publish_via_partition_root = ', p.pubviaroot::text`,
    ...(major >= 18
      ? [`', publish_generated_columns = ', CASE p.pubgencols WHEN 's' THEN 'stored' ELSE 'none' END`]
      : []),
  ].join(", ");

const columnList = `(SELECT ' (' || pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' ORDER BY u.place) || ')'
    FROM pg_catalog.unnest(pr.prattrs) WITH ORDINALITY u (number, place) JOIN pg_catalog.pg_attribute a ON a.attrelid = pr.prrelid AND a.attnum = u.number)`;

const publishedTables = (
  major: number,
) => `coalesce((SELECT pg_catalog.string_agg(pg_catalog.concat(E';\\nALTER PUBLICATION ', ${publicationName}, ' ADD TABLE ONLY ', ${relationName("pr.prrelid")}
    ${major >= 15 ? `, ${columnList}, ' WHERE (' || pg_catalog.pg_get_expr(pr.prqual, pr.prrelid) || ')'` : ""}), '' ORDER BY pr.oid)
  FROM pg_catalog.pg_publication_rel pr WHERE pr.prpubid = p.oid), '')`;

const publishedSchemas = `coalesce((SELECT pg_catalog.string_agg(pg_catalog.format(E';\\nALTER PUBLICATION %s ADD TABLES IN SCHEMA %I', ${publicationName}, n.nspname), '' ORDER BY s.oid)
  FROM pg_catalog.pg_publication_namespace s JOIN pg_catalog.pg_namespace n ON n.oid = s.pnnspid WHERE s.pnpubid = p.oid), '')`;

const publications = (major: number) =>
  definitionsOf(
    "pg_publication",
    "after",
    `SELECT p.oid, pg_catalog.concat('CREATE PUBLICATION ', ${publicationName}, CASE WHEN p.puballtables THEN ' FOR ALL TABLES' END, ' WITH (publish = ',
            pg_catalog.quote_literal(pg_catalog.concat_ws(', ', CASE WHEN p.pubinsert THEN 'insert' END, CASE WHEN p.pubupdate THEN 'update' END, CASE WHEN p.pubdelete THEN 'delete' END, CASE WHEN p.pubtruncate THEN 'truncate' END)),
            ${publicationOptions(major)}, ')')
            || ${ownedBy("PUBLICATION", publicationName, "p.pubowner")} || ${publishedTables(major)} || ${major >= 15 ? publishedSchemas : "''"} AS sql
       FROM pg_catalog.pg_publication p WHERE ${ofUser("pg_publication", "p.oid")}`,
  );

/** Options of subscriptions, by the column which holds them, and the values that they have there. */
const subscriptionOptions: readonly (readonly [column: string, text: string])[] = [
  ["subsynccommit", "', synchronous_commit = ' || pg_catalog.quote_literal(s.subsynccommit)"],
  ["subbinary", "', binary = ' || s.subbinary::text"],
  [
    "substream",
    "', streaming = ' || CASE s.substream::text WHEN 'p' THEN 'parallel' WHEN 't' THEN 'on' WHEN 'true' THEN 'on' ELSE 'off' END",
  ],
  [
    "subtwophasestate",
    "', two_phase = ' || CASE WHEN s.subtwophasestate <> 'd' THEN 'true' ELSE 'false' END",
  ],
  ["subdisableonerr", "', disable_on_error = ' || s.subdisableonerr::text"],
  ["subpasswordrequired", "', password_required = ' || s.subpasswordrequired::text"],
  ["subrunasowner", "', run_as_owner = ' || s.subrunasowner::text"],
  ["suborigin", "', origin = ' || pg_catalog.quote_literal(s.suborigin)"],
  ["subfailover", "', failover = ' || s.subfailover::text"],
];

/** Asks which columns of `pg_subscription` there are, and may be read: not all are everybody's. */
export const subscriptionColumnsQuery = `
SELECT a.attname AS name FROM pg_catalog.pg_attribute a
 WHERE a.attrelid = 'pg_catalog.pg_subscription'::pg_catalog.regclass AND a.attnum > 0 AND pg_catalog.has_column_privilege(a.attrelid, a.attnum, 'SELECT')`;

/**
 * Subscriptions that receive nothing: they are not enabled, have no slot, and do not know where the publisher is.
 *
 * @param readable names of columns of `pg_subscription`
 */
export function subscriptions(readable: ReadonlySet<string>): string {
  const options = subscriptionOptions.filter(([column]) => readable.has(column)).map(([, text]) => text);
  const name = "pg_catalog.quote_ident(s.subname)";
  return definitionsOf(
    "pg_subscription",
    "last",
    `SELECT ${readable.has("oid") ? "s.oid" : "0::oid AS oid"}, pg_catalog.concat('CREATE SUBSCRIPTION ', ${name}, ' CONNECTION ', pg_catalog.quote_literal('${nowhere}'), ' PUBLICATION ',
              (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(u.name), ', ' ORDER BY u.place) FROM pg_catalog.unnest(s.subpublications) WITH ORDINALITY u (name, place)),
              ' WITH (connect = false, slot_name = NONE', ${[...options, "')'"].join(", ")}) || ${ownedBy("SUBSCRIPTION", name, "s.subowner")}
              || coalesce((SELECT pg_catalog.format(E';\\nCOMMENT ON SUBSCRIPTION %s IS %L', ${name}, c.description) FROM pg_catalog.pg_description c
                            WHERE c.classoid = 'pg_catalog.pg_subscription'::pg_catalog.regclass AND c.objoid = ${readable.has("oid") ? "s.oid" : "0"}), '') AS sql
       FROM pg_catalog.pg_subscription s JOIN pg_catalog.pg_database d ON d.oid = s.subdbid WHERE d.datname = pg_catalog.current_database()`,
  );
}

/** What a copied subscription has for a connection. */
const nowhere = "dbname=redacted";

/** They would act on what is made after them; their states are set when nothing more is. */
const eventTriggers = definitionsOf(
  "pg_event_trigger",
  "last",
  `SELECT e.oid, pg_catalog.concat('CREATE EVENT TRIGGER ', pg_catalog.quote_ident(e.evtname), ' ON ', e.evtevent,
            ' WHEN TAG IN (' || (SELECT pg_catalog.string_agg(pg_catalog.quote_literal(t.tag), ', ' ORDER BY t.place) FROM pg_catalog.unnest(e.evttags) WITH ORDINALITY t (tag, place)) || ')',
            ' EXECUTE FUNCTION ', e.evtfoid::pg_catalog.regproc::text, '()')
          || ${ownedBy("EVENT TRIGGER", "pg_catalog.quote_ident(e.evtname)", "e.evtowner")} AS sql
     FROM pg_catalog.pg_event_trigger e WHERE ${ofUser("pg_event_trigger", "e.oid")}`,
);

/** Publications and event triggers, as statements. */
export function replicationDefinitions(major: number): readonly string[] {
  return [publications(major), eventTriggers];
}

/** The states of event triggers, as statements: by hand, since the last one would act on what sets the next. */
export const eventTriggerStates = `
SELECT pg_catalog.format('UPDATE pg_catalog.pg_event_trigger SET evtenabled = %L WHERE evtname = %L', e.evtenabled, e.evtname) AS sql
  FROM pg_catalog.pg_event_trigger e WHERE ${ofUser("pg_event_trigger", "e.oid")}`;
