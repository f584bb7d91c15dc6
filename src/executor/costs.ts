import { setTimeout as sleep } from "node:timers/promises";
import type { HeldTable, Look, Relation } from "../engines/writer.ts";
import type { CertifiedStep, Kept, TableTouched } from "../plan/certificate.ts";
import type { Execution, Measures } from "./execution.ts";

/** Where in a plan something happens. */
export type Place = Pick<CertifiedStep, "part" | "step" | "statement" | "place">;

/** Milliseconds between two looks from outside. */
const pause = 10;

type Touch = CertifiedStep["tables"][number];

/** What one statement did, with the numbers of the tables. */
interface Entry {
  readonly step: CertifiedStep;
  readonly kept: readonly { readonly oid: string; readonly lock: string; readonly since: number }[];
}

/** Measures what a plan does to the tables of a copy: locks, files, indexes, rows and times, statement by statement. */
export class Costs {
  readonly #execution: Execution;
  /** What was there before anything was done: the plan's own tables cost nobody anything. */
  #first: ReadonlyMap<string, Relation> | undefined;
  #files = new Map<string, string | undefined>();
  #held = new Map<string, Pick<HeldTable, "lock" | "rows">>();
  #open: Entry[] = [];
  #kept: (Kept & { readonly oid: string })[] = [];
  readonly #steps: CertifiedStep[] = [];
  readonly #done: (Kept & { readonly oid: string })[] = [];
  #comparing = 0;

  constructor(execution: Execution) {
    this.#execution = execution;
  }

  get isOn(): boolean {
    return this.#execution.measure;
  }

  /** At the beginning of a part, or of another attempt at it. */
  async begin(): Promise<void> {
    if (!this.isOn) return;
    const there = await this.#execution.writer.relations();
    this.#first ??= there;
    this.#files = new Map([...there].map(([oid, { file }]) => [oid, file]));
    this.#held = new Map([...there].map(([oid, { rows }]) => [oid, { lock: "", rows }]));
    this.#open = [];
    this.#kept = [];
  }

  /** Statements were executed in the open transaction, with a look before the first and after each. */
  looked(places: readonly Place[], looks: readonly Look[]): void {
    for (const [i, place] of places.entries()) {
      const [before, after] = [looks[i], looks[i + 1]];
      if (before === undefined || after === undefined) throw new RangeError("a look is missing");
      const kept: Entry["kept"][number][] = [];
      const tables = after.tables.flatMap((held) => {
        const touch = this.#touchOf(held);
        if (touch?.lock !== undefined) kept.push({ oid: held.oid, lock: touch.lock, since: before.at });
        return touch ?? [];
      });
      this.#open.push({ step: { ...place, seconds: after.at - before.at, tables }, kept });
    }
  }

  /** Measures what is done by another connection, or outside of transactions: from outside, as well as that can be seen. */
  async watch<T>(place: Place, processes: "own" | "others", work: () => Promise<T>): Promise<T> {
    const { writer, witness } = this.#execution;
    if (!this.isOn || witness === undefined) return work();
    const own = (process: number) => process === writer.processId;
    const first = await witness.others().catch(() => undefined);
    if (first === undefined) return work();
    const known = new Set(first.processes);
    const seen = new Map<string, { lock: string; since: number; until: number }>();
    let isOver = false;
    const looking = (async () => {
      while (!isOver) {
        const { locks } = await witness.others();
        const now = performance.now();
        for (const { process, oid, lock } of locks) {
          if (processes === "own" ? !own(process) : known.has(process)) continue;
          const last = seen.get(oid);
          if (last?.lock === lock || (last && last.lock === reading)) last.until = now;
          else seen.set(oid, { lock, since: now, until: now });
        }
        await sleep(pause);
      }
      // What could be seen until then is told; the plan itself is what counts.
    })().catch(() => undefined);
    const start = performance.now();
    try {
      return await work();
    } finally {
      isOver = true;
      const seconds = (performance.now() - start) / 1000;
      await looking;
      const there = await writer.relations().catch(() => undefined);
      if (there !== undefined) this.#seen(place, seconds, there, seen);
    }
  }

  #seen(
    place: Place,
    seconds: number,
    there: ReadonlyMap<string, Relation>,
    seen: ReadonlyMap<string, { lock: string; since: number; until: number }>,
  ): void {
    const indexes = [...there.values()].filter(({ of }) => of !== undefined);
    const tables = [...(this.#first ?? [])].flatMap(([oid, { name, of }]): Touch[] => {
      if (of !== undefined || this.#isOurs(name)) return [];
      const [one, now] = [seen.get(oid), there.get(oid)];
      const file = this.#files.get(oid);
      const changed = file !== undefined && now?.file !== undefined && now.file !== file;
      const built = indexes.filter((index) => index.of === oid && this.#files.get(index.oid) !== index.file);
      if (one !== undefined) {
        const { lock, since, until } = one;
        this.#kept.push({ oid, ...kept(lock, place, (until - since) / 1000), sampled: true });
      }
      if (one === undefined && !changed && built.length === 0) return [];
      return [
        {
          table: name,
          ...fileOf(changed, now?.bytes),
          indexes: changed ? [] : built.map((index) => index.name),
          ...(one && { lock: one.lock }),
        },
      ];
    });
    this.#files = new Map([...there].map(([oid, { file }]) => [oid, file]));
    this.#open.push({ step: { ...place, seconds, tables }, kept: [] });
  }

  /** After the last statement of a part: until then at least, what was locked stays locked. */
  async end(): Promise<void> {
    if (!this.isOn || !this.#open.some((entry) => entry.kept.length > 0)) return;
    const looks = await this.#execution.writer.looking([], { before: "", after: "" });
    const end = "code" in looks ? undefined : looks[0]?.at;
    for (const { step, kept: locks } of this.#open)
      for (const { oid, lock, since } of locks)
        this.#kept.push({ oid, ...kept(lock, step, (end ?? since) - since), sampled: false });
  }

  /** The part holds. */
  committed(): void {
    this.#steps.push(...this.#open.map(({ step }) => step).filter(({ tables }) => tables.length > 0));
    this.#done.push(...this.#kept);
    this.#open = [];
    this.#kept = [];
  }

  /** Measures how long rows are compared. */
  async comparing<T>(work: () => Promise<T>): Promise<T> {
    const start = performance.now();
    try {
      return await work();
    } finally {
      this.#comparing += (performance.now() - start) / 1000;
    }
  }

  result(): Measures {
    const touched = new Map<string, TableTouched>();
    for (const { seconds, tables } of this.#steps) {
      for (const { table, rowsChanged, rewritten, emptied, indexes } of tables) {
        const before = touched.get(table);
        const rows = (before?.rowsChanged ?? 0) + (rowsChanged ?? 0);
        const counted = rowsChanged !== undefined || before?.rowsChanged !== undefined;
        touched.set(table, {
          table,
          hadRows: false,
          ...(counted && { rowsChanged: rows }),
          rewritten: rewritten || before?.rewritten === true,
          emptied: emptied || before?.emptied === true,
          indexes: [...(before?.indexes ?? []), ...indexes],
          kept: [],
          seconds: (before?.seconds ?? 0) + seconds,
        });
      }
    }
    const tables = [...(this.#first?.values() ?? [])].flatMap(({ oid, name, of, whole, bytes }) => {
      const one = of === undefined ? touched.get(name) : undefined;
      if (one === undefined) return [];
      const locks = this.#done.filter((lock) => lock.oid === oid);
      const partitionOf = whole === undefined ? undefined : this.#first?.get(whole)?.name;
      const place = partitionOf === undefined ? {} : { partitionOf };
      return [{ ...one, ...place, hadRows: bytes > 0, kept: longestOf(locks) }];
    });
    return { steps: this.#steps, tables, comparing: this.#comparing };
  }

  /** What became of a table since the last look. */
  #touchOf(held: HeldTable): Touch | undefined {
    const { oid, lock, rows, file, bytes } = held;
    const table = this.#first?.get(oid);
    if (table === undefined || table.of !== undefined || this.#isOurs(table.name)) return undefined;
    const before = this.#held.get(oid);
    this.#held.set(oid, { lock, rows });
    const then = this.#files.get(oid);
    const changed = then !== undefined && file !== undefined && file !== then;
    this.#files.set(oid, file);
    const built = held.indexes.filter((index) => this.#files.get(index.oid) !== index.file);
    for (const index of held.indexes) this.#files.set(index.oid, index.file);
    const rowsChanged = rows - (before?.rows ?? 0);
    const isNew = isStrong(lock) && before?.lock !== lock;
    if (rowsChanged === 0 && !changed && built.length === 0 && !isNew) return undefined;
    const indexes = changed ? [] : built.map(({ name }) => name);
    return { table: table.name, rowsChanged, ...fileOf(changed, bytes), indexes, ...(isNew && { lock }) };
  }

  #isOurs(name: string): boolean {
    return this.#execution.leaveOut.has(name);
  }
}

const reading = "AccessExclusiveLock";

/** Locks that keep others from writing, or even from reading. */
function isStrong(lock: string): boolean {
  return !/^(?:AccessShare|RowShare|RowExclusive|ShareUpdateExclusive)Lock$/.test(lock);
}

/** What another file means: one without rows was emptied, or had none. */
function fileOf(changed: boolean, bytes: number | undefined): Pick<Touch, "rewritten" | "emptied"> {
  return { rewritten: changed && bytes !== 0, emptied: changed && bytes === 0 };
}

function kept(lock: string, { place }: Place, seconds: number): Omit<Kept, "sampled"> {
  return { from: lock === reading ? "reading and writing" : "writing", lock, by: place, seconds };
}

/** Of each kind the longest; of those who keep from writing, only what is longer than what keeps from both. */
function longestOf(all: readonly Kept[]): Kept[] {
  const longest = (from: Kept["from"]) =>
    all.filter((one) => one.from === from).toSorted((a, b) => b.seconds - a.seconds)[0];
  const [both, writing] = [longest("reading and writing"), longest("writing")];
  const plain = (one: Kept | undefined) => {
    if (one === undefined) return [];
    const { from, lock, by, seconds, sampled } = one;
    return [{ from, lock, by, seconds, sampled }];
  };
  return [...plain(both), ...(writing && writing.seconds > (both?.seconds ?? 0) ? plain(writing) : [])];
}
