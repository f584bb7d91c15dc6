import { definitionsOf, notOfExtension, ofUser, ownedBy, qualified, userSchema } from "./catalog.ts";
import { belonging, columnSettings, columns, notNulls } from "./relation-definitions.ts";

const wrappers = definitionsOf(
  "pg_foreign_data_wrapper",
  "before",
  `SELECT w.oid, pg_catalog.jsonb_build_array(pg_catalog.concat('CREATE FOREIGN DATA WRAPPER ', pg_catalog.quote_ident(w.fdwname), ' HANDLER ' || NULLIF(w.fdwhandler, 0)::pg_catalog.regproc::text, ' VALIDATOR ' || NULLIF(w.fdwvalidator, 0)::pg_catalog.regproc::text),
            w.fdwoptions, ${ownedBy("FOREIGN DATA WRAPPER", "pg_catalog.quote_ident(w.fdwname)", "w.fdwowner")}) AS pieces
     FROM pg_catalog.pg_foreign_data_wrapper w WHERE ${ofUser("pg_foreign_data_wrapper", "w.oid")}`,
);

const servers = definitionsOf(
  "pg_foreign_server",
  "before",
  `SELECT s.oid, pg_catalog.jsonb_build_array(pg_catalog.concat('CREATE SERVER ', pg_catalog.quote_ident(s.srvname), ' TYPE ' || pg_catalog.quote_literal(s.srvtype), ' VERSION ' || pg_catalog.quote_literal(s.srvversion), ' FOREIGN DATA WRAPPER ', pg_catalog.quote_ident(w.fdwname)),
            s.srvoptions, ${ownedBy("SERVER", "pg_catalog.quote_ident(s.srvname)", "s.srvowner")}) AS pieces
     FROM pg_catalog.pg_foreign_server s JOIN pg_catalog.pg_foreign_data_wrapper w ON w.oid = s.srvfdw WHERE ${ofUser("pg_foreign_server", "s.oid")}`,
);

/** The view shows the options to those who may see them. */
const mappings = definitionsOf(
  "pg_user_mapping",
  "before",
  `SELECT m.umid AS oid, pg_catalog.jsonb_build_array(pg_catalog.format('CREATE USER MAPPING FOR %s SERVER %I', CASE WHEN m.umuser = 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(m.usename) END, m.srvname), m.umoptions) AS pieces
     FROM pg_catalog.pg_user_mappings m`,
);

const name = qualified("n.nspname", "c.relname");

const columnOptions = `coalesce((SELECT pg_catalog.jsonb_agg(p.piece ORDER BY a.attnum, p.rank) FROM pg_catalog.pg_attribute a,
    LATERAL (VALUES (1, pg_catalog.to_jsonb(pg_catalog.format(E';\\nALTER FOREIGN TABLE ONLY %s ALTER COLUMN %I', ${name}, a.attname))), (2, pg_catalog.to_jsonb(a.attfdwoptions))) p (rank, piece)
   WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attfdwoptions IS NOT NULL), '[]')`;

const tables = (major: number) =>
  definitionsOf(
    "pg_class",
    "before",
    `SELECT c.oid, pg_catalog.jsonb_build_array(pg_catalog.format('CREATE FOREIGN TABLE %s (%s) SERVER %I', ${name}, pg_catalog.concat_ws(', ', ${columns(major)}, NULLIF(${notNulls(major)}, '')), s.srvname), f.ftoptions,
              ${ownedBy("FOREIGN TABLE", name, "c.relowner")} || ${columnSettings} || ${belonging(major)}) || ${columnOptions} AS pieces
       FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
       JOIN pg_catalog.pg_foreign_table f ON f.ftrelid = c.oid JOIN pg_catalog.pg_foreign_server s ON s.oid = f.ftserver
      WHERE ${userSchema("n")} AND ${notOfExtension("pg_class", "c.oid")}`,
  );

/** Foreign data wrappers, servers, user mappings and foreign tables, as statements whose options are yet to be written. */
export function foreignDefinitions(major: number): readonly string[] {
  return [wrappers, servers, mappings, tables(major)];
}
