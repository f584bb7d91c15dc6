import type { AttributeValue, ObjectKind, SchemaObject } from "../../../schema/object.ts";
import { hashOf } from "../../../schema/snapshot.ts";
import { dotted } from "../../../sql/identifier.ts";
import { Addresses, catalogNumber } from "./addresses.ts";
import type { Content, Family, Named, Names, Place, Texts } from "./family.ts";
import { fieldsOfRecord } from "./record.ts";
import type { RawRow } from "./rows.ts";

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
    const text = row[this.#from] ?? "";
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const fields = fieldsOfRecord(text);
    const texts: Record<string, string | null> = {};
    for (const [i, name] of this.#names.entries()) texts[name] = fields[i] ?? null;
    const content = this.#family.describe(texts);
    this.#known.set(text, content);
    return content;
  }
}

const nothing: readonly string[] = [];

/** An object as it was read. The hash is computed when it is asked for: a replay takes hundreds of snapshots. */
export class ReadObject implements SchemaObject {
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

/** Told what an object was before it was replaced or taken away. */
type OnTouch = (key: string, before: ReadObject | undefined) => void;

interface FamilyObjects {
  readonly family: Family;
  readonly contents: Contents;
  readonly catalog: number;
  readonly own: readonly string[];
  /** Keys by unit of reading, where that is kept. */
  readonly units: Map<string, string[]>;
}

/** The objects that rows have made so far. */
export class Objects {
  readonly byKey = new Map<string, ReadObject>();
  readonly blocked: string[] = [];
  readonly #families: readonly FamilyObjects[];
  readonly #relations = new Map<string, Named>();
  readonly #types = new Map<string, Named>();
  readonly #addresses: Addresses | undefined;
  readonly #onTouch: OnTouch | undefined;
  readonly names: Names = {
    relation: (oid) => this.#relations.get(oid ?? ""),
    type: (oid) => this.#types.get(oid ?? ""),
  };

  /**
   * @param options.addresses where objects are in the catalogs is kept, to resolve dependencies
   * @param options.onTouch keeps what belongs together, so that it can be replaced, and tells what is
   */
  constructor(
    families: readonly Family[],
    { addresses = false, onTouch }: { readonly addresses?: boolean; readonly onTouch?: OnTouch } = {},
  ) {
    this.#families = families.map((family) => ({
      family,
      contents: new Contents(family),
      catalog: catalogNumber(family.catalog),
      own: Object.keys(family.own),
      units: new Map(),
    }));
    this.#addresses = addresses ? new Addresses() : undefined;
    this.#onTouch = onTouch;
  }

  /** @param number which of the families the row is of */
  take(number: number, row: RawRow): Texts {
    const { family, contents, catalog, own: names, units } = this.#families[number] as FamilyObjects;
    const own: Record<string, string | null> = {};
    for (let i = 0; i < names.length; i++) own[names[i] as string] = row[i] ?? null;
    const content = contents.of(row);
    for (const place of family.place(own, content, this.names)) {
      const key = `${place.kind} ${dotted(...place.path)}${place.suffix ?? ""}`;
      // A piece of the key, which is kept anyway.
      const identity = key.slice(place.kind.length + 1);
      const object = new ReadObject(place, identity, place.content ?? content);
      if (this.#onTouch !== undefined) {
        this.#onTouch(key, this.byKey.get(key));
        const unit = unitOf(family, own);
        const keys = units.get(unit);
        if (keys === undefined) units.set(unit, [key]);
        else keys.push(key);
      }
      this.byKey.set(key, object);
      if (place.part) continue;
      if (family.name === "relations") this.#relations.set(own["oid"] ?? "", place);
      if (family.name === "types") this.#types.set(own["oid"] ?? "", place);
      if (content.blocked) this.blocked.push(identity);
      this.#addresses?.set(catalog, Number(own["oid"]), Number(own["column"] ?? 0), key);
    }
    return own;
  }

  /** Takes away what a family made of a unit, or of all: it is read again, or is gone. */
  forget(number: number, unit?: string): void {
    const { family, units } = this.#families[number] as FamilyObjects;
    for (const one of unit === undefined ? [...units.keys()] : [unit]) {
      for (const key of units.get(one) ?? []) {
        this.#onTouch?.(key, this.byKey.get(key));
        this.byKey.delete(key);
      }
      units.delete(one);
      if (family.name === "relations") this.#relations.delete(one);
      if (family.name === "types") this.#types.delete(one);
    }
  }

  /** The key of the object that stands at an address. */
  at(catalog: number, oid: number, column: number): string | undefined {
    return this.#addresses?.at(catalog, oid, column);
  }
}

function unitOf({ scope }: Family, own: Texts): string {
  return scope === undefined ? "" : (own[scope.own] ?? "");
}
