import type { AttributeValue, ObjectKind, SchemaObject } from "../../../schema/object.ts";
import { hashOf, type Snapshot, snapshotOfKeyed } from "../../../schema/snapshot.ts";
import { dotted } from "../../../sql/identifier.ts";
import { Addresses, catalogNumber } from "./addresses.ts";
import { dependenciesQuery, familiesOf, queryOf } from "./catalog.ts";
import type { Content, Family, Named, Names, Place, Texts } from "./family.ts";

/** What the server sends for one row: texts in the order of the query's columns. */
export type RawRow = readonly (string | null)[];

/**
 * Executes statements as one message, in one transaction with the settings of the snapshot.
 *
 * @param onRow called for each row, with the number of the statement that it answers
 */
export type ReadRows = (
  statements: readonly string[],
  onRow: (statement: number, row: RawRow) => void,
) => Promise<void>;

/**
 * Reads every object of the database in one round trip.
 *
 * Rows are described as they come and then let go, and equal rows share what describes them: a database of 5,000 tables
 * has a hundred thousand objects, and hardly a thousand different ones.
 *
 * @param major the server's major version
 * @param options.dependencies whether objects are to know what they depend on
 */
export async function readSnapshot(
  read: ReadRows,
  major: number,
  { dependencies }: { dependencies: boolean },
): Promise<Snapshot> {
  const families = familiesOf(major);
  const queries = families.map((family) => queryOf(family));
  // They are the most rows of all, and a replay does not ask for them.
  if (dependencies) queries.push(dependenciesQuery);
  const reading = new Reading(families, dependencies);
  await read(queries, (statement, row) => reading.take(statement, row));
  return reading.snapshot();
}

/** Objects that are shared by all whose content is equal. */
class Contents {
  readonly #family: Family;
  readonly #names: readonly string[];
  readonly #from: number;
  readonly #known = new Map<string, Content>();

  constructor(family: Family) {
    this.#family = family;
    this.#names = Object.keys(family.content);
    this.#from = Object.keys(family.own).length;
  }

  of(row: RawRow): Content {
    // Neither separator can be within a text of the server's.
    let key = "";
    for (let i = this.#from; i < row.length; i++) key += row[i] === null ? "\u0000\u0001" : `${row[i]}\u0000`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const texts: Record<string, string | null> = {};
    for (const [i, name] of this.#names.entries()) texts[name] = row[this.#from + i] ?? null;
    const content = this.#family.describe(texts);
    this.#known.set(key, content);
    return content;
  }
}

const nothing: readonly string[] = [];

/** An object as it was read. The hash is computed when it is asked for: a replay takes hundreds of snapshots. */
class ReadObject implements SchemaObject {
  readonly kind: ObjectKind;
  readonly identity: string;
  readonly schema: string;
  readonly name: string;
  readonly attributes: Readonly<Record<string, AttributeValue>>;
  readonly environment: Readonly<Record<string, AttributeValue>>;
  readonly shared: boolean;
  dependsOn: readonly string[] = nothing;
  declare readonly relation?: string;
  declare readonly definition?: string;
  declare readonly environmental?: true;
  declare readonly unreadable?: true;

  constructor(
    { kind, schema, name, relation, shared, environmental }: Place,
    identity: string,
    content: Content,
  ) {
    this.kind = kind;
    this.identity = identity;
    this.schema = schema;
    this.name = name;
    this.attributes = content.attributes;
    this.environment = content.environment;
    this.shared = shared === true;
    if (relation !== undefined) this.relation = relation;
    if (content.definition !== undefined) this.definition = content.definition;
    if (environmental) this.environmental = true;
    if (content.unreadable) this.unreadable = true;
  }

  get hash(): string {
    return hashOf(this);
  }
}

/** What has come so far. */
class Reading {
  readonly #families: readonly {
    family: Family;
    contents: Contents;
    catalog: number;
    own: readonly string[];
  }[];
  readonly #objects = new Map<string, ReadObject>();
  readonly #relations = new Map<string, Named>();
  readonly #types = new Map<string, Named>();
  readonly #addresses: Addresses | undefined;
  readonly #unreadable: string[] = [];
  readonly #dependsOn = new Map<string, string[]>();
  readonly #names: Names = {
    relation: (oid) => this.#relations.get(oid ?? ""),
    type: (oid) => this.#types.get(oid ?? ""),
  };

  constructor(families: readonly Family[], dependencies: boolean) {
    this.#families = families.map((family) => ({
      family,
      contents: new Contents(family),
      catalog: catalogNumber(family.catalog),
      own: Object.keys(family.own),
    }));
    this.#addresses = dependencies ? new Addresses() : undefined;
  }

  take(statement: number, row: RawRow): void {
    const reader = this.#families[statement];
    if (reader === undefined) {
      this.#depend(row);
      return;
    }
    const { family, contents, catalog, own: names } = reader;
    const own: Record<string, string | null> = {};
    for (let i = 0; i < names.length; i++) own[names[i] as string] = row[i] ?? null;
    const content = contents.of(row);
    for (const place of family.place(own, content, this.#names)) {
      const identity = dotted(...place.path) + (place.suffix ?? "");
      const key = `${place.kind} ${identity}`;
      const object = new ReadObject(place, identity, place.content ?? content);
      this.#objects.set(key, object);
      if (place.part) continue;
      this.#remember(family, own, place);
      if (content.blocked) this.#unreadable.push(identity);
      this.#addresses?.set(catalog, Number(own["oid"]), Number(own["column"] ?? 0), key);
    }
  }

  /** Names of what has parts. */
  #remember({ name }: Family, own: Texts, place: Place): void {
    if (name === "relations") this.#relations.set(own["oid"] ?? "", place);
    if (name === "types") this.#types.set(own["oid"] ?? "", place);
  }

  #depend(row: RawRow): void {
    const [catalog, oid, column, onCatalog, onOid, onColumn] = row.map(Number) as [
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    const from = this.#addresses?.at(catalog, oid, column);
    const to = this.#addresses?.at(onCatalog, onOid, onColumn);
    if (from === undefined || to === undefined || from === to) return;
    const on = this.#dependsOn.get(from);
    if (on === undefined) this.#dependsOn.set(from, [to]);
    else if (!on.includes(to)) on.push(to);
  }

  snapshot(): Snapshot {
    for (const [key, on] of this.#dependsOn) {
      const object = this.#objects.get(key);
      if (object !== undefined) object.dependsOn = on.sort();
    }
    return snapshotOfKeyed(this.#objects, this.#unreadable.sort());
  }
}
