/** Columns of one catalog, by its name: `{ pg_enum: "enumlabel enumsortorder" }`. With `<14`, up to version 13. */
export type ColumnsOf = Readonly<Record<string, string>>;

/** What the snapshot does not read from the catalog, because a function or a view of the server does, and shows it. */
export const printed: Readonly<Record<string, ColumnsOf>> = {
  pg_get_constraintdef: {
    pg_constraint:
      "condeferrable condeferred confrelid confupdtype confdeltype confmatchtype connoinherit conkey confkey conexclop conbin confdelsetcols conenforced conperiod",
    pg_index: "indisprimary indisexclusion indimmediate",
  },
  pg_get_indexdef: {
    pg_index:
      "indnatts indnkeyatts indisunique indkey indcollation indclass indoption indexprs indpred indnullsnotdistinct",
  },
  pg_get_partkeydef: {
    pg_partitioned_table: "partstrat partnatts partattrs partclass partcollation partexprs",
  },
  pg_get_functiondef: {
    pg_proc:
      "prolang procost prorows provariadic prosupport prosecdef proleakproof proisstrict proretset provolatile proparallel pronargs pronargdefaults prorettype proargtypes proallargtypes proargmodes proargnames proargdefaults protrftypes prosrc probin proconfig",
  },
  pg_get_triggerdef: {
    pg_trigger:
      "tgfoid tgtype tgconstrrelid tgdeferrable tginitdeferred tgnargs tgattr tgargs tgqual tgoldtable tgnewtable",
  },
  pg_get_ruledef: { pg_rewrite: "ev_type is_instead ev_qual ev_action" },
  pg_get_statisticsobjdef: { pg_statistic_ext: "stxkeys stxkind stxexprs" },
  pg_user_mappings: { pg_user_mapping: "umuser umserver umoptions" },
};

/**
 * Numbers that differ from one database to another: what they stand for is read by following them, which the test
 * checks. Those named `oid` are followed from elsewhere, or not at all.
 */
export const followed: ColumnsOf = {
  pg_aggregate: "aggfnoid",
  pg_attrdef: "adrelid adnum",
  pg_attribute: "attrelid",
  pg_class: "relnamespace relam reltablespace reltoastrelid",
  pg_collation: "collnamespace",
  pg_constraint: "connamespace conindid conparentid",
  pg_conversion: "connamespace",
  pg_default_acl: "defaclnamespace",
  pg_depend: "classid objid objsubid refclassid refobjid refobjsubid",
  pg_description: "objoid classoid objsubid",
  pg_enum: "enumtypid",
  pg_extension: "extnamespace",
  pg_foreign_server: "srvfdw",
  pg_foreign_table: "ftrelid ftserver",
  pg_index: "indexrelid indrelid",
  pg_inherits: "inhrelid inhparent",
  pg_opclass: "opcnamespace opcmethod opcfamily",
  pg_operator: "oprnamespace",
  pg_opfamily: "opfnamespace opfmethod",
  pg_proc: "pronamespace",
  pg_publication_namespace: "pnpubid pnnspid",
  pg_publication_rel: "prpubid prrelid",
  pg_range: "rngtypid rngsubopc",
  pg_rewrite: "ev_class",
  pg_seclabel: "objoid classoid",
  pg_sequence: "seqrelid",
  pg_statistic_ext: "stxnamespace stxrelid",
  pg_subscription: "subdbid",
  pg_transform: "trflang",
  pg_trigger: "tgparentid",
  pg_ts_config: "cfgnamespace",
  pg_ts_config_map: "mapcfg mapdict",
  pg_ts_dict: "dictnamespace dicttemplate",
  pg_ts_parser: "prsnamespace",
  pg_ts_template: "tmplnamespace",
  pg_type: "typnamespace typrelid",
};

/** What conditions within that which is shown ask for: the answer is shown. The test checks that they do. */
export const conditions: ColumnsOf = {
  pg_inherits: "inhdetachpending",
  pg_publication_rel: "prattrs",
};

/** What makes no difference to anybody, by the reason why. */
export const ignored: Readonly<Record<string, ColumnsOf>> = {
  "The server counts it, from time to time": {
    pg_class:
      "relpages reltuples relallvisible relallfrozen relhasindex relhasrules relhastriggers relhassubclass",
  },
  "It follows from other rows, which are read": {
    pg_class: "reltype relnatts relchecks",
    pg_attribute: "attlen attbyval attalign",
    pg_amop: "amopfamily amopmethod amoplefttype amoprighttype amoppurpose",
    pg_amproc: "amprocfamily",
    pg_operator: "oprkind",
    pg_partitioned_table: "partrelid partdefid",
    pg_constraint: "conpfeqop conppeqop conffeqop",
    pg_trigger: "tgconstrindid tgisinternal",
    pg_type: "typarray",
  },
  "Where the rows lie": {
    pg_class: "relfilenode relfrozenxid relminmxid relrewrite",
    pg_attribute: "attcacheoff atthasmissing attmissingval attisdropped",
  },
  "The server's own catalogs alone are otherwise": {
    pg_class: "relisshared",
    pg_language: "lanispl",
  },
  "A state between the transactions of CREATE or DROP INDEX CONCURRENTLY, in which the index is not valid either":
    {
      pg_index: "indcheckxmin indisready indislive",
    },
  "The server does not enforce it, and a dump loses it: int[][] is int[]": {
    pg_attribute: "attndims",
    pg_type: "typndims",
  },
  "What the extension's files say": { pg_extension: "extrelocatable extconfig extcondition" },
  "Who made it: no command changes it, and no dump keeps it": { pg_extension: "extowner" },
  "Only a superuser may read it, for what it says is secret": { pg_subscription: "subconninfo" },
  "Only a superuser may read it on that version": { pg_subscription: "subsynccommit<14" },
  "How far replication has come": { pg_subscription: "subskiplsn" },
  "Which kind of dependency it is: the objects that it joins are read": { pg_depend: "deptype" },
  "Whether it is a column's label: the provider's word is read": { pg_seclabel: "objsubid" },
};

/** Catalogs of which no column is the schema of a database. */
export const ignoredCatalogs: Readonly<Record<string, string>> = {
  pg_authid: "roles belong to the server",
  pg_auth_members: "roles belong to the server",
  pg_database: "it is about the database as a whole, and belongs to the server",
  pg_db_role_setting: "settings of databases and roles belong to the server",
  pg_parameter_acl: "rights to settings belong to the server",
  pg_replication_origin: "how far replication has come",
  pg_shdepend: "what refers to the server's own objects: it follows from owners and grants",
  pg_shdescription: "comments on what belongs to the server",
  pg_shseclabel: "labels of what belongs to the server",
  pg_tablespace: "tablespaces belong to the server",
  pg_init_privs: "rights that objects of extensions and of the server had at first",
  pg_largeobject: "rows",
  pg_largeobject_metadata: "rows",
  pg_statistic: "what ANALYZE found in the rows",
  pg_statistic_ext_data: "what ANALYZE found in the rows",
  pg_subscription_rel: "how far replication has come",
};
