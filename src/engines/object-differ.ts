import { objectKey, type SchemaObject } from "../schema/object.ts";
import type { Differ, Proposed, ProposedStatement } from "./differ.ts";
import { carrierOf, inOrder } from "./object-order.ts";
import type { ObjectSql, Objects } from "./object-sql.ts";

/** A differ for every engine which has statements about single objects. It never removes with CASCADE, nor renames. */
export function objectDiffer(sql: ObjectSql): Differ {
  return { propose: (from, to) => new Proposal(sql, from, to).propose() };
}

interface Changed {
  readonly from: SchemaObject;
  readonly to: SchemaObject;
}

/** What answers to others, and what stands on columns: made last, removed first. */
const reactions: ReadonlySet<string> = new Set([
  "constraint",
  "index",
  "view",
  "materialized-view",
  "trigger",
  "rule",
  "policy",
]);

/** What is lost with these cannot be made again; all others are definitions alone. */
const holdsData: ReadonlySet<string> = new Set(["table", "column", "materialized-view", "sequence"]);
const neverAnew: ReadonlySet<string> = new Set(["table", "column", "sequence", "enum", "domain", "type"]);

/** What the server does not let a column change its type under. */
const onColumns: ReadonlySet<string> = new Set(["view", "materialized-view", "rule", "policy", "trigger"]);

const makingOrder = ["index", "primary key", "unique", "exclude", "check", "foreign key"];

class Proposal {
  readonly #sql: ObjectSql;
  readonly #from: Objects;
  readonly #to: Objects;
  readonly #drop: SchemaObject[] = [];
  readonly #make: SchemaObject[] = [];
  readonly #change: Changed[] = [];
  /** By key: what is removed and made again. */
  readonly #anew = new Map<string, Changed>();
  readonly #unproposed: { key: string; why: string }[] = [];

  constructor(sql: ObjectSql, from: Objects, to: Objects) {
    this.#sql = sql;
    this.#from = from;
    this.#to = to;
  }

  propose(): Proposed {
    this.#sort();
    this.#disturb();
    const anew = [...this.#anew.values()];
    const removed = [...this.#drop, ...anew.map(({ from }) => from)];
    const made = [...this.#make, ...anew.map(({ to }) => to)];
    const statements = [
      ...this.#makings(made, "first"),
      ...this.#removals(removed, "reaction"),
      ...this.#makings(made, "base"),
      ...this.#changes(),
      ...this.#removals(removed, "base"),
      ...this.#makings(made, "reaction"),
      ...made.flatMap((object) => this.#finishing(object)),
    ];
    return { statements, unproposed: this.#unproposed };
  }

  #sort(): void {
    for (const [key, object] of this.#from) {
      if (this.#to.has(key) || object.environmental) continue;
      if (isWithin(object, this.#from, this.#to)) this.#drop.push(object);
      else if (this.#sql.drop([object], this.#from) === undefined)
        this.#cannot(key, "it cannot be removed, or may be others' too");
      else this.#drop.push(object);
    }
    for (const [key, object] of this.#to) {
      const former = this.#from.get(key);
      if (object.environmental) continue;
      if (former === undefined) {
        if (isWithin(object, this.#to, this.#from) && isMadeWithCarrier(object)) this.#make.push(object);
        else if (this.#statementsFor(object) === undefined)
          this.#cannot(key, "too little is known of it to make it");
        else this.#make.push(object);
      } else if (former.hash !== object.hash) this.#differ(key, former, object);
    }
  }

  #differ(key: string, from: SchemaObject, to: SchemaObject): void {
    // Its place follows from the values which are added before it.
    if (to.kind === "enum-value") return;
    const isView = to.kind === "view" || to.kind === "materialized-view";
    const inPlace = isView ? undefined : this.#sql.change(from, to, this.#from);
    if (inPlace !== undefined && inPlace.length > 0) this.#change.push({ from, to });
    else if (this.#canBeAnew(from, to)) this.#anew.set(key, { from, to });
    else
      this.#cannot(
        key,
        "it cannot be changed to this without making it anew, which would lose what is in it",
      );
  }

  #canBeAnew(from: SchemaObject, to: SchemaObject): boolean {
    if (neverAnew.has(to.kind)) return false;
    return this.#sql.drop([from], this.#from) !== undefined && this.#sql.make(to, this.#to) !== undefined;
  }

  /** What stands on something that is removed, made anew or gets another type has to be made anew itself. */
  #disturb(): void {
    const gone = new Set([...this.#drop.map(objectKey), ...this.#anew.keys()]);
    const retyped = new Set(
      this.#change.flatMap(({ from, to }) =>
        to.kind === "column" && from.attributes["type"] !== to.attributes["type"] ? [objectKey(to)] : [],
      ),
    );
    for (let grown = true; grown; ) {
      grown = false;
      for (const [key, object] of this.#from) {
        const to = this.#to.get(key);
        if (gone.has(key) || to === undefined || !reactions.has(object.kind)) continue;
        const carrier = carrierOf(object, this.#from);
        const isDisturbed =
          (carrier !== undefined && gone.has(carrier)) ||
          object.dependsOn.some((one) => gone.has(one) || (retyped.has(one) && onColumns.has(object.kind)));
        if (!isDisturbed || !this.#canBeAnew(object, to)) continue;
        this.#anew.set(key, { from: object, to });
        gone.add(key);
        grown = true;
      }
    }
  }

  /** Dependents first; parts of what is removed go with it. */
  #removals(objects: readonly SchemaObject[], which: "reaction" | "base"): ProposedStatement[] {
    const going = new Set(objects.map(objectKey));
    const goesWithAnother = (object: SchemaObject) => {
      const carrier = carrierOf(object, this.#from);
      if (carrier !== undefined && going.has(carrier)) return true;
      if (object.kind !== "sequence") return false;
      // The sequence of a column goes with that.
      return object.dependsOn.some((key) => {
        const owner = this.#from.get(key);
        return going.has(key) || (owner !== undefined && going.has(carrierOf(owner, this.#from) ?? ""));
      });
    };
    const chosen = objects.filter(
      (object) =>
        reactions.has(object.kind) === (which === "reaction") && !this.#isCarried(object, goesWithAnother),
    );
    const groups: SchemaObject[][] = [];
    for (const object of inOrder(chosen, this.#from).reverse()) {
      const last = groups.at(-1);
      // Tables which reference each other go in one statement.
      if (object.kind === "table" && last?.[0]?.kind === "table") last.push(object);
      else groups.push([object]);
    }
    return groups.flatMap((group) => {
      const text = this.#sql.drop(group, this.#from);
      if (text === undefined) return [];
      const destructive = group.some((one) => holdsData.has(one.kind) && !this.#to.has(objectKey(one)));
      return [statement(text, group, "remove", { destructive })];
    });
  }

  /** A foreign key is removed by itself: the table to which it points may go before its own. */
  #isCarried(object: SchemaObject, goesWithAnother: (object: SchemaObject) => boolean): boolean {
    return object.attributes["type"] === "foreign key" && object.kind === "constraint"
      ? false
      : goesWithAnother(object);
  }

  #makings(objects: readonly SchemaObject[], which: "first" | "reaction" | "base"): ProposedStatement[] {
    const stage = (object: SchemaObject) =>
      object.kind === "enum-value" ? "first" : reactions.has(object.kind) ? "reaction" : "base";
    const chosen = objects.filter(
      (object) =>
        stage(object) === which && !(isWithin(object, this.#to, this.#from) && isMadeWithCarrier(object)),
    );
    const rank = ({ kind, attributes }: SchemaObject) =>
      which === "reaction"
        ? makingOrder.indexOf(kind === "index" ? kind : String(attributes["type"])) + 1 || 9
        : 0;
    const ordered =
      which === "first"
        ? inChain(chosen)
        : inOrder(
            chosen.toSorted((a, b) => rank(a) - rank(b)),
            this.#to,
          );
    return ordered.flatMap((object) =>
      (this.#statementsFor(object) ?? []).map((text) =>
        statement(text, [object], "make", { first: which === "first" }),
      ),
    );
  }

  #statementsFor(object: SchemaObject): readonly string[] | undefined {
    if (object.kind === "enum-value") return this.#sql.addValue(object, this.#from);
    const made = this.#sql.make(object, this.#to);
    return made && [...made, ...(object.kind === "column" ? this.#sql.afterRows(object) : [])];
  }

  #changes(): ProposedStatement[] {
    return this.#change.flatMap(({ from, to }) =>
      (this.#sql.change(from, to, this.#from) ?? []).map((text) => statement(text, [to], "change")),
    );
  }

  /** What is no part of a definition: which column owns a sequence, row security. */
  #finishing(object: SchemaObject): ProposedStatement[] {
    const { rowSecurity, forceRowSecurity, ...bare } = object.attributes;
    const isSecured = object.kind === "table" && (rowSecurity ?? forceRowSecurity) !== undefined;
    const secured = isSecured
      ? this.#sql.change({ ...object, hash: "", attributes: bare }, object, this.#to)
      : [];
    const owned = object.kind === "sequence" ? this.#sql.own(object, this.#to) : [];
    return [...owned, ...(secured ?? [])].map((text) => statement(text, [object], "change"));
  }

  #cannot(key: string, why: string): void {
    this.#unproposed.push({ key, why });
  }
}

/** Whether the table, view or type of a part is on this side alone too. */
function isWithin(object: SchemaObject, here: Objects, there: Objects): boolean {
  const carrier = carrierOf(object, here);
  return carrier !== undefined && !there.has(carrier);
}

/** Each value of an enum after the one that it follows, where that is to be added too. */
function inChain(values: readonly SchemaObject[]): SchemaObject[] {
  const waiting = new Map(
    values.map((value) => [JSON.stringify([value.schema, value.relation, value.name]), value]),
  );
  const ordered: SchemaObject[] = [];
  const place = (key: string) => {
    const value = waiting.get(key);
    if (value === undefined) return;
    waiting.delete(key);
    place(JSON.stringify([value.schema, value.relation, value.attributes["after"]]));
    ordered.push(value);
  };
  for (const key of [...waiting.keys()]) place(key);
  return ordered;
}

/** The definition of a table or an enum holds them. */
function isMadeWithCarrier({ kind }: SchemaObject): boolean {
  return kind === "column" || kind === "enum-value";
}

function statement(
  sql: string,
  objects: readonly SchemaObject[],
  does: ProposedStatement["does"],
  { destructive = false, first = false } = {},
): ProposedStatement {
  return { sql, objects: objects.map(objectKey), does, destructive, first };
}
