import assert from "node:assert/strict";
import { type AppMigration, drawApplication, neighbour } from "../application.ts";
import { doctor, finding, found, said } from "../doctor.ts";
import { PrismaHistory } from "../prisma-history.ts";
import { scenario } from "../scenario.ts";

for (const schema of ["other", "Größe of 'it'"]) {
  const query = `?schema=${encodeURIComponent(schema)}`;

  scenario(
    `everything is in the schema ${schema}: healthy, whatever public holds`,
    async ({ random, database }) => {
      const { migrations } = drawApplication(random);
      const db = await database();
      await db.script(neighbour(random));
      assert.equal(await new PrismaHistory(db, schema).deploy(migrations), undefined);
      const answer = await doctor(migrations, db, query);
      assert.deepEqual(
        found(answer).filter((one) => one !== "info foreign-objects"),
        [],
      );
      assert.deepEqual(
        said(answer),
        migrations.map(() => "applied present"),
      );
      assert.deepEqual(answer.position, {
        migration: migrations.at(-1)?.name,
        statement: null,
        distance: 0,
        exact: true,
      });
      assert.deepEqual([answer.project.schema, answer.outcome, answer.exit], [schema, "healthy", 0]);
    },
  );

  scenario(`in the schema ${schema}, a migration failed half-way`, async ({ random, database }) => {
    const { migrations } = drawApplication(random);
    const last = migrations.at(-1) as AppMigration;
    const db = await database();
    const history = new PrismaHistory(db, schema);
    await history.deploy(migrations.slice(0, -1));
    await history.recordFailure(last, { code: "57014", message: "canceling statement due to user request" });
    const present = random.integer(1, last.statements.length - 1);
    await db.script(last.statements.slice(0, present).join(";\n"), schema);
    const answer = await doctor(migrations, db, query);
    assert.deepEqual(found(answer), ["error failed-migration"]);
    const numbers = Array.from({ length: present }, (_, i) => i + 1);
    assert.equal(said(answer).at(-1), `failed partial ${numbers} of ${last.statements.length}`);
    assert.deepEqual(answer.position, { migration: last.name, statement: present, distance: 0, exact: true });
  });

  scenario(`the URL lacks its ?schema=, and the tables are in ${schema}`, async ({ random, database }) => {
    const { migrations } = drawApplication(random);
    const db = await database();
    await new PrismaHistory(db, schema).deploy(migrations);
    const answer = await doctor(migrations, db);
    assert.deepEqual(found(answer), ["error wrong-database"]);
    const { facts } = finding<{ otherHistories: string[] }>(answer, "wrong-database");
    assert.deepEqual(facts.otherHistories, [
      `${schema === "other" ? schema : `"${schema}"`}._prisma_migrations`,
    ]);
    assert.deepEqual(
      said(answer),
      migrations.map(() => "pending absent"),
    );
    assert.equal(answer.exit, 1);
  });
}
