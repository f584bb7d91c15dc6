import { environmentOf, inDatabase, text, unusual } from "../content.ts";
import { comment, commentOf, functionName, grants, notOfExtension, userName } from "../expressions.ts";
import type { Family } from "../family.ts";
import { redacted } from "./relations.ts";

export const foreignDataWrappers: Family = {
  name: "foreign-data-wrappers",
  catalog: "pg_foreign_data_wrapper",
  own: { oid: "w.oid", name: "w.fdwname" },
  content: {
    handler: functionName("w.fdwhandler"),
    validator: functionName("w.fdwvalidator"),
    serverOptions: "pg_catalog.to_json(w.fdwoptions)",
    owner: userName("w.fdwowner"),
    grants: grants("w.fdwacl", "F", "w.fdwowner"),
    comment,
  },
  from: `FROM pg_catalog.pg_foreign_data_wrapper w ${commentOf("pg_foreign_data_wrapper", "w.oid")}
   WHERE w.oid >= 16384 AND ${notOfExtension("pg_foreign_data_wrapper", "w.oid")}`,
  describe: ({ handler = null, validator = null, serverOptions = null, ...row }) => ({
    attributes: unusual({ handler, validator, serverOptions: redacted(serverOptions) }),
    environment: environmentOf(row),
  }),
  place: (own) => inDatabase("foreign-data-wrapper", own),
};

export const foreignServers: Family = {
  name: "foreign-servers",
  catalog: "pg_foreign_server",
  own: { oid: "s.oid", name: "s.srvname" },
  content: {
    wrapper: "w.fdwname",
    type: "s.srvtype",
    version: "s.srvversion",
    serverOptions: "pg_catalog.to_json(s.srvoptions)",
    owner: userName("s.srvowner"),
    grants: grants("s.srvacl", "S", "s.srvowner"),
    comment,
  },
  from: `FROM pg_catalog.pg_foreign_server s JOIN pg_catalog.pg_foreign_data_wrapper w ON w.oid = s.srvfdw
    ${commentOf("pg_foreign_server", "s.oid")}
   WHERE s.oid >= 16384 AND ${notOfExtension("pg_foreign_server", "s.oid")}`,
  describe: ({ wrapper = null, type = null, version = null, serverOptions = null, ...row }) => ({
    attributes: unusual({ wrapper, type, version, serverOptions: redacted(serverOptions) }),
    environment: environmentOf(row),
  }),
  place: (own) => inDatabase("foreign-server", own),
};

/** As whom a role is known to a foreign server: roles are the server's, not the schema's. The view hides options from whom they do not concern. */
export const userMappings: Family = {
  name: "user-mappings",
  catalog: "pg_user_mapping",
  own: { oid: "u.umid", user: "CASE WHEN u.umuser = 0 THEN 'public' ELSE u.usename END", name: "u.srvname" },
  content: { serverOptions: "pg_catalog.to_json(u.umoptions)" },
  from: `FROM pg_catalog.pg_user_mappings u WHERE ${notOfExtension("pg_user_mapping", "u.umid")}`,
  describe: ({ serverOptions = null }) => ({
    attributes: {},
    environment: unusual({ serverOptions: redacted(serverOptions) }),
  }),
  place: (own) => {
    const [user, server] = [text(own["user"]), text(own["name"])];
    return [{ kind: "user-mapping", schema: "", name: user, path: [server, user], environmental: true }];
  },
};
