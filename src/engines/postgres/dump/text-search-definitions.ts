import { definitionsOf, notOfExtension, ownedBy, qualified, userSchema, withFunction } from "./catalog.ts";

const parsers = definitionsOf(
  "pg_ts_parser",
  "before",
  `SELECT p.oid, pg_catalog.format('CREATE TEXT SEARCH PARSER %s (START = %s, GETTOKEN = %s, END = %s, LEXTYPES = %s%s)', ${qualified("n.nspname", "p.prsname")}, p.prsstart, p.prstoken, p.prsend, p.prslextype, ${withFunction("HEADLINE", "p.prsheadline")}) AS sql
     FROM pg_catalog.pg_ts_parser p JOIN pg_catalog.pg_namespace n ON n.oid = p.prsnamespace
    WHERE ${userSchema("n")} AND ${notOfExtension("pg_ts_parser", "p.oid")}`,
);

const templates = definitionsOf(
  "pg_ts_template",
  "before",
  `SELECT t.oid, pg_catalog.format('CREATE TEXT SEARCH TEMPLATE %s (LEXIZE = %s%s)', ${qualified("n.nspname", "t.tmplname")}, t.tmpllexize, ${withFunction("INIT", "t.tmplinit")}) AS sql
     FROM pg_catalog.pg_ts_template t JOIN pg_catalog.pg_namespace n ON n.oid = t.tmplnamespace
    WHERE ${userSchema("n")} AND ${notOfExtension("pg_ts_template", "t.oid")}`,
);

const dictionaryName = qualified("n.nspname", "d.dictname");

/** The server keeps options as they stand in a statement. */
const dictionaries = definitionsOf(
  "pg_ts_dict",
  "before",
  `SELECT d.oid, pg_catalog.format('CREATE TEXT SEARCH DICTIONARY %s (TEMPLATE = %I.%I%s)', ${dictionaryName}, tn.nspname, t.tmplname, coalesce(', ' || d.dictinitoption, ''))
          || ${ownedBy("TEXT SEARCH DICTIONARY", dictionaryName, "d.dictowner")} AS sql
     FROM pg_catalog.pg_ts_dict d JOIN pg_catalog.pg_namespace n ON n.oid = d.dictnamespace
     JOIN pg_catalog.pg_ts_template t ON t.oid = d.dicttemplate JOIN pg_catalog.pg_namespace tn ON tn.oid = t.tmplnamespace
    WHERE ${userSchema("n")} AND ${notOfExtension("pg_ts_dict", "d.oid")}`,
);

const configurationName = qualified("n.nspname", "c.cfgname");

const mappings = `(SELECT pg_catalog.string_agg(pg_catalog.format(E';\\nALTER TEXT SEARCH CONFIGURATION %s ADD MAPPING FOR %I WITH %s', ${configurationName}, k.alias, k.dictionaries), '' ORDER BY k.token)
    FROM (SELECT m.maptokentype AS token, t.alias, pg_catalog.string_agg(pg_catalog.format('%I.%I', dn.nspname, d.dictname), ', ' ORDER BY m.mapseqno) AS dictionaries
            FROM pg_catalog.pg_ts_config_map m JOIN pg_catalog.ts_token_type(c.cfgparser) t ON t.tokid = m.maptokentype
            JOIN pg_catalog.pg_ts_dict d ON d.oid = m.mapdict JOIN pg_catalog.pg_namespace dn ON dn.oid = d.dictnamespace
           WHERE m.mapcfg = c.oid GROUP BY 1, 2) k)`;

const configurations = definitionsOf(
  "pg_ts_config",
  "before",
  `SELECT c.oid, pg_catalog.format('CREATE TEXT SEARCH CONFIGURATION %s (PARSER = %I.%I)', ${configurationName}, pn.nspname, p.prsname) || ${ownedBy("TEXT SEARCH CONFIGURATION", configurationName, "c.cfgowner")} || coalesce(${mappings}, '') AS sql
     FROM pg_catalog.pg_ts_config c JOIN pg_catalog.pg_namespace n ON n.oid = c.cfgnamespace
     JOIN pg_catalog.pg_ts_parser p ON p.oid = c.cfgparser JOIN pg_catalog.pg_namespace pn ON pn.oid = p.prsnamespace
    WHERE ${userSchema("n")} AND ${notOfExtension("pg_ts_config", "c.oid")}`,
);

/** Parsers, templates, dictionaries and configurations of text search, as statements. */
export const textSearchDefinitions: readonly string[] = [parsers, templates, dictionaries, configurations];
