import type { Demand, TableName } from "../../engines/demand.ts";
import type { Snapshot } from "../../schema/snapshot.ts";
import { dotted, ownersOf, splitDotted } from "../../sql/identifier.ts";
import { type Change, exists, factKey, factParts } from "../../timeline/facts.ts";
import { changesValues, isAdded, isMadeAnew, makesEmpty, usingOf } from "./clauses.ts";

/** What a step asks of rows. */
interface ComingDemand {
  readonly object: string;
  readonly demand: Demand;
  /** The object which it makes is there, in some form: it is refused for that, or passes over it. */
  readonly isThere: boolean;
}

/** The schema as it is, and as the statements that come will have made it. */
export class Coming {
  readonly #snapshot: Snapshot;
  readonly #facts = new Map<string, string | undefined>();
  readonly #made = new Set<string>();
  readonly #gone = new Set<string>();
  /** Columns that were not there under another name. */
  readonly #added = new Set<string>();
  /** Columns that had a default once: it filled the rows which were there, even if it is gone again. */
  readonly #filled = new Set<string>();

  /** Tables that were not there, and that were made without anything in them. */
  readonly #empty = new Set<string>();

  constructor(snapshot: Snapshot) {
    this.#snapshot = snapshot;
  }

  apply(changes: readonly Change[], text: string | undefined): void {
    for (const [key, value] of changes) {
      this.#facts.set(key, value);
      const [object, attribute] = factParts(key);
      if (filling.has(attribute) && value !== undefined && value !== "") this.#filled.add(object);
      if (attribute !== "") continue;
      if (value === undefined) this.#gone.add(object);
      else this.#made.add(object);
      // Another name of a column that was there is no new column.
      if (value !== undefined && text !== undefined && isAdded(text, lastPart(object)))
        this.#added.add(object);
      if (object.startsWith("table ")) this.#tellEmpty(object, value, text);
    }
  }

  /** Where the text is not given, what may be empty is. */
  #tellEmpty(table: string, value: string | undefined, text: string | undefined): void {
    const isNew = value !== undefined && !this.#snapshot.objects.has(table) && !this.#gone.has(table);
    if (isNew && (text === undefined || makesEmpty(text, lastPart(table)))) this.#empty.add(table);
    else this.#empty.delete(table);
  }

  /** @param text of the statement, or of the file; undefined: what it may ask for is told, whatever it says */
  demandsOf(changes: readonly Change[], text: string | undefined): ComingDemand[] {
    const now = new Map(changes);
    const objects = new Set(changes.map(([key]) => wholeOf(factParts(key)[0])));
    return [...objects].flatMap((object) => {
      if (object.startsWith("enum ")) return this.#ofEnum(object, now, text);
      const demand = this.#demandOf(object, now, text);
      const isMade = now.get(factKey(object, "")) === exists;
      const isThere = isMade && this.#snapshot.objects.has(object) && !this.#gone.has(object);
      return demand === undefined ? [] : [{ object, demand, isThere }];
    });
  }

  #demandOf(
    object: string,
    now: ReadonlyMap<string, string | undefined>,
    text: string | undefined,
  ): Demand | undefined {
    const of = (attribute: string) => now.get(factKey(object, attribute));
    // Told of the table from which it is inherited, whose rows are those of all.
    if ((of("inherited") ?? this.#actual(object, "inherited")) !== undefined) return undefined;
    if (object.startsWith("column ")) return this.#ofColumn(object, of, now, text);
    if (object.startsWith("constraint ")) {
      // One that is dropped and added under the same name is there before and after.
      const isMade = of("") === exists || of("definition") !== undefined;
      const validated = of("validated") ?? this.#actual(object, "validated");
      const proven = isMade ? validated !== "false" : of("validated") === "true";
      const definition = of("definition") ?? this.#actual(object, "definition");
      const table = this.#tableOf(object, 1);
      if (!proven || definition === undefined || table === undefined) return undefined;
      const kind = kinds[of("type") ?? this.#actual(object, "type") ?? ""];
      return kind && this.#ofDefinition({ kind, table, definition }, text);
    }
    const definition = of("definition");
    if (!object.startsWith("index ") || !definition?.startsWith("CREATE UNIQUE INDEX ")) return undefined;
    const table = tableOfIndex(definition);
    return table && this.#ofDefinition({ kind: "unique", table, definition }, text);
  }

  /** Only where its names mean now what they will mean then: of a table none of whose columns goes or gets another name. */
  #ofDefinition(
    demand: Extract<Demand, { definition: string }>,
    text: string | undefined,
  ): Demand | undefined {
    if (text !== undefined && changesValues(text)) return undefined;
    const { schema, name } = demand.table;
    const columns = `column ${dotted(schema, name)}.`;
    for (const object of this.#gone) if (object.startsWith(columns)) return undefined;
    if (demand.kind !== "foreign-key") return this.#there(demand);
    const target = this.#emptyTargetOf(demand);
    for (const object of [...this.#gone, ...this.#made])
      if (isNamedBy(demand, object) && !(target !== undefined && isPartOf(object, target))) return undefined;
    return this.#there(target === undefined ? demand : { ...demand, toEmpty: true });
  }

  /** The table to which a key points, where that is made by what comes and nothing has been written to it. */
  #emptyTargetOf({ definition }: Extract<Demand, { definition: string }>): string | undefined {
    const [, target, ...more] = definition.split(" REFERENCES ");
    if (target === undefined || more.length > 0) return undefined;
    const [schema = "", name = ""] = splitDotted(target).parts;
    const identity = dotted(schema, name);
    // Code of somebody's that answers to statements may write to what they make.
    const isAnswered = [...this.#snapshot.objects.values()].some(({ kind }) => kind === "event-trigger");
    return this.#empty.has(`table ${identity}`) && !isAnswered ? identity : undefined;
  }

  /** An enum that is there, and loses values: those of a column must all be among what is left. */
  #ofEnum(
    object: string,
    now: ReadonlyMap<string, string | undefined>,
    text: string | undefined,
  ): ComingDemand[] {
    const type = object.slice("enum ".length);
    if (now.has(factKey(object, "")) || this.#made.has(object)) return [];
    const labels = this.#labelsOf(type, now);
    if (labels === undefined) return [];
    return [...this.#snapshot.objects].flatMap(([key, { kind, schema, relation, name, attributes }]) => {
      if (kind !== "column" || attributes["type"] !== type || relation === undefined) return [];
      const using = text === undefined ? undefined : usingOf(text, name);
      if (using === null) return [];
      const asked = {
        kind: "type",
        table: { schema, name: relation },
        column: name,
        from: type,
        to: type,
      } as const;
      const demand = this.#there({ ...asked, ...(using !== undefined && { using }), labels });
      return demand === undefined ? [] : [{ object: key, demand, isThere: false }];
    });
  }

  #ofColumn(
    object: string,
    of: (attribute: string) => string | undefined,
    now: ReadonlyMap<string, string | undefined>,
    text: string | undefined,
  ): Demand | undefined {
    const table = this.#tableOf(object, 1);
    const { parts } = splitDotted(object.slice("column ".length));
    const column = parts.at(-1);
    if (table === undefined || column === undefined) return undefined;
    const anew = text !== undefined && isMadeAnew(text, column);
    if (of("") === exists || anew) {
      if (text !== undefined && !isAdded(text, column)) return undefined;
      // ADD COLUMN IF NOT EXISTS passes over one that is there.
      if (!anew && this.#snapshot.objects.has(object)) return undefined;
      const after = (attribute: string) =>
        of(attribute) ?? (anew ? this.#actual(object, attribute) : undefined) ?? "";
      const given = [...filling].some((attribute) => after(attribute) !== "");
      const required = after("notNull") === "true" && !given && !this.#isDomain(after("type"));
      return required ? this.#there({ kind: "no-rows", table, column }) : undefined;
    }
    if (this.#gone.has(object)) return undefined;
    if (of("notNull") === "true") {
      if (text !== undefined && changesValues(text)) return undefined;
      // A column of a statement before has no value but those which something gave it.
      if (!this.#made.has(object)) return this.#there({ kind: "not-null", table, column });
      const isEmpty = this.#added.has(object) && !this.#filled.has(object);
      return isEmpty ? this.#there({ kind: "no-rows", table, column }) : undefined;
    }
    const [from, to] = [this.#actual(object, "type"), of("type")];
    if (to === undefined || from === undefined || this.#made.has(object)) return undefined;
    const using = text === undefined ? undefined : usingOf(text, column);
    if (using === null) return undefined;
    const labels = this.#labelsOf(to, now);
    return this.#there({
      kind: "type",
      table,
      column,
      from,
      to,
      ...(using !== undefined && { using }),
      ...(labels !== undefined && { labels }),
    });
  }

  /** What the fact is after all that was applied so far. */
  #actual(object: string, attribute: string): string | undefined {
    const key = factKey(object, attribute);
    if (this.#facts.has(key)) return this.#facts.get(key);
    const value = this.#snapshot.objects.get(object)?.attributes[attribute];
    if (value === undefined) return undefined;
    return typeof value === "string" ? value : JSON.stringify(value);
  }

  /** Only of a table that is there, and that nothing which comes makes, drops or renames. */
  #there(demand: Demand): Demand | undefined {
    const { schema, name } = demand.table;
    for (const object of this.#snapshot.objects.values()) {
      if (object.kind !== "table" || object.schema !== schema || object.name !== name) continue;
      // Told of the whole of which it is a part.
      if (object.attributes["partitionBound"] !== undefined) return undefined;
      // Nobody holds the rows of a foreign table to anything, and to read them is to ask another server.
      if (object.attributes["server"] !== undefined) return undefined;
      const key = `table ${object.identity}`;
      return this.#made.has(key) || this.#gone.has(key) ? undefined : demand;
    }
    return undefined;
  }

  #tableOf(object: string, last: number): TableName | undefined {
    const { parts } = splitDotted(object.slice(object.indexOf(" ") + 1));
    const [schema, name, ...rest] = parts;
    return schema === undefined || name === undefined || rest.length !== last ? undefined : { schema, name };
  }

  #isDomain(type: string): boolean {
    const key = `domain ${type}`;
    return this.#snapshot.objects.has(key) || this.#made.has(key);
  }

  /** The values of an enum, which is there or comes; undefined: it is none. */
  #labelsOf(type: string, now: ReadonlyMap<string, string | undefined>): string[] | undefined {
    const enumKey = `enum ${type}`;
    if (
      !this.#snapshot.objects.has(enumKey) &&
      !this.#made.has(enumKey) &&
      now.get(factKey(enumKey, "")) !== exists
    )
      return undefined;
    const labels = new Set<string>();
    const prefix = `enum-value ${type}.`;
    for (const { kind, identity, name } of this.#snapshot.objects.values())
      if (kind === "enum-value" && `enum-value ${identity}`.startsWith(prefix)) labels.add(name);
    for (const [key, value] of [...this.#facts, ...now]) {
      const [object, attribute] = factParts(key);
      if (attribute !== "" || !object.startsWith(prefix)) continue;
      const label = splitDotted(object.slice("enum-value ".length)).parts.at(-1) ?? "";
      if (value === undefined) labels.delete(label);
      else labels.add(label);
    }
    return [...labels].sort();
  }
}

/** A table or column that a foreign key may name: of the table itself, or of the one to which it points. */
function isNamedBy({ table, definition }: Extract<Demand, { definition: string }>, object: string): boolean {
  if (!/^(?:table|column) /.test(object) || !definition.includes(lastPart(object))) return false;
  const [, of = ""] = splitDotted(object.slice(object.indexOf(" ") + 1)).parts;
  return of === table.name || definition.includes(of);
}

/** The table itself, or one of its columns. */
function isPartOf(object: string, table: string): boolean {
  return object === `table ${table}` || object.startsWith(`column ${table}.`);
}

function lastPart(object: string): string {
  return splitDotted(object.slice(object.indexOf(" ") + 1)).parts.at(-1) ?? "";
}

/** A value of an enum is asked about with the enum. */
function wholeOf(object: string): string {
  if (!object.startsWith("enum-value ")) return object;
  return `enum ${ownersOf(object.slice("enum-value ".length))[1] ?? ""}`;
}

/** Attributes of a column that give the rows which are there a value. */
const filling: ReadonlySet<string> = new Set(["default", "identity", "generated"]);

const kinds: Readonly<Record<string, "unique" | "foreign-key" | "check" | "exclusion">> = {
  "primary key": "unique",
  unique: "unique",
  "foreign key": "foreign-key",
  check: "check",
  exclude: "exclusion",
};

function tableOfIndex(definition: string): TableName | undefined {
  const found = /^CREATE UNIQUE INDEX (?:"(?:[^"]|"")*"|\S+) ON (?:ONLY )?/.exec(definition);
  if (found === null) return undefined;
  const { parts } = splitDotted(definition.slice(found[0].length));
  const [schema, name] = parts;
  return schema === undefined || name === undefined ? undefined : { schema, name };
}
