import { address } from "./dependencies.ts";
import { normalForm } from "./normal-form.ts";
import { type Describer, definitionOf, environmentOf, list, ofRelation, text, unusual } from "./row.ts";

const enabledStates: Readonly<Record<string, string>> = {
  O: "enabled",
  D: "disabled",
  R: "replica",
  A: "always",
};

export const triggers: Describer = (row, names) =>
  ofRelation(row, names, () => {
    const definition = definitionOf(row);
    const attributes = { ...definition.attributes, enabled: enabledStates[text(row["enabled"])] ?? "" };
    const at = address("trigger", row["oid"]);
    const environment = environmentOf(row);
    return { kind: "trigger", attributes, environment, ...definition.object, address: at };
  });

export const rules: Describer = (row, names) =>
  ofRelation(row, names, () => {
    const definition = row["definition"] === null ? undefined : normalForm(text(row["definition"]));
    const attributes = unusual({ definition, enabled: enabledStates[text(row["enabled"])] });
    const text_ = definition === undefined ? { unreadable: true as const } : { definition };
    return {
      kind: "rule",
      attributes,
      environment: environmentOf(row),
      address: address("rewrite", row["oid"]),
      ...text_,
    };
  });

export const policies: Describer = (row, names) =>
  ofRelation(row, names, () => ({
    kind: "policy",
    attributes: unusual({
      command: text(row["command"]),
      permissive: row["permissive"] === true,
      roles: list(row["roles"])?.toSorted(),
      using: normalForm(text(row["using"])),
      check: normalForm(text(row["check"])),
    }),
    environment: environmentOf(row),
    definition: `FOR ${text(row["command"])} USING (${text(row["using"])}) WITH CHECK (${text(row["check"])})`,
    address: address("policy", row["oid"]),
    ...(row["blocked"] === true && { unreadable: true as const }),
  }));
