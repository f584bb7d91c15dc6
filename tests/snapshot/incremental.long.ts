// What is read again after a change must be what a snapshot from scratch shows: for each mutation by itself, and for
// random rows of them, within transactions and across, some of which are rolled back.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { SchemaObject } from "../../src/schema/object.ts";
import { Random, seed } from "../scenarios/random.ts";
import { type Major, majors, whyNot } from "../servers/majors.ts";
import { mutationsOf } from "./mutations/all.ts";
import { Laboratory, openSession } from "./mutations/laboratory.ts";
import type { Mutation } from "./mutations/mutation.ts";

/** In the long run, all versions, and more rounds. */
const isThorough = process.env["GODWIT_SOAK"] !== undefined;
const usual: readonly Major[] = isThorough ? majors : [13, 15, 18];
const rounds = isThorough ? 40 : 6;

for (const major of usual) {
  describe(`changes on PostgreSQL ${major}`, { skip: await whyNot(major) }, () => {
    let laboratory: Laboratory;
    let followed: Followed;
    /** What can be within a transaction. */
    const mutations = mutationsOf(major).filter(({ alone }) => !alone);

    before(async () => {
      laboratory = await Laboratory.open(major);
      followed = await Followed.open(await laboratory.database());
    });
    after(async () => {
      await followed?.session.close();
      await laboratory?.close();
    });

    const eachByItself = async () => {
      for (const mutation of mutations) {
        await followed.within("ROLLBACK", async () => {
          // After a rollback everything is read: the change has to come after a look, or it would show nothing.
          if (mutation.setup !== undefined) await followed.make(mutation.setup);
          await followed.compare(true, `before ${mutation.name}`);
          await followed.make(mutation.change);
          await followed.compare(true, mutation.name);
        });
      }
      await followed.compare(false, "at the end");
    };
    if (isThorough) test("each mutation by itself, in a transaction that is rolled back", eachByItself);

    for (let round = 0; round < rounds; round++) {
      test(`random rows of mutations, round ${round} of seed ${seed}`, async () => {
        await several(new Random(`incremental ${major} ${round}`), followed, mutations);
      });
    }
  });
}

/** A random row of mutations, looked at here and there. What is refused, as it was made before, changes nothing. */
async function several(random: Random, followed: Followed, mutations: readonly Mutation[]): Promise<void> {
  const told: string[] = [];
  for (let step = 0; step < 6; step++) {
    const inTransaction = random.chance(0.6);
    const end = inTransaction ? (random.chance(0.8) ? "COMMIT" : "ROLLBACK") : "";
    await followed.within(end, async () => {
      for (let i = random.integer(1, 4); i > 0; i--) {
        const { setup = "", change } = random.pick(mutations);
        const made = await followed.make(`${setup};\n${change}`, inTransaction);
        told.push(`${made ? "" : "-- refused: "}${setup};\n${change};`);
        if (random.chance(0.5)) await followed.compare(inTransaction, told.join("\n"));
      }
    });
    told.push(end);
    await followed.compare(false, told.join("\n"));
  }
}

/** A database of which everything is known, as far as changes were told. */
class Followed {
  readonly session: Awaited<ReturnType<typeof openSession>>;
  readonly #known = new Map<string, SchemaObject>();

  private constructor(session: Followed["session"]) {
    this.session = session;
  }

  static async open(url: string): Promise<Followed> {
    const followed = new Followed(await openSession(url));
    await followed.compare(false, "at first");
    return followed;
  }

  /** @returns whether the server took it */
  async make(sql: string, inTransaction = true): Promise<boolean> {
    if (sql === "") return true;
    if (!inTransaction) return (await this.session.script(sql)) === undefined;
    await this.session.script("SAVEPOINT made");
    const error = await this.session.script(sql);
    await this.session.script(error === undefined ? "RELEASE SAVEPOINT made" : "ROLLBACK TO SAVEPOINT made");
    return error === undefined;
  }

  /** @param end COMMIT or ROLLBACK; nothing where there is no transaction */
  async within(end: string, work: () => Promise<void>): Promise<void> {
    if (end !== "") await this.session.script("BEGIN");
    await work();
    if (end !== "") await this.session.script(end);
  }

  /** Looks at what has changed, and then at everything. */
  async compare(inTransaction: boolean, what: string): Promise<void> {
    for (const { key, before: former, after: now } of await this.session.changes({ inTransaction })) {
      assert.deepEqual(contentOf(former), contentOf(this.#known.get(key)), `${what}: ${key} before`);
      if (now === undefined) this.#known.delete(key);
      else this.#known.set(key, now);
    }
    const { objects } = await this.session.snapshot({ inTransaction });
    const differing = [...new Set([...objects.keys(), ...this.#known.keys()])].filter(
      (key) =>
        JSON.stringify(contentOf(objects.get(key))) !== JSON.stringify(contentOf(this.#known.get(key))),
    );
    assert.deepEqual(
      differing.map((key) => [key, contentOf(this.#known.get(key)), contentOf(objects.get(key))]),
      [],
      what,
    );
  }
}

const contentOf = (object: SchemaObject | undefined) =>
  object && [
    object.identity,
    object.attributes,
    object.environment,
    object.definition ?? null,
    object.relation ?? null,
  ];
