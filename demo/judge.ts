import { isDeepStrictEqual } from "node:util";
import type { Application } from "./application.ts";

/** What Godwit said and did. */
export interface Conduct {
  readonly exits: Readonly<
    Record<"doctor" | "explain" | "rehearsal" | "repair" | "doctorAfterwards", number | null>
  >;
  /** JSON. */
  readonly doctor: string;
  /** JSON. */
  readonly explain: string;
  /** Before the repair: by diagnosis and rehearsal. */
  readonly unchanged: boolean;
  readonly afterwards: {
    /** The application's tables are those of a database in which all migrations ran. */
    readonly schema: boolean;
    readonly history: { readonly applied: readonly string[]; readonly failed: readonly string[] };
    /** The other application's rows are what they were. */
    readonly shop: boolean;
  };
}

interface DoctorAnswer {
  readonly migrations: readonly { readonly name: string; readonly state: string; readonly actual: string }[];
  readonly findings: readonly { readonly check: string; readonly facts: unknown }[];
}

interface ExplainAnswer {
  readonly failures: readonly { readonly id: string }[];
}

/**
 * Compares what Godwit said with what was done to the database, and prints the comparison.
 *
 * @returns whether all of it was right
 */
export function judge(
  application: Application,
  { exits, doctor, explain, unchanged, afterwards }: Conduct,
): boolean {
  const { migrations, findings } = JSON.parse(doctor) as DoctorAnswer;
  const { failures } = JSON.parse(explain) as ExplainAnswer;
  const found = findings.map(({ check }) => check);
  const about = (check: string) =>
    findings
      .filter((finding) => finding.check === check)
      .map(({ facts }) => JSON.stringify(facts))
      .join();
  const asserted = application.migrations.slice(0, application.asserted).map(({ name }) => name);
  const outcomes: readonly (readonly [claim: string, holds: boolean])[] = [
    [
      "doctor and explain said by exit code 1 that something is wrong",
      exits.doctor === 1 && exits.explain === 1,
    ],
    [
      "every migration's state, recorded and real, is told as it is",
      isDeepStrictEqual(
        migrations.map(({ name, state, actual }) => ({ name, state, actual })),
        truth(application),
      ),
    ],
    [
      `it names ${asserted.join(" and ")}: recorded, never executed`,
      asserted.every((name) => about("asserted-never-executed").includes(`"${name}"`)),
    ],
    [
      `it names ${application.failed.name}: failed, nothing of it is there`,
      about("failed-migration").includes(`"${application.failed.name}"`),
    ],
    ["it found nothing that is not so", found.every((check) => expected.includes(check))],
    [
      `from the log alone, explain named the failed migration and the missing table`,
      ["missing-object", "failed-migration"].every((id) => failures.some((failure) => failure.id === id)) &&
        explain.includes(application.missing),
    ],
    [
      "until then nothing in the database was changed: no row, no object, no transaction that wrote",
      unchanged && exits.rehearsal === 0,
    ],
    [
      "after the repair the application's tables are those of a database in which every migration ran",
      exits.repair === 0 && afterwards.schema,
    ],
    [
      "the history says of every migration that it is applied, and of none that it failed",
      isDeepStrictEqual(afterwards.history, {
        applied: application.migrations.map(({ name }) => name),
        failed: [],
      }),
    ],
    ["every row of the shop is what it was", afterwards.shop],
    ["doctor finds nothing wrong any more", exits.doctorAfterwards === 0],
  ];
  console.log("\nWas that right? What was done to the database is known here, so it can be checked:\n");
  for (const [claim, holds] of outcomes) console.log(`  ${holds ? "✓" : "✗"} ${claim}`);
  const right = outcomes.every(([, holds]) => holds);
  if (!right) console.log(`\nNot all of it. What doctor said:\n${doctor}\nWhat explain said:\n${explain}`);
  return right;
}

/** What may be found there, and nothing else. */
const expected = ["asserted-never-executed", "failed-migration", "foreign-objects", "pending"];

function truth({ migrations, asserted, failed }: Application): unknown[] {
  const failedAt = migrations.indexOf(failed);
  return migrations.map(({ name }, place) => ({
    name,
    state: place < asserted ? "asserted" : place === failedAt ? "failed" : "pending",
    actual: "absent",
  }));
}
