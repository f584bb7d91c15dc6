import {
  definitionOf,
  enabledStates,
  environmentOf,
  list,
  ofRelation,
  sorted,
  text,
  unusual,
  yes,
} from "../content.ts";
import {
  comment,
  commentOf,
  extensionsOf,
  goesWith,
  isBlocked,
  notOfExtension,
  readsBlocked,
  userSchema,
} from "../expressions.ts";
import type { Family } from "../family.ts";
import { normalForm } from "../normal-form.ts";

const ofTable = `JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace`;
const ours = `${userSchema("n")} AND ${notOfExtension("pg_class", "c.oid")}`;

/**
 * Triggers. Those which the server makes on the partitions of a table are told only where they are not in the state of
 * the trigger that they come from; before version 15 they count as internal.
 */
export const triggers = (major: number): Family => ({
  name: "triggers",
  catalog: "pg_trigger",
  own: { oid: "g.oid", relation: "g.tgrelid", name: "g.tgname" },
  content: {
    definition: `CASE WHEN NOT ${isBlocked("c.oid")} THEN pg_catalog.pg_get_triggerdef(g.oid) END`,
    enabled: "g.tgenabled",
    parent: "pg.tgname",
    goesWith: goesWith,
    comment,
  },
  from: `FROM pg_catalog.pg_trigger g JOIN pg_catalog.pg_class c ON c.oid = g.tgrelid ${ofTable}
    LEFT JOIN pg_catalog.pg_trigger pg ON pg.oid = g.tgparentid AND g.tgparentid <> 0
    ${commentOf("pg_trigger", "g.oid")}
    ${extensionsOf("pg_trigger", "g.oid")}
   WHERE ${major >= 15 ? "NOT g.tgisinternal" : "(NOT g.tgisinternal OR (g.tgparentid <> 0 AND g.tgconstraint = 0))"}
     AND (g.tgparentid = 0 OR g.tgenabled <> pg.tgenabled) AND ${ours}`,
  blocked: true,
  scope: { catalog: "pg_class", oid: "g.tgrelid", own: "relation" },
  describe: (row) => {
    const definition = definitionOf(row);
    return {
      attributes: {
        ...definition.attributes,
        enabled: enabledStates[text(row["enabled"])] ?? "",
        ...unusual({ parent: row["parent"], goesWithExtensions: list(row["goesWith"]) }),
      },
      environment: environmentOf(row),
      ...definition.object,
    };
  },
  place: (own, _content, names) => ofRelation("trigger", own, names),
});

export const rules: Family = {
  name: "rules",
  catalog: "pg_rewrite",
  own: { oid: "r.oid", relation: "r.ev_class", name: "r.rulename" },
  content: {
    definition: `CASE WHEN NOT ${isBlocked("c.oid")} THEN pg_catalog.pg_get_ruledef(r.oid) END`,
    enabled: "r.ev_enabled",
    comment,
  },
  from: `FROM pg_catalog.pg_rewrite r JOIN pg_catalog.pg_class c ON c.oid = r.ev_class ${ofTable}
    ${commentOf("pg_rewrite", "r.oid")}
   WHERE r.rulename <> '_RETURN' AND ${ours}`,
  blocked: true,
  scope: { catalog: "pg_class", oid: "r.ev_class", own: "relation" },
  describe: (row) => {
    const definition = definitionOf(row);
    return {
      attributes: { ...definition.attributes, enabled: enabledStates[text(row["enabled"])] ?? "" },
      environment: environmentOf(row),
      ...definition.object,
    };
  },
  place: (own, _content, names) => ofRelation("rule", own, names),
};

const policyBlocked = `(${isBlocked("c.oid")} OR ${readsBlocked("pg_policy", "o.oid")})`;

export const policies: Family = {
  name: "policies",
  catalog: "pg_policy",
  own: { oid: "o.oid", relation: "o.polrelid", name: "o.polname" },
  content: {
    command: "o.polcmd",
    permissive: "o.polpermissive",
    roles: `(SELECT pg_catalog.json_agg(CASE WHEN u = 0 THEN 'public' ELSE pg_catalog.pg_get_userbyid(u)::text END) FROM pg_catalog.unnest(o.polroles) u)`,
    blocked: policyBlocked,
    using: `CASE WHEN NOT ${policyBlocked} THEN pg_catalog.pg_get_expr(o.polqual, o.polrelid) END`,
    check: `CASE WHEN NOT ${policyBlocked} THEN pg_catalog.pg_get_expr(o.polwithcheck, o.polrelid) END`,
    comment,
  },
  from: `FROM pg_catalog.pg_policy o JOIN pg_catalog.pg_class c ON c.oid = o.polrelid ${ofTable}
    ${commentOf("pg_policy", "o.oid")}
   WHERE ${ours}`,
  blocked: true,
  scope: { catalog: "pg_class", oid: "o.polrelid", own: "relation" },
  describe: (row) => ({
    attributes: unusual({
      command: text(row["command"]),
      permissive: yes(row["permissive"]),
      roles: sorted(row["roles"]),
      using: normalForm(text(row["using"])),
      check: normalForm(text(row["check"])),
    }),
    environment: environmentOf(row),
    definition: `FOR ${text(row["command"])} USING (${text(row["using"])}) WITH CHECK (${text(row["check"])})`,
    ...(yes(row["blocked"]) && { unreadable: true as const }),
  }),
  place: (own, _content, names) => ofRelation("policy", own, names),
};
