import type { Claim, ClientScript, ObjectName } from "../engines/client-script.ts";
import { ownLock } from "../executor/execute.ts";
import type { RowClaim } from "../plan/claim.ts";
import type { Plan, PlanPart, PlanStep } from "../plan/plan.ts";
import type { MendStep } from "../planner/mending/mending.ts";
import type { Planned } from "../planner/planning.ts";
import { objectChanges } from "../planner/projection.ts";
import type { ObjectKind } from "../schema/object.ts";
import { dotted } from "../sql/identifier.ts";
import { type Facts, factsOf } from "../timeline/facts.ts";
import { isBookkeeping } from "../timeline/locate/locate.ts";
import type { Prepared } from "./preparation.ts";

/** One statement, or some which belong together, and what it is for. */
export interface ScriptPiece {
  readonly title: string;
  readonly sql: string;
}

export interface ScriptStep {
  readonly step: PlanStep;
  readonly pieces: readonly ScriptPiece[];
}

/** Steps between BEGIN and COMMIT, or by themselves. */
export interface ScriptSection {
  readonly kind: "transaction" | "alone";
  /** BEGIN and locks, then what must be true before the steps. */
  readonly before: readonly ScriptPiece[];
  readonly steps: readonly ScriptStep[];
  /** What must be true after them, then COMMIT. */
  readonly after: readonly ScriptPiece[];
}

/** A plan as a script for the database's own client: its statements, in order. The words around them are the report's. */
export interface PlanScript {
  readonly plan: Plan;
  /** How a person runs a file. */
  command(file: string): string;
  readonly opening: string;
  /** Locks for all of the script, where one transaction's are not enough. */
  readonly locks?: { readonly take: string; readonly release: string };
  readonly sections: readonly ScriptSection[];
}

type OwnPart = Exclude<PlanPart, { kind: "runner" }>;

/**
 * Writes a plan as a script which asserts that the database is what the plan was made for, executes the steps, and
 * asserts what they led to.
 *
 * @param planned without a part for the framework's runner
 */
export async function planScript(planned: Planned, { gathered, evidence }: Prepared): Promise<PlanScript> {
  const { plan, expected } = planned;
  const { project, engine, schema, server } = gathered;
  const client = await engine.clientScript();
  const facts = factsOf(evidence.snapshot, isBookkeeping(project.framework.historyTable(schema)));
  const parts = plan.parts.map((part): OwnPart => {
    if (part.kind === "runner") throw new RangeError("a script cannot start the framework's runner");
    return part;
  });
  const keys = [ownLock, ...project.framework.lock(server.database)];
  const single = parts.length === 1 && parts[0]?.kind === "transaction";
  const sections = parts.map((part, i): ScriptSection => {
    const isLast = i === parts.length - 1;
    const from = expected[i - 1] ?? facts;
    const to = expected[i] ?? from;
    const checks = [
      ...objectsAfter(client, { from: isLast ? facts : from, to, all: isLast && i > 0, kind: part.kind }),
      ...(isLast ? historyAfter(client, gathered, part.kind) : []),
    ];
    const first = [
      ...(i === 0 ? historyBefore(client, gathered) : []),
      ...(i === 0 ? objectsBefore(client, planned, facts) : []),
      // At once of all parts, before the first of them is committed; and again where a later one begins.
      ...removedBefore(client, i === 0 ? parts.flatMap(({ steps }) => steps) : part.steps),
    ];
    const steps = part.steps.map((step) => ({ step, pieces: piecesOf(client, step, part.kind) }));
    if (part.kind === "alone") return { kind: part.kind, before: first, steps, after: checks };
    return {
      kind: part.kind,
      before: [
        { title: "", sql: client.begin },
        ...(single ? [{ title: lockTitle, sql: client.lock(keys, "transaction") }] : []),
        ...first,
      ],
      steps,
      after: [...checks, { title: "", sql: client.commit }],
    };
  });
  return {
    plan,
    command: (file) => client.command(file),
    opening: client.opening({ schema }),
    ...(!single && { locks: { take: client.lock(keys, "session"), release: client.unlock(keys) } }),
    sections,
  };
}

const lockTitle = "The locks of Godwit and of the framework's runner: both stay out meanwhile.";

const nothingChanged = "Nothing was changed.";
const undone: Readonly<Record<OwnPart["kind"], string>> = {
  transaction: "The transaction is rolled back.",
  alone: "What was done stays done. Diagnose it: godwit doctor",
};

function historyBefore(client: ClientScript, { project, schema, history, server }: Prepared["gathered"]) {
  const { framework } = project;
  const { schema: place, name } = framework.historyTable(schema);
  const table = dotted(place, name);
  const there = client.exists({ kind: "table", identity: table });
  const asItWas = "the history is not as it was when this plan was made: ";
  const pieces: ScriptPiece[] = [
    {
      title: `The server is of the version for which the plan was made: ${server.major}.`,
      sql: client.assert(
        [{ name: `major version ${server.major}`, holds: client.isMajor(server.major) }],
        ["Godwit: this plan was made for another server: ", ` was expected. ${nothingChanged}`],
      ),
    },
  ];
  if (!history.exists) {
    const claim = { name: `${table} is there now`, holds: `NOT ${there}` };
    return [
      ...pieces,
      {
        title: "There is no history table.",
        sql: client.assert([claim], [`Godwit: ${asItWas}`, `. ${nothingChanged}`]),
      },
    ];
  }
  const rows = { name: "its rows are others", holds: framework.writing.hasRows(schema, history.records) };
  return [
    ...pieces,
    {
      title: "The history table is there.",
      sql: client.assert(
        [{ name: `${table} is not there`, holds: there }],
        [`Godwit: ${asItWas}`, `. ${nothingChanged}`],
      ),
    },
    {
      title: `It has exactly the ${history.records.length} rows for which the plan was made.`,
      sql: client.assert([rows], [`Godwit: ${asItWas}`, `. ${nothingChanged} Plan anew: godwit repair`]),
    },
  ];
}

function historyAfter(
  client: ClientScript,
  { project, schema, migrations }: Prepared["gathered"],
  kind: OwnPart["kind"],
) {
  const { writing } = project.framework;
  const claims = migrations.map(({ name }) => ({
    name: `${name} is not recorded as applied`,
    holds: writing.allApplied(schema, [name]),
  }));
  return [
    {
      title: "The history says that every migration is applied, and that none failed.",
      sql: client.assert(claims, [
        "Godwit: the steps did not lead to what was planned: ",
        `. ${undone[kind]}`,
      ]),
    },
  ];
}

/** What the plan makes is not there, and what it changes or removes is. */
function objectsBefore(client: ClientScript, { plan, expected }: Planned, facts: Facts): ScriptPiece[] {
  // What one part makes and a later one removes is in none of the plan's lists.
  const steps = expected.flatMap((to) => [objectChanges(facts, to)]);
  const makes = new Set([...plan.makes, ...steps.flatMap((changes) => changes.makes)]);
  const touches = new Set([...plan.changes, ...plan.removes, ...steps.flatMap(({ removes }) => removes)]);
  const refusal = (what: string): [string, string] => [
    `Godwit: the schema is not as it was when this plan was made: ${what}: `,
    `. ${nothingChanged} Plan anew: godwit repair`,
  ];
  return [
    piece(client, "Nothing of what the plan makes is there.", refusal("there is already"), [
      ...[...makes].map((key) => ({ name: key, holds: `NOT ${client.exists(nameOf(key))}` })),
    ]),
    piece(client, "All that the plan changes or removes is there.", refusal("there is no longer"), [
      ...[...touches].map((key) => ({ name: key, holds: client.exists(nameOf(key)) })),
    ]),
  ].flat();
}

/** An index is removed because the server could not finish it. Somebody may have made it anew. */
function removedBefore(client: ClientScript, steps: readonly PlanStep[]): ScriptPiece[] {
  const objects = steps.flatMap((step) => (step.kind === "remove" ? [step.object] : []));
  return piece(
    client,
    "What is removed because the server could not finish it is still like that.",
    ["Godwit: it is no longer unfinished, or no longer there: ", `. Plan anew: godwit repair`],
    objects.map((key) => ({
      name: key,
      holds: `(${client.exists(nameOf(key))} AND NOT ${client.exists(nameOf(key), { whole: true })})`,
    })),
  );
}

function objectsAfter(
  client: ClientScript,
  { from, to, all, kind }: { from: Facts; to: Facts; all: boolean; kind: OwnPart["kind"] },
): ScriptPiece[] {
  const { makes, changes, removes } = objectChanges(from, to);
  const refusal = (what: string): [string, string] => [
    `Godwit: the steps did not lead to what was planned: ${what}: `,
    `. ${undone[kind]}`,
  ];
  const whole = all ? "all of the script" : "these steps";
  return [
    ...piece(client, `What ${whole} had to make or change is there.`, refusal("there is no"), [
      ...[...makes, ...changes].map((key) => ({
        name: key,
        holds: client.exists(nameOf(key), { whole: true }),
      })),
    ]),
    ...piece(client, `What ${whole} had to remove is gone.`, refusal("there is still"), [
      ...removes.map((key) => ({ name: key, holds: `NOT ${client.exists(nameOf(key))}` })),
    ]),
  ];
}

function piece(
  client: ClientScript,
  title: string,
  otherwise: readonly [string, string],
  claims: readonly Claim[],
): ScriptPiece[] {
  return claims.length === 0 ? [] : [{ title, sql: client.assert(claims, otherwise) }];
}

function piecesOf(client: ClientScript, step: PlanStep, kind: OwnPart["kind"]): ScriptPiece[] {
  const send = (sql: string) => (kind === "alone" ? client.alone(sql) : client.statement(sql));
  switch (step.kind) {
    case "history":
      return step.writes.map((write) => ({ title: "", sql: client.write(write) }));
    case "remove":
      return [{ title: "", sql: send(step.sql) }];
    case "restore":
      return step.statements.map((sql) => ({ title: "", sql: send(sql) }));
    case "mend":
      return [
        ...claimed(client, step, step.first),
        ...step.statements.map((sql) => ({ title: "", sql: send(sql) })),
        ...claimed(client, step, step.last),
      ];
    case "rows":
      throw new RangeError("a script cannot read the files of a backup");
    case "statements":
      return step.statements.map(({ number, line, sql, untraced }) => ({
        title: `Statement ${number}, ${step.file}:${line}${untraced ? ": it changes rows or runs code, which no assertion sees" : ""}`,
        sql: send(sql),
      }));
  }
}

function claimed(client: ClientScript, { choice }: MendStep, claims: readonly RowClaim[]): ScriptPiece[] {
  return claims.map(({ count, problem }) => ({
    title: `No ${problem}.`,
    sql: client.assert(
      [{ name: problem, holds: `${count} = 0` }],
      [`Godwit: what was chosen (${choice}) cannot be done: `, `. ${undone.transaction}`],
    ),
  }));
}

/** `column public.users.email` is a kind and an identity. */
function nameOf(key: string): ObjectName {
  const space = key.indexOf(" ");
  return { kind: key.slice(0, space) as ObjectKind, identity: key.slice(space + 1) };
}
