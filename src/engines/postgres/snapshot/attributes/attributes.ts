import type { ObjectKind } from "../../../../schema/object.ts";
import { ofRelations } from "./relations.ts";
import { commented, definition, granted, owned, type Told } from "./told.ts";

/** Every attribute of every kind: the table of `docs/schema.md`. */
export const attributes: Readonly<Record<ObjectKind, Told>> = {
  ...ofRelations,
  cast: {
    semantic: {
      function: "WITH FUNCTION",
      context: "explicit, assignment, implicit",
      method: "function, in and out, binary",
    },
    environmental: commented,
  },
  operator: {
    semantic: {
      function: "FUNCTION",
      result: "the type of its result",
      commutator: "COMMUTATOR",
      negator: "NEGATOR",
      restrict: "RESTRICT",
      join: "JOIN",
      hashes: "HASHES",
      merges: "MERGES",
    },
    environmental: owned,
  },
  "operator-class": {
    semantic: {
      type: "FOR TYPE",
      storage: "STORAGE",
      default: "DEFAULT",
      family: "FAMILY",
      members: "operators and functions",
    },
    environmental: owned,
  },
  "operator-family": { semantic: { members: "operators and functions of no class" }, environmental: owned },
  "access-method": { semantic: { handler: "HANDLER", type: "table or index" }, environmental: commented },
  collation: {
    semantic: {
      provider: "icu, libc, builtin",
      nondeterministic: "deterministic = false",
      collate: "LC_COLLATE",
      ctype: "LC_CTYPE",
      locale: "LOCALE",
      rules: "RULES (from 16)",
      encoding: "of the database for which it is",
    },
    environmental: { ...owned, version: "of the library that sorts" },
  },
  conversion: {
    semantic: { from: "the encoding", to: "the encoding", function: "FROM", default: "DEFAULT" },
    environmental: owned,
  },
  language: {
    semantic: { trusted: "TRUSTED", handler: "HANDLER", inline: "INLINE", validator: "VALIDATOR" },
    environmental: granted,
  },
  transform: { semantic: { from: "FROM SQL", to: "TO SQL" }, environmental: commented },
  statistics: { semantic: { ...definition, target: "SET STATISTICS" }, environmental: owned },
  "text-search-parser": {
    semantic: { start: "START", token: "GETTOKEN", end: "END", headline: "HEADLINE", types: "LEXTYPES" },
    environmental: commented,
  },
  "text-search-template": { semantic: { init: "INIT", lexize: "LEXIZE" }, environmental: commented },
  "text-search-dictionary": {
    semantic: { template: "TEMPLATE", options: "its options" },
    environmental: owned,
  },
  "text-search-configuration": {
    semantic: { parser: "PARSER", mappings: "for each kind of token, the dictionaries in their order" },
    environmental: owned,
  },
  "foreign-data-wrapper": {
    semantic: { handler: "HANDLER", validator: "VALIDATOR", serverOptions: "OPTIONS; secrets are redacted" },
    environmental: granted,
  },
  "foreign-server": {
    semantic: {
      wrapper: "FOREIGN DATA WRAPPER",
      type: "TYPE",
      version: "VERSION",
      serverOptions: "OPTIONS; secrets are redacted",
    },
    environmental: granted,
  },
  "user-mapping": {
    semantic: {},
    environmental: { serverOptions: "OPTIONS, for whom they are not hidden; secrets are redacted" },
    wholly: true,
  },
  "event-trigger": {
    semantic: {
      event: "ON",
      tags: "WHEN TAG IN",
      function: "EXECUTE FUNCTION",
      enabled: "enabled, disabled, replica, always",
    },
    environmental: owned,
  },
  publication: {
    semantic: {
      allTables: "FOR ALL TABLES",
      actions: "publish",
      viaRoot: "publish_via_partition_root",
      generated: "publish_generated_columns (from 18)",
    },
    environmental: owned,
  },
  "publication-table": {
    semantic: { columns: "the columns (from 15)", rows: "WHERE (from 15)" },
    environmental: {},
  },
  "publication-schema": { semantic: {}, environmental: {} },
  subscription: {
    semantic: {
      publications: "PUBLICATION",
      binary: "binary (from 14)",
      stream: "streaming (from 14)",
      synchronousCommit: "synchronous_commit (from 14)",
      twoPhase: "two_phase (from 15)",
      disableOnError: "disable_on_error (from 15)",
      origin: "origin (from 16)",
      passwordRequired: "password_required (from 16)",
      runAsOwner: "run_as_owner (from 16)",
      failover: "failover (from 17)",
    },
    environmental: { ...owned, enabled: "no, where it is switched off", slot: "slot_name" },
  },
  "default-privileges": { semantic: {}, environmental: { grants: "ALTER DEFAULT PRIVILEGES" }, wholly: true },
};
