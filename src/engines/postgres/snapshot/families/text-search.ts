import { environmentOf, inSchema, list, text, unusual } from "../content.ts";
import { comment, commentOf, functionName, notOfExtension, userName, userSchema } from "../expressions.ts";
import type { Family } from "../family.ts";

const inOwnSchema = (catalog: string, alias: string, namespace: string) =>
  `JOIN pg_catalog.pg_namespace n ON n.oid = ${namespace} ${commentOf(catalog, `${alias}.oid`)}
    WHERE ${userSchema("n")} AND ${notOfExtension(catalog, `${alias}.oid`)}`;

const dotted = (schema: string, name: string) =>
  `pg_catalog.quote_ident(${schema}) || '.' || pg_catalog.quote_ident(${name})`;

export const textSearchParsers: Family = {
  name: "text-search-parsers",
  catalog: "pg_ts_parser",
  own: { oid: "p.oid", schema: "n.nspname", name: "p.prsname" },
  content: {
    start: functionName("p.prsstart"),
    token: functionName("p.prstoken"),
    end: functionName("p.prsend"),
    headline: functionName("p.prsheadline"),
    types: functionName("p.prslextype"),
    comment,
  },
  from: `FROM pg_catalog.pg_ts_parser p ${inOwnSchema("pg_ts_parser", "p", "p.prsnamespace")}`,
  describe: ({ start = null, token = null, end = null, headline = null, types = null, ...row }) => ({
    attributes: unusual({ start, token, end, headline, types }),
    environment: environmentOf(row),
  }),
  place: (own) => inSchema("text-search-parser", own),
};

export const textSearchTemplates: Family = {
  name: "text-search-templates",
  catalog: "pg_ts_template",
  own: { oid: "t.oid", schema: "n.nspname", name: "t.tmplname" },
  content: { init: functionName("t.tmplinit"), lexize: functionName("t.tmpllexize"), comment },
  from: `FROM pg_catalog.pg_ts_template t ${inOwnSchema("pg_ts_template", "t", "t.tmplnamespace")}`,
  describe: ({ init = null, lexize = null, ...row }) => ({
    attributes: unusual({ init, lexize }),
    environment: environmentOf(row),
  }),
  place: (own) => inSchema("text-search-template", own),
};

export const textSearchDictionaries: Family = {
  name: "text-search-dictionaries",
  catalog: "pg_ts_dict",
  own: { oid: "d.oid", schema: "n.nspname", name: "d.dictname" },
  content: {
    template: dotted("tn.nspname", "t.tmplname"),
    options: "d.dictinitoption",
    owner: userName("d.dictowner"),
    comment,
  },
  from: `FROM pg_catalog.pg_ts_dict d JOIN pg_catalog.pg_ts_template t ON t.oid = d.dicttemplate JOIN pg_catalog.pg_namespace tn ON tn.oid = t.tmplnamespace
    ${inOwnSchema("pg_ts_dict", "d", "d.dictnamespace")}`,
  describe: ({ template = null, options = null, ...row }) => ({
    attributes: unusual({ template, options }),
    environment: environmentOf(row),
    definition: text(template),
  }),
  place: (own) => inSchema("text-search-dictionary", own),
};

/** A mapping: for a kind of token, the dictionaries in the order in which they are asked. */
export const textSearchConfigurations: Family = {
  name: "text-search-configurations",
  catalog: "pg_ts_config",
  own: { oid: "c.oid", schema: "n.nspname", name: "c.cfgname" },
  content: {
    parser: dotted("pn.nspname", "p.prsname"),
    mappings: `(SELECT pg_catalog.json_agg(m.text ORDER BY m.type) FROM (
      SELECT m.maptokentype AS type, (SELECT tt.alias FROM pg_catalog.ts_token_type(c.cfgparser) tt WHERE tt.tokid = m.maptokentype) || ': ' ||
             pg_catalog.string_agg(${dotted("dn.nspname", "d.dictname")}, ', ' ORDER BY m.mapseqno) AS text
        FROM pg_catalog.pg_ts_config_map m JOIN pg_catalog.pg_ts_dict d ON d.oid = m.mapdict JOIN pg_catalog.pg_namespace dn ON dn.oid = d.dictnamespace
       WHERE m.mapcfg = c.oid GROUP BY 1) m)`,
    owner: userName("c.cfgowner"),
    comment,
  },
  from: `FROM pg_catalog.pg_ts_config c JOIN pg_catalog.pg_ts_parser p ON p.oid = c.cfgparser JOIN pg_catalog.pg_namespace pn ON pn.oid = p.prsnamespace
    ${inOwnSchema("pg_ts_config", "c", "c.cfgnamespace")}`,
  describe: ({ parser = null, mappings = null, ...row }) => ({
    attributes: unusual({ parser, mappings: list(mappings) }),
    environment: environmentOf(row),
    definition: text(parser),
  }),
  place: (own) => inSchema("text-search-configuration", own),
};
