import { definitionsOf, notOfExtension, ofUser, ownedBy, qualified, userSchema } from "./catalog.ts";

const accessMethods = definitionsOf(
  "pg_am",
  "before",
  `SELECT m.oid, pg_catalog.format('CREATE ACCESS METHOD %I TYPE %s HANDLER %s', m.amname, CASE m.amtype WHEN 't' THEN 'TABLE' ELSE 'INDEX' END, m.amhandler) AS sql
     FROM pg_catalog.pg_am m WHERE ${ofUser("pg_am", "m.oid")}`,
);

const operand = (option: string, oid: string) =>
  `', ${option} = ' || pg_catalog.format_type(NULLIF(${oid}, 0), NULL)`;
const estimator = (option: string, oid: string) =>
  `', ${option} = ' || NULLIF(${oid}::pg_catalog.oid, 0)::pg_catalog.regproc::text`;
const other = (option: string, oid: string) =>
  `(SELECT pg_catalog.format(', ${option} = OPERATOR(%I.%s)', zn.nspname, z.oprname) FROM pg_catalog.pg_operator z JOIN pg_catalog.pg_namespace zn ON zn.oid = z.oprnamespace WHERE z.oid = ${oid})`;

/** One that another names and that nobody made has no function, and comes again when it is named. */
const operators = definitionsOf(
  "pg_operator",
  "before",
  `SELECT o.oid, pg_catalog.concat('CREATE OPERATOR ', pg_catalog.quote_ident(n.nspname), '.', o.oprname, ' (FUNCTION = ', o.oprcode::text,
            ${operand("LEFTARG", "o.oprleft")}, ${operand("RIGHTARG", "o.oprright")}, ${other("COMMUTATOR", "o.oprcom")}, ${other("NEGATOR", "o.oprnegate")},
            ${estimator("RESTRICT", "o.oprrest")}, ${estimator("JOIN", "o.oprjoin")}, CASE WHEN o.oprcanhash THEN ', HASHES' END, CASE WHEN o.oprcanmerge THEN ', MERGES' END, ')')
          || ${ownedBy("OPERATOR", "pg_catalog.format('%I.%s (%s, %s)', n.nspname, o.oprname, coalesce(pg_catalog.format_type(NULLIF(o.oprleft, 0), NULL), 'NONE'), coalesce(pg_catalog.format_type(NULLIF(o.oprright, 0), NULL), 'NONE'))", "o.oprowner")} AS sql
     FROM pg_catalog.pg_operator o JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace
    WHERE o.oprcode <> 0 AND ${userSchema("n")} AND ${notOfExtension("pg_operator", "o.oid")}`,
);

/** The members of a class or family: those of a class depend on it, loose ones on the family. */
const members = (
  catalog: string,
  oid: string,
) => `(SELECT pg_catalog.string_agg(m.text, ', ' ORDER BY m.rank, m.number, m.text) FROM (
    SELECT 1 AS rank, ao.amopstrategy AS number, pg_catalog.format('OPERATOR %s %s', ao.amopstrategy, ao.amopopr::pg_catalog.regoperator)
             || coalesce((SELECT pg_catalog.format(' FOR ORDER BY %I.%I', sn.nspname, s.opfname) FROM pg_catalog.pg_opfamily s JOIN pg_catalog.pg_namespace sn ON sn.oid = s.opfnamespace WHERE s.oid = ao.amopsortfamily), '') AS text
      FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_amop ao ON ao.oid = d.objid
     WHERE d.classid = 'pg_catalog.pg_amop'::pg_catalog.regclass AND d.refclassid = 'pg_catalog.${catalog}'::pg_catalog.regclass AND d.refobjid = ${oid}
    UNION ALL
    SELECT 2, ap.amprocnum, pg_catalog.format('FUNCTION %s (%s, %s) %s', ap.amprocnum, pg_catalog.format_type(ap.amproclefttype, NULL), pg_catalog.format_type(ap.amprocrighttype, NULL), ap.amproc::pg_catalog.oid::pg_catalog.regprocedure)
      FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_amproc ap ON ap.oid = d.objid
     WHERE d.classid = 'pg_catalog.pg_amproc'::pg_catalog.regclass AND d.refclassid = 'pg_catalog.${catalog}'::pg_catalog.regclass AND d.refobjid = ${oid}) m)`;

const familyName = "pg_catalog.format('%I.%I USING %I', n.nspname, f.opfname, m.amname)";

const families = definitionsOf(
  "pg_opfamily",
  "before",
  `SELECT f.oid, 'CREATE OPERATOR FAMILY ' || ${familyName} || ${ownedBy("OPERATOR FAMILY", familyName, "f.opfowner")}
          || coalesce(pg_catalog.format(E';\\nALTER OPERATOR FAMILY %s ADD ', ${familyName}) || ${members("pg_opfamily", "f.oid")}, '') AS sql
     FROM pg_catalog.pg_opfamily f JOIN pg_catalog.pg_namespace n ON n.oid = f.opfnamespace JOIN pg_catalog.pg_am m ON m.oid = f.opfmethod
    WHERE ${userSchema("n")} AND ${notOfExtension("pg_opfamily", "f.oid")}`,
);

/** A class has to say something; that the index holds the type itself goes without saying. */
const classes = definitionsOf(
  "pg_opclass",
  "before",
  `SELECT o.oid, pg_catalog.format('CREATE OPERATOR CLASS %I.%I %sFOR TYPE %s USING %I FAMILY %I.%I AS %s', n.nspname, o.opcname, CASE WHEN o.opcdefault THEN 'DEFAULT ' ELSE '' END,
            pg_catalog.format_type(o.opcintype, NULL), m.amname, fn.nspname, f.opfname,
            pg_catalog.concat_ws(', ', 'STORAGE ' || pg_catalog.format_type(coalesce(NULLIF(o.opckeytype, 0), CASE WHEN ${members("pg_opclass", "o.oid")} IS NULL THEN o.opcintype END), NULL), ${members("pg_opclass", "o.oid")}))
          || ${ownedBy("OPERATOR CLASS", "pg_catalog.format('%I.%I USING %I', n.nspname, o.opcname, m.amname)", "o.opcowner")} AS sql
     FROM pg_catalog.pg_opclass o JOIN pg_catalog.pg_namespace n ON n.oid = o.opcnamespace JOIN pg_catalog.pg_am m ON m.oid = o.opcmethod
     JOIN pg_catalog.pg_opfamily f ON f.oid = o.opcfamily JOIN pg_catalog.pg_namespace fn ON fn.oid = f.opfnamespace
    WHERE ${userSchema("n")} AND ${notOfExtension("pg_opclass", "o.oid")}`,
);

const conversionName = qualified("n.nspname", "c.conname");

const conversions = definitionsOf(
  "pg_conversion",
  "before",
  `SELECT c.oid, pg_catalog.format('CREATE %sCONVERSION %s FOR %L TO %L FROM %s', CASE WHEN c.condefault THEN 'DEFAULT ' ELSE '' END, ${conversionName},
            pg_catalog.pg_encoding_to_char(c.conforencoding), pg_catalog.pg_encoding_to_char(c.contoencoding), c.conproc) || ${ownedBy("CONVERSION", conversionName, "c.conowner")} AS sql
     FROM pg_catalog.pg_conversion c JOIN pg_catalog.pg_namespace n ON n.oid = c.connamespace
    WHERE ${userSchema("n")} AND ${notOfExtension("pg_conversion", "c.oid")}`,
);

/** Operators, the classes and families by which indexes use them, access methods, and conversions of encodings. */
export const operatorDefinitions: readonly string[] = [
  accessMethods,
  operators,
  families,
  classes,
  conversions,
];
