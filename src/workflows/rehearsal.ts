import { type Clone, openClone } from "../clone/clone.ts";
import type { CopyLevel } from "../engines/copying.ts";
import type { Execution, Failed } from "../executor/execution.ts";
import { forgetful } from "../executor/journal.ts";
import type { Runner } from "../frameworks/framework.ts";
import { type Certificate, planHash } from "../plan/certificate.ts";
import { emptiedTables, mendedTables } from "../planner/emptied.ts";
import type { Planned } from "../planner/planning.ts";
import { dotted, splitDotted } from "../sql/identifier.ts";
import { isBookkeeping } from "../timeline/locate/locate.ts";
import { alteredTables, carryOut, tablesOf, withSchema } from "./carry-out.ts";
import { costsOf } from "./costs.ts";
import type { Prepared } from "./preparation.ts";

export interface RehearsalWishes {
  readonly prepared: Prepared;
  readonly planned: Planned;
  readonly runner?: Runner;
  /** `--clone`: a URL, or `same-server`. */
  readonly clone?: string;
  readonly level: CopyLevel | "auto";
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly fault?: NonNullable<Execution["fault"]>;
  readonly onProgress?: (text: string) => void;
}

export type Rehearsal =
  | { readonly outcome: "proven"; readonly certificate: Certificate }
  /** The plan is wrong, or the data stops it: it must not be applied. */
  | { readonly outcome: "failed"; readonly failure: Failed; readonly clone: string }
  /** The framework's own runner cannot run here: the plan is to be made without it. */
  | { readonly outcome: "no-runner"; readonly reason: string }
  | { readonly outcome: "no-clone"; readonly reason: string; readonly remedy: string };

/** Milliseconds for the framework's own look at a database. */
const statusLimit = 60_000;

/** Carries a plan out on a copy of the database, and writes down what was proven by that. */
export async function rehearse(wishes: RehearsalWishes): Promise<Rehearsal> {
  const { prepared, planned, environment, level, onProgress } = wishes;
  const { gathered, evidence } = prepared;
  const { engine, target, server, project, schema } = gathered;
  const { framework } = project;
  const history = framework.historyTable(schema);
  const tables = tablesOf(evidence.snapshot, planned, isBookkeeping(history));
  const name = ({ schema: place, name: own }: { schema: string; name: string }) => dotted(place, own);
  const clone = await openClone({
    engine,
    target,
    server,
    level,
    tables: [
      ...alteredTables(tables, planned, evidence.snapshot).map(name),
      ...removedTables(planned),
      ...emptiedTables(planned.plan, evidence.snapshot.objects),
      ...mendedTables(planned.plan),
      ...neededTables(planned),
    ],
    always: evidence.history.outcome === "no-table" ? [] : [name(history)],
    roles: gathered.surroundings.roles,
    packageRoots: project.packageRoots,
    cacheDirectory: project.cacheDirectory,
    environment,
    ...(wishes.clone !== undefined && { choice: wishes.clone }),
    ...(onProgress && { onProgress }),
  });
  if ("outcome" in clone) return clone;
  try {
    return await onClone(wishes, clone);
  } finally {
    await clone.close();
  }
}

async function onClone(wishes: RehearsalWishes, clone: Clone): Promise<Rehearsal> {
  const { prepared, planned, runner, environment, fault, onProgress } = wishes;
  const start = performance.now();
  onProgress?.(`Rehearsing on ${clone.description} ...`);
  const url = withSchema(clone.url, prepared.gathered.schema);
  const runs = planned.plan.parts.some(({ kind }) => kind === "runner");
  if (runs && runner !== undefined) {
    const look = await runner.status({ url, environment, timeout: statusLimit });
    if (look.outcome === "cannot-run") return { outcome: "no-runner", reason: look.reason };
  }
  const outcome = await carryOut({
    gathered: prepared.gathered,
    evidence: prepared.evidence,
    planned,
    target: clone.target,
    url: clone.url,
    environment,
    ...(runs && runner && { runner }),
    execution: {
      journal: forgetful,
      patience: 10,
      measure: true,
      ...(fault && { fault }),
      ...(onProgress && { onProgress }),
    },
  });
  if (outcome.outcome === "failed") return { outcome: "failed", failure: outcome, clone: clone.description };
  const content = runner && (await runner.status({ url, environment, timeout: statusLimit }));
  if (content?.outcome === "refused") {
    const problems = [
      `${runner?.description ?? "the framework"} is not content afterwards: ${content.output.trim()}`,
    ];
    const failure: Failed = {
      outcome: "failed",
      reason: { kind: "verification", problems },
      part: planned.plan.parts.length - 1,
      committed: planned.plan.parts.length,
      left: "some",
    };
    return { outcome: "failed", failure, clone: clone.description };
  }
  const { plan } = planned;
  return {
    outcome: "proven",
    certificate: {
      godwit: 1,
      plan: planHash(plan),
      from: plan.from,
      rehearsedAt: new Date().toISOString(),
      level: clone.level,
      clone: clone.description,
      to: outcome.schema ?? "",
      seconds: (performance.now() - start) / 1000,
      proven: provenBy(planned, clone.level, {
        compared: outcome.unchanged.length,
        written: outcome.written,
        ...(content?.outcome === "done" && runner && { runner: runner.description }),
      }),
      ...(await costsOf(outcome.measures, prepared.gathered.session)),
      unchanged: outcome.unchanged,
      // What is mended is written, whether the copy had rows of it or not.
      written: [
        ...new Set([
          ...outcome.written,
          ...emptiedTables(plan, prepared.evidence.snapshot.objects),
          ...mendedTables(plan),
        ]),
      ].toSorted(),
    },
  };
}

function provenBy(
  { kept, plan }: Planned,
  level: CopyLevel,
  { compared, written, runner }: { compared: number; written: readonly string[]; runner?: string },
): string[] {
  const rows =
    level === "full" ? "all rows" : level === "affected" ? "the rows of the tables concerned" : undefined;
  return [
    `the schema is what the migrations make${kept.size > 0 ? ", but for what is left as it is" : ""}; nothing else of it changed`,
    "the history says that every migration is applied",
    rows === undefined
      ? "the copy had no rows: nothing is proven of data"
      : `${rows} of ${compared} ${compared === 1 ? "table" : "tables"} are what they were, over the columns that stay`,
    ...(written.length > 0
      ? [
          `rows of ${written.join(", ")} were changed, by ${mendedTables(plan).length > 0 ? "what you chose for rows in the way, and " : ""}the migrations' own data statements`,
        ]
      : []),
    ...(runner ? [`${runner} finds nothing to do`] : []),
  ];
}

/**
 * Tables which are named by what the plan makes alone. A key is held against the rows to which it points: without them the
 * copy would refuse it. And an index, whose name does not say its table, is proven on rows only where they are.
 */
function neededTables({ plan, expected }: Planned): string[] {
  return [...plan.makes, ...plan.changes].flatMap((key) => {
    const definition = expected.at(-1)?.get(`${key}\ndefinition`) ?? "";
    const target = key.startsWith("constraint ")
      ? definition.split(" REFERENCES ")[1]
      : key.startsWith("index ")
        ? tableOfIndex.exec(definition)?.[1]
        : undefined;
    return target === undefined ? [] : [dotted(...splitDotted(target).parts)];
  });
}

const tableOfIndex = /^CREATE (?:UNIQUE )?INDEX (?:(?:"(?:[^"]|"")*"|[^\s"]+) )?ON (?:ONLY )?(.*)$/s;

function removedTables({ plan }: Planned): string[] {
  return plan.removes.flatMap((key) => (key.startsWith("table ") ? [key.slice("table ".length)] : []));
}
