import {
  definitionOf,
  enabledStates,
  environmentOf,
  inDatabase,
  inSchema,
  list,
  sorted,
  text,
  unusual,
  yes,
} from "../content.ts";
import {
  comment,
  commentOf,
  functionName,
  grants,
  isBlocked,
  labels,
  labelsOf,
  notOfExtension,
  statisticsTarget,
  userName,
  userSchema,
} from "../expressions.ts";
import type { Family } from "../family.ts";

export const schemas: Family = {
  name: "schemas",
  catalog: "pg_namespace",
  own: { oid: "n.oid", name: "n.nspname" },
  content: {
    owner: userName("n.nspowner"),
    grants: grants("n.nspacl", "n", "n.nspowner"),
    labels: labels,
    comment,
  },
  from: `FROM pg_catalog.pg_namespace n ${commentOf("pg_namespace", "n.oid")}
    ${labelsOf("pg_namespace", "n.oid")}
   WHERE ${userSchema("n")} AND ${notOfExtension("pg_namespace", "n.oid")}`,
  describe: (row) => ({ attributes: {}, environment: environmentOf(row) }),
  place: (own) => {
    const name = text(own["name"]);
    return [{ kind: "schema", schema: name, name, path: [name], shared: true }];
  },
};

export const extensions: Family = {
  name: "extensions",
  catalog: "pg_extension",
  own: { oid: "e.oid", name: "e.extname" },
  content: { version: "e.extversion", schema: "n.nspname", comment },
  from: `FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
    ${commentOf("pg_extension", "e.oid")} WHERE e.extname <> 'plpgsql'`,
  describe: (row) => ({
    attributes: {},
    environment: { version: text(row["version"]), schema: text(row["schema"]), ...environmentOf(row) },
  }),
  place: (own, { environment }) => {
    const name = text(own["name"]);
    return [{ kind: "extension", schema: String(environment["schema"]), name, path: [name], shared: true }];
  },
};

/** From version 15 a locale has a column of its own, from 17 one for all providers. */
const locales = (major: number): Readonly<Record<string, string>> => ({
  ...(major >= 15 && major < 17 && { locale: "c.colliculocale" }),
  ...(major >= 17 && { locale: "c.colllocale" }),
  ...(major >= 16 && { rules: "c.collicurules" }),
});

const providers: Readonly<Record<string, string>> = { i: "icu", c: "libc", b: "builtin", d: "default" };

/** The version of a collation is that of the operating system's library. */
export const collations = (major: number): Family => ({
  name: "collations",
  catalog: "pg_collation",
  own: { oid: "c.oid", schema: "n.nspname", name: "c.collname" },
  content: {
    provider: "c.collprovider",
    deterministic: "c.collisdeterministic",
    collate: "c.collcollate",
    ctype: "c.collctype",
    encoding: "CASE WHEN c.collencoding >= 0 THEN pg_catalog.pg_encoding_to_char(c.collencoding) END",
    version: "c.collversion",
    ...locales(major),
    owner: userName("c.collowner"),
    comment,
  },
  from: `FROM pg_catalog.pg_collation c JOIN pg_catalog.pg_namespace n ON n.oid = c.collnamespace
    ${commentOf("pg_collation", "c.oid")}
   WHERE ${userSchema("n")} AND ${notOfExtension("pg_collation", "c.oid")}`,
  describe: (row) => ({
    attributes: unusual({
      provider: providers[text(row["provider"])],
      nondeterministic: row["deterministic"] === "f",
      collate: row["collate"],
      ctype: row["ctype"],
      locale: row["locale"],
      rules: row["rules"],
      encoding: row["encoding"],
    }),
    environment: environmentOf(row, { version: row["version"] }),
  }),
  place: (own) => inSchema("collation", own),
});

export const conversions: Family = {
  name: "conversions",
  catalog: "pg_conversion",
  own: { oid: "c.oid", schema: "n.nspname", name: "c.conname" },
  content: {
    from: "pg_catalog.pg_encoding_to_char(c.conforencoding)",
    to: "pg_catalog.pg_encoding_to_char(c.contoencoding)",
    function: functionName("c.conproc"),
    default: "c.condefault",
    owner: userName("c.conowner"),
    comment,
  },
  from: `FROM pg_catalog.pg_conversion c JOIN pg_catalog.pg_namespace n ON n.oid = c.connamespace
    ${commentOf("pg_conversion", "c.oid")}
   WHERE ${userSchema("n")} AND ${notOfExtension("pg_conversion", "c.oid")}`,
  describe: (row) => ({
    attributes: unusual({
      from: row["from"],
      to: row["to"],
      function: row["function"],
      default: yes(row["default"]),
    }),
    environment: environmentOf(row),
  }),
  place: (own) => inSchema("conversion", own),
};

export const languages: Family = {
  name: "languages",
  catalog: "pg_language",
  own: { oid: "l.oid", name: "l.lanname" },
  content: {
    trusted: "l.lanpltrusted",
    handler: functionName("l.lanplcallfoid"),
    inline: functionName("l.laninline"),
    validator: functionName("l.lanvalidator"),
    owner: userName("l.lanowner"),
    grants: grants("l.lanacl", "l", "l.lanowner"),
    comment,
  },
  from: `FROM pg_catalog.pg_language l ${commentOf("pg_language", "l.oid")}
   WHERE l.oid >= 16384 AND ${notOfExtension("pg_language", "l.oid")}`,
  describe: (row) => ({
    attributes: unusual({
      trusted: yes(row["trusted"]),
      handler: row["handler"],
      inline: row["inline"],
      validator: row["validator"],
    }),
    environment: environmentOf(row),
  }),
  place: (own) => inDatabase("language", own),
};

export const accessMethods: Family = {
  name: "access-methods",
  catalog: "pg_am",
  own: { oid: "a.oid", name: "a.amname" },
  content: { handler: functionName("a.amhandler"), type: "a.amtype", comment },
  from: `FROM pg_catalog.pg_am a ${commentOf("pg_am", "a.oid")}
   WHERE a.oid >= 16384 AND ${notOfExtension("pg_am", "a.oid")}`,
  describe: (row) => ({
    attributes: { handler: text(row["handler"]), type: row["type"] === "t" ? "table" : "index" },
    environment: environmentOf(row),
  }),
  place: (own) => inDatabase("access-method", own),
};

export const eventTriggers: Family = {
  name: "event-triggers",
  catalog: "pg_event_trigger",
  own: { oid: "e.oid", name: "e.evtname" },
  content: {
    event: "e.evtevent",
    tags: "pg_catalog.to_json(e.evttags)",
    function: functionName("e.evtfoid"),
    enabled: "e.evtenabled",
    owner: userName("e.evtowner"),
    comment,
  },
  from: `FROM pg_catalog.pg_event_trigger e ${commentOf("pg_event_trigger", "e.oid")}
   WHERE ${notOfExtension("pg_event_trigger", "e.oid")}`,
  describe: (row) => ({
    attributes: {
      event: text(row["event"]),
      function: text(row["function"]),
      enabled: enabledStates[text(row["enabled"])] ?? "",
      ...unusual({ tags: sorted(row["tags"]) }),
    },
    environment: environmentOf(row),
  }),
  place: (own) => inDatabase("event-trigger", own),
};

/** Extended statistics. */
export const statistics: Family = {
  name: "statistics",
  catalog: "pg_statistic_ext",
  own: { oid: "s.oid", schema: "n.nspname", name: "s.stxname", relation: "s.stxrelid" },
  content: {
    definition: `CASE WHEN NOT ${isBlocked("s.stxrelid")} THEN pg_catalog.pg_get_statisticsobjdef(s.oid) END`,
    target: statisticsTarget("s.stxstattarget"),
    owner: userName("s.stxowner"),
    comment,
  },
  from: `FROM pg_catalog.pg_statistic_ext s JOIN pg_catalog.pg_namespace n ON n.oid = s.stxnamespace
    ${commentOf("pg_statistic_ext", "s.oid")}
   WHERE ${userSchema("n")} AND ${notOfExtension("pg_statistic_ext", "s.oid")}`,
  blocked: true,
  describe: (row) => {
    const definition = definitionOf(row);
    return {
      attributes: { ...definition.attributes, ...unusual({ target: row["target"] }) },
      environment: environmentOf(row),
      ...definition.object,
    };
  },
  place: (own, _content, names) => {
    const relation = names.relation(own["relation"] ?? null);
    if (relation === undefined) return [];
    return inSchema("statistics", own).map((place) => ({ ...place, relation: relation.name }));
  },
};

/** pg_default_acl.defaclobjtype */
const defaultKinds: Readonly<Record<string, string>> = {
  r: "tables",
  S: "sequences",
  f: "functions",
  T: "types",
  n: "schemas",
  L: "large objects",
};

/** What is granted on objects that a role will make. It belongs to whoever runs the server. */
export const defaultPrivileges: Family = {
  name: "default-privileges",
  catalog: "pg_default_acl",
  own: {
    oid: "d.oid",
    role: userName("d.defaclrole"),
    schema: "n.nspname",
    type: "d.defaclobjtype",
  },
  content: { grants: "pg_catalog.to_json(d.defaclacl::text[])" },
  from: `FROM pg_catalog.pg_default_acl d LEFT JOIN pg_catalog.pg_namespace n ON n.oid = d.defaclnamespace AND d.defaclnamespace <> 0 WHERE true`,
  describe: (row) => ({ attributes: {}, environment: { grants: list(row["grants"])?.sort() ?? [] } }),
  place: (own) => {
    const [role, schema] = [text(own["role"]), text(own["schema"])];
    const suffix = ` ${defaultKinds[text(own["type"])] ?? text(own["type"])}`;
    const path = schema === "" ? [role] : [schema, role];
    return [{ kind: "default-privileges", schema, name: role, path, suffix, environmental: true }];
  },
};
