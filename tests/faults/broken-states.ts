import type { Question } from "../../src/planner/choices.ts";
import { type AppMigration, drawApplication, fileOf, neighbour } from "../scenarios/application.ts";
import type { Database } from "../scenarios/database.ts";
import { PrismaHistory } from "../scenarios/prisma-history.ts";
import type { Random } from "../scenarios/random.ts";
import type { Executable } from "../scenarios/truth.ts";

/** A broken database, and what is needed to repair it. */
export interface BrokenState {
  readonly files: readonly Executable[];
  readonly beside?: string;
  readonly choose: readonly string[];
  /** `repair` unless given. */
  readonly command?: "repair" | "migrate";
  /** The project has Prisma installed, and it carries out what is pending. */
  readonly ownRunner?: true;
  /** What a hand has made, and which stays. */
  readonly byHand?: string;
  /** Tables, without their schema, whose rows the plan's own statements change. */
  readonly written?: readonly string[];
  /** Of what leaves no trace only a person can know whether it was executed: by looking at the rows. */
  answer?(question: Question, database: Database): Promise<string>;
  /** What else must hold in the end: above all that nothing was done twice. */
  holds?(database: Database): Promise<void>;
}

/** Breaks an empty database. */
export type Breaking = (random: Random, database: Database) => Promise<BrokenState>;

/** Ways to break a database, each with rows in the tables. */
export const brokenStates: Readonly<Record<string, Breaking>> = {
  async "asserted and never executed, the next one failed"(random, database) {
    const { migrations } = drawApplication(random);
    const [init, ...later] = migrations;
    const beside = neighbour(random);
    await database.script(beside);
    const history = new PrismaHistory(database);
    await history.resolveApplied(init);
    await history.recordFailure(later[0] as AppMigration, refusal);
    return { files: migrations, beside, choose: [] };
  },
  async "failed half-way"(random, database) {
    const { migrations } = drawApplication(random);
    const failed = migrations.at(-1) as AppMigration;
    const history = new PrismaHistory(database);
    await history.deploy(migrations.filter((one) => one !== failed));
    await database.script(failed.statements.filter((_, i) => i % 2 === 0).join(";\n"));
    await history.recordFailure(failed, refusal);
    return { files: migrations, choose: [] };
  },
  async "failed, nothing present"(random, database) {
    const { migrations } = drawApplication(random);
    const [init, failed] = migrations;
    const history = new PrismaHistory(database);
    await history.deploy([init]);
    await history.recordFailure(failed, refusal);
    return { files: migrations, choose: [] };
  },
  async "history kept, tables gone"(random, database) {
    const { migrations } = drawApplication(random);
    const history = new PrismaHistory(database);
    for (const migration of migrations.slice(0, 2)) await history.recordApplied(migration);
    return { files: migrations, choose: ["history-without-objects=make-again"] };
  },
  async "no history, full schema"(random, database) {
    const { migrations } = drawApplication(random);
    for (const { sql, rows } of migrations) await database.script(`${sql};${rows.join(";\n")}`);
    return { files: migrations, choose: [] };
  },
  async "statements outside of transactions"(_random, database) {
    const files = [
      fileOf("1_init", 'CREATE TABLE "t" ("id" int PRIMARY KEY, "a" text, "b" text)'),
      fileOf("2_index", 'CREATE INDEX CONCURRENTLY "t_a" ON "t"("a")'),
      fileOf("3_more", 'ALTER TABLE "t" ADD COLUMN "c" int'),
      fileOf("4_index", 'CREATE INDEX CONCURRENTLY "t_b" ON "t"("b")'),
    ];
    await new PrismaHistory(database).deploy([
      { ...(files[0] as AppMigration), rows: [`INSERT INTO "t" VALUES (1, 'x', 'y')`] },
    ]);
    return { files, choose: [] };
  },
};

const refusal = { code: "57014", message: "canceling statement due to user request" };
