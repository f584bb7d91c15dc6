import type { ObjectChange } from "../../../../schema/snapshot.ts";
import type { Client } from "../../client.ts";
import { sqlState } from "../../errors.ts";
import { familiesOf, queryOf } from "../catalog.ts";
import type { Family } from "../family.ts";
import type { ReadObject } from "../objects.ts";
import type { ReadRows } from "../rows.ts";
import { askedOf, keyLists, parameters } from "./asked.ts";
import { dependentsStatement, readDependent } from "./dependents.ts";
import { Seen } from "./seen.ts";
import { State } from "./state.ts";
import { ofRelations, ToRead } from "./to-read.ts";
import { commented, inherited, understand } from "./understand.ts";
import { Written, writtenCatalogs, writtenStatement } from "./written.ts";
import { marks, youngCall, youngStatement } from "./young.ts";

const youngName = "godwit_young";
const writtenName = "godwit_written";
const dependentsName = "godwit_dependents";
const familyName = (number: number) => `godwit_family_${number}`;
const catalogName = (what: "young" | "count", catalog: string) => `godwit_${what}_${catalog}`;

/** invalid_sql_statement_name: a migration may have dropped all statements that the session had prepared. */
const notPrepared = "26000";

/**
 * Looks at a scratch database again and again, and reads only what has changed since the last look.
 *
 * The first look reads everything; so does one after a transaction that was rolled back, and one after something that is
 * printed everywhere got another name (a schema, a role).
 */
export class Looking {
  readonly #client: Client;
  readonly #major: number;
  readonly #reading: (inTransaction: boolean) => ReadRows;
  readonly #families: readonly Family[];
  readonly #prepared = new Set<string>();
  #touched = new Map<string, ReadObject | undefined>();
  #state: State | undefined;
  /** What the transaction of the last look had written by then. */
  #written: Written | undefined;

  /** @param reading executes statements with the snapshot's settings, and leaves the session as it was */
  constructor(client: Client, major: number, reading: (inTransaction: boolean) => ReadRows) {
    this.#client = client;
    this.#major = major;
    this.#reading = reading;
    this.#families = familiesOf(major);
  }

  /**
   * @param inTransaction a transaction is open in the session
   * @returns what became different since the last look; at the first one, everything
   */
  async look(inTransaction: boolean): Promise<ObjectChange[]> {
    this.#touched = new Map();
    const look = async () => {
      const read = this.#reading(inTransaction);
      const written = inTransaction ? await this.#askWritten(read) : undefined;
      const changes = await this.#look(read, written);
      // Only now: what was not understood to its end has to be asked for again.
      this.#written = written;
      return changes;
    };
    try {
      return await look();
    } catch (error) {
      if (sqlState(error) !== notPrepared) throw error;
      await this.#client.query(inTransaction ? "ROLLBACK TO SAVEPOINT godwit_snapshot" : "ROLLBACK");
      this.#prepared.clear();
      return await look();
    }
  }

  async #look(read: ReadRows, written: Written | undefined): Promise<ObjectChange[]> {
    const state = this.#state;
    const changed = state && written?.since(this.#written, writtenCatalogs(this.#major));
    if (changed?.size === 0) return [];
    const seen =
      changed && written
        ? await this.#youngOf(read, changed, written, state)
        : await this.#young(read, state);
    const toRead = new ToRead(this.#families);
    if (state === undefined || !understand(seen, state, toRead)) return this.#everything(read);
    await this.#vanished(read, seen, state, toRead);
    await this.#dependents(read, toRead);
    if (!toRead.isEmpty) await this.#again(read, state, toRead);
    this.#remember(state, seen);
    return this.#changes(state);
  }

  async #askWritten(read: ReadRows): Promise<Written | undefined> {
    const prepare = this.#prepare(writtenName, () => writtenStatement(writtenName, this.#major));
    let written: Written | undefined;
    await read([...prepare, `EXECUTE ${writtenName}`], (_, row) => {
      written = Written.of(row);
    });
    return written;
  }

  /** Of all catalogs. */
  async #young(read: ReadRows, state: State | undefined): Promise<Seen> {
    const seen = new Seen();
    const prepare = this.#prepare(youngName, () => youngStatement(youngName, this.#major));
    await read([...prepare, youngCall(youngName, state?.moment)], (_, row) => seen.take(row));
    return seen;
  }

  /** Of those which were written within the transaction of the last look. */
  async #youngOf(
    read: ReadRows,
    changed: ReadonlyMap<string, { readonly gone: boolean }>,
    written: Written,
    state: State,
  ): Promise<Seen> {
    const seen = new Seen(written.own);
    const asked = askedOf(this.#major);
    const statements: string[] = [];
    for (const [catalog, { gone }] of changed) {
      const { young, count } = asked.get(catalog) ?? {};
      if (young === undefined) seen.shared.add(catalog);
      else {
        const name = catalogName("young", catalog);
        statements.push(...this.#prepare(name, () => `PREPARE ${name} ${parameters} AS ${young}`));
        statements.push(`EXECUTE ${name} (${marks(state.moment)})`);
      }
      if (!gone || count === undefined) continue;
      const name = catalogName("count", catalog);
      statements.push(...this.#prepare(name, () => `PREPARE ${name} AS ${count}`), `EXECUTE ${name}`);
    }
    if (statements.length > 0) await read(statements, (_, row) => seen.take(row));
    return seen;
  }

  async #dependents(read: ReadRows, toRead: ToRead): Promise<void> {
    const roots = toRead.roots;
    if (roots.length === 0) return;
    const prepare = this.#prepare(dependentsName, () => dependentsStatement(dependentsName));
    const list = (which: 0 | 1) => `'{${roots.map((root) => root[which]).join(",")}}'`;
    await read([...prepare, `EXECUTE ${dependentsName} (${list(0)}, ${list(1)})`], (_, row) =>
      readDependent(row, toRead),
    );
  }

  /** The statement which prepares another, unless it was prepared already. */
  #prepare(name: string, statement: () => string): string[] {
    if (this.#prepared.has(name)) return [];
    this.#prepared.add(name);
    return [statement()];
  }

  async #everything(read: ReadRows): Promise<ObjectChange[]> {
    const before = this.#state;
    const state = new State(this.#families, (key, object) => this.#touch(key, object));
    await read(
      this.#families.map((family) => queryOf(family, { alone: true })),
      (number, row) => state.take(number, row),
    );
    const lists = Object.entries(keyLists);
    await read(
      lists.map(([, query]) => query),
      (number, [key = null, unit = null, weight = null]) =>
        state.ledger(lists[number]?.[0] ?? "").set(key ?? "", unit ?? "", Number(weight)),
    );
    this.#state = state;
    // Asked as at a first look: how many rows there are, and what is printed everywhere.
    this.#remember(state, await this.#young(read, undefined));
    // What was there before counts, not what this reading replaced.
    this.#touched = new Map(
      [...(before?.objects.byKey.keys() ?? []), ...state.objects.byKey.keys()].map((key) => [
        key,
        before?.objects.byKey.get(key),
      ]),
    );
    return this.#changes(state);
  }

  /** Where rows are gone, finds out which. */
  async #vanished(read: ReadRows, seen: Seen, state: State, toRead: ToRead): Promise<void> {
    const lists = Object.entries(keyLists).filter(([tag]) => {
      const count = seen.counts.get(tag);
      return count !== undefined && !state.ledger(tag).agrees(count.rows, count.sum);
    });
    const there = lists.map(() => new Set<string>());
    const queries = lists.map(([, query]) => query);
    if (queries.length > 0) await read(queries, (number, [oid = null]) => there[number]?.add(oid ?? ""));
    for (const [number, [tag]] of lists.entries()) {
      for (const { key, unit } of state.ledger(tag).keep(there[number] ?? new Set())) {
        gone(tag, key, unit, state, toRead);
      }
    }
  }

  async #again(read: ReadRows, state: State, toRead: ToRead): Promise<void> {
    const statements: string[] = [];
    /** Which family a statement answers for; undefined: it prepares another. */
    const numbers: (number | undefined)[] = [];
    for (const number of toRead.whole) {
      state.forget(number);
      statements.push(queryOf(this.#families[number] as Family, { alone: true }));
      numbers.push(number);
    }
    // What parts belong to comes before them.
    for (const [number, units] of [...toRead.units].sort(([a], [b]) => a - b)) {
      for (const unit of units) state.forget(number, unit);
      const family = this.#families[number] as Family;
      const prepare = this.#prepare(familyName(number), () => {
        const only = `AND ${family.scope?.oid} = ANY ($1)`;
        return `PREPARE ${familyName(number)} (oid[]) AS ${queryOf(family, { only, alone: true })}`;
      });
      statements.push(...prepare, `EXECUTE ${familyName(number)} ('{${[...units].join(",")}}')`);
      numbers.push(...prepare.map(() => undefined), number);
    }
    const order = numbers.map((number, statement) => ({ number, statement }));
    order.sort((a, b) => (a.number ?? -1) - (b.number ?? -1));
    await read(
      order.map(({ statement }) => statements[statement] ?? ""),
      (statement, row) => {
        const number = order[statement]?.number;
        if (number !== undefined) state.take(number, row);
      },
    );
  }

  #remember(state: State, seen: Seen): void {
    state.moment = seen.moment(state.moment);
    for (const [catalog, count] of seen.counts) state.counts.set(catalog, count);
    for (const [what, hash] of seen.rest) state.rest.set(what, hash);
  }

  #touch(key: string, before: ReadObject | undefined): void {
    if (!this.#touched.has(key)) this.#touched.set(key, before);
  }

  #changes({ objects }: State): ObjectChange[] {
    const changes: ObjectChange[] = [];
    for (const [key, before] of this.#touched) {
      const after = objects.byKey.get(key);
      if (before === undefined && after === undefined) continue;
      if (before !== undefined && after !== undefined && isSame(before, after)) continue;
      changes.push({ key, ...(before && { before }), ...(after && { after }) });
    }
    return changes;
  }
}

/** What is gone takes its parts with it; of what is a part, its whole is read again. */
function gone(tag: string, oid: string, unit: string, state: State, toRead: ToRead): void {
  switch (tag) {
    case "class":
      if (unit === oid) toRead.of(oid, ...ofRelations);
      else toRead.of(unit, "indexes", "constraints");
      return;
    case "constraint":
      toRead.of(unit, "constraints", "indexes", "columns", "domain-constraints", "types");
      return;
    case "trigger":
      toRead.of(unit, "triggers", "constraints");
      return;
    case "policy":
      toRead.of(unit, "policies");
      return;
    case "rule":
      toRead.of(unit, "rules");
      return;
    case "type":
      toRead.of(oid, "types", "domain-constraints");
      return;
    case "inherits":
      inherited(unit, toRead);
      return;
    case "comment":
      commented(unit, state, toRead);
      return;
    default:
      toRead.of(oid, "functions");
  }
}

function isSame(a: ReadObject, b: ReadObject): boolean {
  if (a.definition !== b.definition || a.relation !== b.relation || a.unreadable !== b.unreadable)
    return false;
  // Content is kept once for all that is equal.
  const shared = a.attributes === b.attributes && a.environment === b.environment;
  const content = ({ attributes, environment }: ReadObject) => JSON.stringify([attributes, environment]);
  return shared || content(a) === content(b);
}
