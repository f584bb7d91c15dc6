import {
  collation,
  definitionsOf,
  notOfExtension,
  ownedBy,
  qualified,
  userSchema,
  withFunction,
} from "./catalog.ts";

const typeName = qualified("n.nspname", "t.typname");

const schemas = definitionsOf(
  "pg_namespace",
  "before",
  `SELECT n.oid, pg_catalog.format('CREATE SCHEMA IF NOT EXISTS %I', n.nspname) || ${ownedBy("SCHEMA", "pg_catalog.quote_ident(n.nspname)", "n.nspowner")} AS sql
     FROM pg_catalog.pg_namespace n WHERE ${userSchema("n")} AND ${notOfExtension("pg_namespace", "n.oid")}`,
);

/** Their columns have changed from version to version. */
const collations = definitionsOf(
  "pg_collation",
  "before",
  `SELECT c.oid, pg_catalog.format('CREATE COLLATION %I.%I (PROVIDER = %s, %s, DETERMINISTIC = %s%s)', n.nspname, c.collname,
            CASE c.collprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE 'libc' END,
            CASE WHEN c.collprovider = 'c' OR c.collcollate <> c.collctype THEN pg_catalog.format('LC_COLLATE = %L, LC_CTYPE = %L', c.collcollate, c.collctype)
                 ELSE pg_catalog.format('LOCALE = %L', coalesce(pg_catalog.to_jsonb(c) ->> 'colllocale', pg_catalog.to_jsonb(c) ->> 'colliculocale', c.collcollate)) END,
            CASE WHEN c.collisdeterministic THEN 'true' ELSE 'false' END, coalesce(', RULES = ' || pg_catalog.quote_literal(NULLIF(pg_catalog.to_jsonb(c) ->> 'collicurules', '')), '')) ||
          ${ownedBy("COLLATION", qualified("n.nspname", "c.collname"), "c.collowner")} AS sql
     FROM pg_catalog.pg_collation c JOIN pg_catalog.pg_namespace n ON n.oid = c.collnamespace
    WHERE ${userSchema("n")} AND ${notOfExtension("pg_collation", "c.oid")}`,
);

/** What is common to all types. */
const from = `FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace`;
const ours = `${userSchema("n")} AND ${notOfExtension("pg_type", "t.oid")}`;
const typeOwner = ownedBy("TYPE", typeName, "t.typowner");
const shell = `pg_catalog.format('CREATE TYPE %s', ${typeName})`;

const enumsAndComposites = definitionsOf(
  "pg_type",
  "before",
  `SELECT t.oid, CASE t.typtype
       WHEN 'e' THEN pg_catalog.format('CREATE TYPE %s AS ENUM (%s)', ${typeName}, (SELECT pg_catalog.string_agg(pg_catalog.quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder) FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid))
       ELSE pg_catalog.format('CREATE TYPE %s AS (%s)', ${typeName}, (SELECT pg_catalog.string_agg(pg_catalog.format('%I %s%s', a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), ${collation("a.attcollation", "a.atttypid")}), ', ' ORDER BY a.attnum)
                              FROM pg_catalog.pg_attribute a WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped)) END || ${typeOwner} AS sql
     ${from} LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
    WHERE (t.typtype = 'e' OR (t.typtype = 'c' AND c.relkind = 'c')) AND ${ours}`,
);

/** From 17, what forbids NULL in a domain has a name. */
const domainNotNull = `CASE WHEN t.typnotnull THEN coalesce((SELECT pg_catalog.format(' CONSTRAINT %I', k.conname) FROM pg_catalog.pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'n'), '') || ' NOT NULL' ELSE '' END`;

const domainHead = `pg_catalog.format('CREATE DOMAIN %s AS %s%s', ${typeName}, pg_catalog.format_type(t.typbasetype, t.typtypmod), ${collation("t.typcollation", "t.typbasetype")}) || ${domainNotNull}`;
const domainDefault = "pg_catalog.pg_get_expr(t.typdefaultbin, 'pg_catalog.pg_type'::pg_catalog.regclass)";

/** A default may call a function which gives the domain. */
const domains = definitionsOf(
  "pg_type",
  "before",
  `SELECT t.oid, ${domainHead} || coalesce(' DEFAULT ' || ${domainDefault}, '') || ${typeOwner} AS sql,
          CASE WHEN t.typdefaultbin IS NOT NULL THEN ${domainHead} END AS shell, pg_catalog.format('ALTER DOMAIN %s SET DEFAULT %s', ${typeName}, ${domainDefault}) || ${typeOwner} AS whole
     ${from} WHERE t.typtype = 'd' AND ${ours}`,
);

/** Apart from their domains: a check may call a function which takes the domain. */
const domainConstraints = definitionsOf(
  "pg_constraint",
  "before",
  `SELECT k.oid, pg_catalog.format('ALTER DOMAIN %s ADD CONSTRAINT %I %s', ${typeName}, k.conname, pg_catalog.pg_get_constraintdef(k.oid)) AS sql
     ${from} JOIN pg_catalog.pg_constraint k ON k.contypid = t.oid WHERE k.contype = 'c' AND ${ours}`,
);

const ranges = (major: number) =>
  definitionsOf(
    "pg_type",
    "before",
    `SELECT t.oid, CASE WHEN r.rngcanonical <> 0 THEN ${shell} END AS shell,
            pg_catalog.format('CREATE TYPE %s AS RANGE (SUBTYPE = %s%s%s%s%s%s)', ${typeName}, pg_catalog.format_type(r.rngsubtype, NULL),
              (SELECT CASE WHEN o.opcdefault THEN '' ELSE pg_catalog.format(', SUBTYPE_OPCLASS = %I.%I', oz.nspname, o.opcname) END FROM pg_catalog.pg_opclass o JOIN pg_catalog.pg_namespace oz ON oz.oid = o.opcnamespace WHERE o.oid = r.rngsubopc),
              pg_catalog.replace(${collation("r.rngcollation", "r.rngsubtype")}, ' COLLATE ', ', COLLATION = '),
              ${withFunction("CANONICAL", "r.rngcanonical")}, ${withFunction("SUBTYPE_DIFF", "r.rngsubdiff")},
              ${major >= 14 ? "(SELECT pg_catalog.format(', MULTIRANGE_TYPE_NAME = %I.%I', mn.nspname, m.typname) FROM pg_catalog.pg_type m JOIN pg_catalog.pg_namespace mn ON mn.oid = m.typnamespace WHERE m.oid = r.rngmultitypid)" : "''"})
            || ${typeOwner} AS sql
       ${from} JOIN pg_catalog.pg_range r ON r.rngtypid = t.oid WHERE ${ours}`,
  );

const words = (value: string, names: Readonly<Record<string, string>>) =>
  `CASE ${value} ${Object.entries(names)
    .map(([letter, word]) => `WHEN '${letter}' THEN '${word}'`)
    .join(" ")} END`;

/** A type that has but a name is one too: it was announced, and never made. */
const baseTypes = (major: number) =>
  definitionsOf(
    "pg_type",
    "before",
    `SELECT t.oid, CASE WHEN t.typisdefined THEN ${shell} END AS shell,
            CASE WHEN NOT t.typisdefined THEN ${shell} ELSE pg_catalog.concat('CREATE TYPE ', ${typeName},
              ' (INPUT = ', t.typinput::text, ', OUTPUT = ', t.typoutput::text,
              ${withFunction("RECEIVE", "t.typreceive")}, ${withFunction("SEND", "t.typsend")},
              ${withFunction("TYPMOD_IN", "t.typmodin")}, ${withFunction("TYPMOD_OUT", "t.typmodout")},
              ${withFunction("ANALYZE", "t.typanalyze")}, ${major >= 14 ? withFunction("SUBSCRIPT", "t.typsubscript") : "''"},
              ', INTERNALLENGTH = ', CASE WHEN t.typlen < 0 THEN 'VARIABLE' ELSE t.typlen::text END, CASE WHEN t.typbyval THEN ', PASSEDBYVALUE' END,
              ', ALIGNMENT = ', ${words("t.typalign", { c: "char", s: "int2", i: "int4", d: "double" })},
              ', STORAGE = ', ${words("t.typstorage", { p: "plain", e: "external", m: "main", x: "extended" })},
              ', CATEGORY = ', pg_catalog.quote_literal(t.typcategory::text), CASE WHEN t.typispreferred THEN ', PREFERRED = true' END,
              ', DEFAULT = ' || pg_catalog.quote_literal(t.typdefault), CASE WHEN t.typelem <> 0 THEN ', ELEMENT = ' || pg_catalog.format_type(t.typelem, NULL) END,
              ', DELIMITER = ', pg_catalog.quote_literal(t.typdelim::text), CASE WHEN t.typcollation <> 0 THEN ', COLLATABLE = true' END, ')') END
            || ${typeOwner} AS sql
       ${from} WHERE (t.typtype = 'b' OR NOT t.typisdefined) AND NOT EXISTS (SELECT FROM pg_catalog.pg_type e WHERE e.typarray = t.oid) AND ${ours}`,
  );

/** Schemas, collations and types, as statements. */
export function typeDefinitions(major: number): readonly string[] {
  return [
    schemas,
    collations,
    enumsAndComposites,
    domains,
    domainConstraints,
    ranges(major),
    baseTypes(major),
  ];
}
