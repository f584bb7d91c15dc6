import type { Entry } from "../migration/compare.ts";
import type { HistoryRecord } from "../migration/migration.ts";
import type { Verdict } from "../timeline/locate/verdict.ts";
import type { Evidence } from "./evidence.ts";

/** A file as an entry of the project, with what the schema says of it. */
export interface Judged {
  readonly entry: Entry;
  readonly verdict: Verdict | undefined;
}

/** Every migration with its verdict; none has one where the migrations could not be replayed. */
export function judged({ entries, replay }: Evidence): Judged[] {
  const verdicts = new Map(
    replay.outcome === "cannot-replay"
      ? []
      : replay.location.verdicts.map((verdict) => [verdict.migration, verdict]),
  );
  return entries.map((entry) => ({ entry, verdict: verdicts.get(entry.name) }));
}

/** The beginning of a statement's text, where the migrations were replayed. */
export function statementText({ replay }: Evidence, entry: Entry, statement: number): string | undefined {
  if (replay.outcome === "cannot-replay") return undefined;
  return replay.timeline.migrations.find(({ name }) => name === entry.name)?.statements[statement - 1]?.text;
}

/** A statement, for a person: `prisma/migrations/02_report/migration.sql:12  CREATE TABLE report ...`. */
export function citeStatement(evidence: Evidence, entry: Entry, statement: number): string {
  const { replay } = evidence;
  const timeline = replay.outcome === "cannot-replay" ? undefined : replay.timeline;
  const found = timeline?.migrations.find(({ name }) => name === entry.name)?.statements[statement - 1];
  const file = entry.migration?.file ?? entry.name;
  return found === undefined ? `${file}, statement ${statement}` : `${file}:${found.line}  ${found.text}`;
}

const deletes =
  /^(?:DROP\s+(?:TABLE|SCHEMA)|TRUNCATE|DELETE)\b|\bDELETE\s+FROM\b|^ALTER\s+TABLE\b.*\bDROP\s+(?!CONSTRAINT|DEFAULT|NOT\b|EXPRESSION|IDENTITY)/i;

/** The statements of a migration which delete rows, columns or tables, as {@link citeStatement} has them. */
export function citeDeleting(evidence: Evidence, entry: Entry): string[] {
  return statementsOf(evidence, entry).flatMap(({ text }, i) =>
    deletes.test(text) ? [citeStatement(evidence, entry, i + 1)] : [],
  );
}

/** Of these, the ones which change the schema and name a table that is there. */
export function citeDropping(evidence: Evidence, entry: Entry): string[] {
  const tables = [...evidence.snapshot.objects.values()].filter(({ kind }) => kind === "table");
  return statementsOf(evidence, entry).flatMap(({ kind, text }, i) =>
    kind === "schema" && deletes.test(text) && tables.some(({ name }) => text.includes(name))
      ? [citeStatement(evidence, entry, i + 1)]
      : [],
  );
}

/** The file controls transactions itself, or has a statement which cannot be in one. */
export function mustRunAlone(evidence: Evidence, entry: Entry): boolean {
  return statementsOf(evidence, entry).some(
    ({ kind, text }) => kind === "transaction" || /\bCONCURRENTLY\b|^VACUUM\b/i.test(text),
  );
}

function statementsOf({ replay }: Evidence, entry: Entry) {
  if (replay.outcome === "cannot-replay") return [];
  return replay.timeline.migrations.find(({ name }) => name === entry.name)?.statements ?? [];
}

/** A row of the history, for a person. */
export function citeRecord(table: string, record: HistoryRecord): string {
  const moment = (date: Date | undefined) => (date === undefined ? "never" : formatMoment(date));
  const parts = [
    `started ${moment(record.startedAt)}`,
    record.state === "rolled-back" ? "rolled back" : `finished ${moment(record.finishedAt)}`,
    ...(record.asserted ? ["recorded without a single step executed"] : []),
  ];
  return `${table}: ${record.migration}, ${parts.join(", ")}`;
}

/** `2026-11-21 03:12:45 UTC`. */
export function formatMoment(date: Date): string {
  return Number.isNaN(date.getTime())
    ? "at an unknown time"
    : `${date.toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/**
 * Names objects for a person, the first few of them: `table website, index website_key and 11 more`. The schema that
 * everything is in goes without saying; parts of a table that is named itself do too.
 */
export function nameObjects(keys: readonly string[], schema: string, atMost = 5): string {
  const whole = new Set(
    keys.filter((key) => /^(table|view|materialized-view|enum) /.test(key)).map(identityOf),
  );
  const shown = keys.filter(
    (key) => !partKind.test(key) || ![...ancestors(identityOf(key))].some((of) => whole.has(of)),
  );
  const rank = (key: string) => (key.startsWith("table ") ? 0 : key.startsWith("column ") ? 1 : 2);
  const named = shown.toSorted((a, b) => rank(a) - rank(b)).map((key) => nameObject(key, schema));
  const more = named.length - atMost;
  return named.slice(0, atMost).join(", ") + (more > 0 ? ` and ${more} more` : "");
}

/** `table website` for `table public.website`. */
export function nameObject(key: string, schema: string): string {
  const space = key.indexOf(" ");
  const identity = key.slice(space + 1);
  const own = /^[a-z_][a-z0-9_$]*$/.test(schema) ? schema : `"${schema.replaceAll('"', '""')}"`;
  const short = identity.startsWith(`${own}.`) ? identity.slice(own.length + 1) : identity;
  return `${key.slice(0, space).replace("materialized-view", "materialized view").replace("enum-value", "enum value")} ${short}`;
}

const partKind = /^(column|constraint|trigger|rule|policy|enum-value) /;

function identityOf(key: string): string {
  return key.slice(key.indexOf(" ") + 1);
}

function* ancestors(identity: string): Generator<string> {
  for (let at = identity.lastIndexOf("."); at > 0; at = identity.lastIndexOf(".", at - 1))
    yield identity.slice(0, at);
}

/** `3`, `1-3`, `1, 3-5`: numbers of statements. */
export function ranges(numbers: readonly number[]): string {
  const parts: string[] = [];
  for (let i = 0; i < numbers.length; ) {
    let end = i;
    while (numbers[end + 1] === (numbers[end] ?? 0) + 1) end++;
    parts.push(end === i ? `${numbers[i]}` : `${numbers[i]}-${numbers[end]}`);
    i = end + 1;
  }
  return parts.join(", ");
}

/** `1 object`, `2 objects`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : noun.endsWith("x") ? "es" : "s"}`;
}

/** `a`, `a and b`, `a, b and 3 more`. */
export function listNames(names: readonly string[], atMost = 4): string {
  if (names.length <= 1) return names.join("");
  if (names.length > atMost) return `${names.slice(0, atMost).join(", ")} and ${names.length - atMost} more`;
  return `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
