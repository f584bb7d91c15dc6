import { address } from "./dependencies.ts";
import type { Described } from "./described.ts";
import { normalForm } from "./normal-form.ts";
import { type Describer, environmentOf, list, text } from "./row.ts";

export const types: Describer = (row) => {
  const schema = text(row["schema"]);
  const name = text(row["name"]);
  const at = address("type", row["oid"]);
  const base = { schema, name, path: [schema, name], environment: environmentOf(row), address: at };
  const parts = list(row["parts"]) ?? [];
  if (text(row["kind"]) === "e") {
    const values = parts.map((label, i): Described => {
      const path = [schema, name, label];
      const attributes = { after: parts[i - 1] ?? "" };
      const place = { schema, relation: name, name: label, path, address: `${at}/${label}` };
      return { kind: "enum-value", ...place, attributes, environment: {} };
    });
    return [{ kind: "enum", ...base, attributes: {}, definition: parts.join(", ") }, ...values];
  }
  if (text(row["kind"]) === "d") {
    const attributes = {
      base: text(row["base"]),
      notNull: row["notNull"] === true,
      default: normalForm(text(row["default"])),
    };
    return [{ kind: "domain", ...base, attributes, definition: attributes.base }];
  }
  return [
    { kind: "type", ...base, attributes: { kind: text(row["kind"]), parts }, definition: parts.join(", ") },
  ];
};

export const functions: Describer = (row) => {
  const schema = text(row["schema"]);
  const name = text(row["name"]);
  const hidden = row["definition"] === null && row["aggregate"] === null;
  const definition = normalForm(text(row["definition"] ?? row["aggregate"]));
  return [
    {
      kind: "function",
      schema,
      name,
      path: [schema, name],
      suffix: `(${text(row["arguments"])})`,
      attributes: hidden ? {} : { definition },
      environment: environmentOf(row),
      address: address("proc", row["oid"]),
      ...(hidden ? { unreadable: true as const } : { definition }),
    },
  ];
};

export const schemas: Describer = (row) => {
  const name = text(row["name"]);
  const place = { schema: name, name, path: [name], address: address("namespace", row["oid"]) };
  return [{ kind: "schema", ...place, attributes: {}, environment: environmentOf(row), shared: true }];
};

export const extensions: Describer = (row) => {
  const name = text(row["name"]);
  const environment = { version: text(row["version"]), schema: text(row["schema"]) };
  const place = {
    schema: text(row["schema"]),
    name,
    path: [name],
    address: address("extension", row["oid"]),
  };
  return [{ kind: "extension", ...place, attributes: {}, environment, shared: true }];
};
