import { objectKey, type SchemaObject } from "../../../schema/object.ts";
import type { Snapshot } from "../../../schema/snapshot.ts";
import { dotted, quoteIdentifier } from "../../../sql/identifier.ts";
import type { ScratchSession } from "../../engine.ts";

/** How an object is made once more, beside itself. */
interface Again {
  readonly sql: string;
  /** The key of what the statement makes or changes. */
  readonly key: string;
  /** Name of the copy, and the name which stands for it in the copy's text. */
  readonly names?: readonly [copy: string, original: string];
}

/**
 * Lets the server read its own definitions and print them again, in a transaction that is rolled back. What a dump
 * and a restore would make of a text is seen so, whatever the text.
 *
 * Objects whose text cannot be read again beside themselves are left out.
 */
export async function reprint(
  session: Pick<ScratchSession, "script" | "snapshot">,
  objects: readonly SchemaObject[],
): Promise<Map<string, SchemaObject["attributes"]>> {
  const printed = new Map<string, SchemaObject["attributes"]>();
  if (objects.length === 0 || (await session.script("BEGIN")) !== undefined) return printed;
  try {
    const made: { object: SchemaObject; again: Again }[] = [];
    for (const [index, object] of objects.entries()) {
      const again = makeAgain(object, `godwit_reprint_${index}`);
      if (again === undefined) continue;
      await session.script("SAVEPOINT again");
      const error = await session.script(again.sql);
      await session.script(error === undefined ? "RELEASE SAVEPOINT again" : "ROLLBACK TO SAVEPOINT again");
      if (error === undefined) made.push({ object, again });
    }
    const snapshot = await session.snapshot({ inTransaction: true });
    for (const { object, again } of made) {
      const attributes = changedAttributes(object, again, snapshot);
      if (attributes !== undefined) printed.set(objectKey(object), attributes);
    }
    return printed;
  } finally {
    await session.script("ROLLBACK");
  }
}

function makeAgain(object: SchemaObject, copy: string): Again | undefined {
  const { kind, schema, relation, name, attributes, identity } = object;
  const text = (attribute: string) => String(attributes[attribute] ?? "");
  const table = quoteIdentifier(schema) + (relation === undefined ? "" : `.${quoteIdentifier(relation)}`);
  const partOf = (part: string) => `${dotted(schema, relation ?? "")}.${part}`;
  switch (kind) {
    case "constraint":
      if (text("type") !== "check") return undefined;
      return {
        sql: `ALTER TABLE ${table} ADD CONSTRAINT ${copy} ${text("definition")} NOT VALID`,
        key: `constraint ${partOf(copy)}`,
      };
    case "index":
    case "trigger": {
      const head = kind === "index" ? /^(CREATE (?:UNIQUE )?INDEX )/ : /^(CREATE (?:CONSTRAINT )?TRIGGER )/;
      const quoted = dotted(name);
      const [create] = head.exec(text("definition")) ?? [];
      if (create === undefined) return undefined;
      const rest = text("definition").slice(create.length);
      const own = [quoted, quoteIdentifier(name)].find((form) => rest.startsWith(`${form} `));
      if (own === undefined) return undefined;
      const key = kind === "index" ? `index ${dotted(schema, copy)}` : `trigger ${partOf(copy)}`;
      return {
        sql: `${create}${copy}${rest.slice(own.length)}`,
        key,
        names: [`${create}${copy}`, `${create}${own}`],
      };
    }
    case "view":
    case "materialized-view":
      return {
        sql: `CREATE VIEW ${quoteIdentifier(schema)}.${copy} AS ${text("definition")}`,
        key: `view ${dotted(schema, copy)}`,
      };
    case "column": {
      if (text("default") === "") return undefined;
      const column = quoteIdentifier(name);
      if (text("generated") === "") {
        const sql = `ALTER TABLE ${table} ALTER COLUMN ${column} SET DEFAULT ${text("default")}`;
        return { sql, key: `column ${identity}` };
      }
      const sql = `ALTER TABLE ${table} ADD COLUMN ${copy} ${text("type")} GENERATED ALWAYS AS (${text("default")}) STORED`;
      return { sql, key: `column ${partOf(copy)}` };
    }
    case "function":
      return /^CREATE OR REPLACE /.test(text("definition"))
        ? { sql: text("definition"), key: `function ${identity}` }
        : undefined;
    case "policy": {
      const using = text("using") && ` USING (${text("using")})`;
      const check = text("check") && ` WITH CHECK (${text("check")})`;
      const sql = `CREATE POLICY ${copy} ON ${table} FOR ${commands[text("command")] ?? "ALL"}${using}${check}`;
      return { sql, key: `policy ${partOf(copy)}` };
    }
    default:
      return undefined;
  }
}

/** pg_policy.polcmd: https://www.postgresql.org/docs/current/catalog-pg-policy.html */
const commands: Readonly<Record<string, string>> = {
  "*": "ALL",
  r: "SELECT",
  a: "INSERT",
  w: "UPDATE",
  d: "DELETE",
};

const texts = ["definition", "default", "using", "check"] as const;

function changedAttributes(
  object: SchemaObject,
  { key, names }: Again,
  snapshot: Snapshot,
): SchemaObject["attributes"] | undefined {
  const copy = snapshot.objects.get(key);
  if (copy === undefined) return undefined;
  const changed: Record<string, string> = {};
  for (const attribute of texts) {
    const before = object.attributes[attribute];
    const after = copy.attributes[attribute];
    if (typeof before !== "string" || typeof after !== "string") continue;
    const renamed = names && after.startsWith(names[0]) ? names[1] + after.slice(names[0].length) : after;
    if (renamed !== before) changed[attribute] = renamed;
  }
  return Object.keys(changed).length > 0 ? changed : undefined;
}
