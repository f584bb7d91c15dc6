import { dotted } from "../../../sql/identifier.ts";
import { address } from "./dependencies.ts";
import { normalForm } from "./normal-form.ts";
import { type Describer, definitionOf, environmentOf, list, ofRelation, text, unusual } from "./row.ts";

const relationKinds = {
  r: "table",
  p: "table",
  f: "table",
  v: "view",
  m: "materialized-view",
  S: "sequence",
} as const;

export const relations: Describer = (row, names) => {
  const kind = relationKinds[text(row["kind"]) as keyof typeof relationKinds];
  const schema = text(row["schema"]);
  const name = text(row["name"]);
  const base = {
    kind,
    schema,
    name,
    path: [schema, name],
    address: address("class", row["oid"]),
    ...(kind !== "sequence" && { relation: name }),
  };
  const printed = kind !== "table" || text(row["kind"]) === "p" || row["partition"] === true;
  const hidden = row["blocked"] === true && kind !== "sequence" && printed;
  if (kind === "sequence") {
    const [owning] = list(row["ownedBy"]) ?? [];
    const [table] = owning?.split("/") ?? [];
    const owner = names.relation(table);
    const attributes = {
      type: text(row["sequenceType"]),
      start: text(row["start"]),
      increment: text(row["increment"]),
      minimum: text(row["minimum"]),
      maximum: text(row["maximum"]),
      cycle: row["cycle"] === true,
      ownedBy: owner ? dotted(owner.schema, owner.name) : "",
    };
    return [{ ...base, attributes, environment: environmentOf(row) }];
  }
  const definition = row["definition"] === null ? undefined : normalForm(text(row["definition"]));
  const attributes = unusual({
    definition,
    partitioned: text(row["kind"]) === "p",
    foreign: text(row["kind"]) === "f",
    partitionKey: normalForm(text(row["partitionKey"])),
    partitionBound: normalForm(text(row["partitionBound"])),
    parents: list(row["parents"])?.map((oid) => {
      const parent = names.relation(oid);
      return parent ? dotted(parent.schema, parent.name) : oid;
    }),
    unlogged: text(row["persistence"]) === "u",
    rowSecurity: row["rowSecurity"] === true,
    forceRowSecurity: row["forceRowSecurity"] === true,
    options: list(row["options"])?.toSorted(),
  });
  return [
    {
      ...base,
      attributes,
      environment: environmentOf(row),
      ...(definition !== undefined && { definition }),
      ...(hidden && { unreadable: true as const }),
    },
  ];
};

const identities: Readonly<Record<string, string>> = { a: "always", d: "by default" };
const generations: Readonly<Record<string, string>> = { s: "stored", v: "virtual" };

export const columns: Describer = (row, names) =>
  ofRelation(row, names, () => {
    const generated = generations[text(row["generated"])] ?? "";
    const expression = normalForm(text(row["expression"]));
    const attributes = {
      type: text(row["type"]),
      notNull: row["notNull"] === true,
      default: expression,
      identity: identities[text(row["identity"])] ?? "",
      generated,
      collation: text(row["collation"]),
    };
    const clauses = [
      attributes.type,
      attributes.collation && `COLLATE ${attributes.collation}`,
      generated && `GENERATED ALWAYS AS (${expression}) ${generated.toUpperCase()}`,
      !generated && expression && `DEFAULT ${expression}`,
      attributes.identity && `GENERATED ${attributes.identity.toUpperCase()} AS IDENTITY`,
      attributes.notNull && "NOT NULL",
    ];
    return {
      kind: "column",
      attributes,
      environment: { ...environmentOf(row), position: Number(row["position"]) },
      definition: clauses.filter(Boolean).join(" "),
      address: address("class", row["relation"], row["position"]),
      ...(row["blocked"] === true && { unreadable: true as const }),
    };
  });

const constraintKinds: Readonly<Record<string, string>> = {
  p: "primary key",
  u: "unique",
  x: "exclude",
  f: "foreign key",
  c: "check",
};

export const constraints: Describer = (row, names) => {
  const definition = definitionOf(row, / NOT VALID$/);
  const common = {
    kind: "constraint" as const,
    attributes: {
      type: constraintKinds[text(row["kind"])] ?? "",
      ...definition.attributes,
      validated: row["validated"] === true,
      valid: row["valid"] === true,
    },
    environment: environmentOf(row),
    ...definition.object,
    address: address("constraint", row["oid"]),
  };
  const domain = names.type(row["type"]);
  if (domain === undefined) return ofRelation(row, names, () => common);
  const name = text(row["name"]);
  return [
    {
      ...common,
      schema: domain.schema,
      relation: domain.name,
      name,
      path: [domain.schema, domain.name, name],
    },
  ];
};

export const indexes: Describer = (row, names) => {
  const relation = names.relation(row["relation"]);
  if (relation === undefined) return [];
  const schema = text(row["schema"]);
  const name = text(row["name"]);
  const definition = definitionOf(row);
  const attributes = {
    ...definition.attributes,
    valid: row["valid"] === true,
    ...unusual({ replicaIdentity: row["replicaIdentity"] === true }),
  };
  const place = { schema, name, path: [schema, name], relation: relation.name };
  const at = address("class", row["oid"]);
  const environment = environmentOf(row);
  return [{ kind: "index", ...place, attributes, environment, ...definition.object, address: at }];
};
