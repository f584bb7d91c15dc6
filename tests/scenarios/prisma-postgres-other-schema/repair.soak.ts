import { type AppMigration, drawApplication, neighbour } from "../application.ts";
import { PrismaHistory } from "../prisma-history.ts";
import { refused, repaired } from "../repair.ts";
import { scenario } from "../scenario.ts";

for (const schema of ["other", "Größe of 'it'"]) {
  scenario(`in the schema ${schema}, a migration failed half-way`, async ({ random, database }) => {
    const { migrations } = drawApplication(random);
    const last = migrations.at(-1) as AppMigration;
    // Another application has the very names in public.
    const beside = `${neighbour(random)} CREATE TABLE "public"."${last.makes}" (id int); INSERT INTO "public"."${last.makes}" VALUES (1);`;
    const db = await database();
    await db.script(beside);
    const history = new PrismaHistory(db, schema);
    await history.deploy(migrations.slice(0, -1));
    await history.recordFailure(last, { code: "57014", message: "canceling statement due to user request" });
    await db.script(
      last.statements.slice(0, random.integer(1, last.statements.length - 1)).join(";\n"),
      schema,
    );
    await repaired(migrations, db, {
      schema,
      beside,
      executed: [],
      marked: [last.name],
      ...(schema === "other" && { withoutPrisma: true }),
    });
  });
}

scenario(
  "the schema is not there yet: it is made, with all that belongs into it",
  async ({ random, database }) => {
    const { migrations } = drawApplication(random);
    await repaired(migrations, await database(), {
      schema: "not there",
      executed: migrations.map(({ name }) => name),
      withoutPrisma: true,
    });
  },
);

scenario("the URL lacks its ?schema=: no plan", async ({ random, database }) => {
  const { migrations } = drawApplication(random);
  const db = await database();
  await new PrismaHistory(db, "other").deploy(migrations);
  await refused(migrations, db, "refused", { words: /other/ });
});
