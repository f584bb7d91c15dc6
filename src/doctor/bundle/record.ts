import type { Masking } from "../../engines/engine.ts";
import type { HistoryRecord, Migration } from "../../migration/migration.ts";
import { type AttributeValue, objectKey, type SchemaObject } from "../../schema/object.ts";
import { hashOf, type Snapshot } from "../../schema/snapshot.ts";
import { maskSecrets } from "../../sql/mask-secrets.ts";
import type { Finding } from "../check.ts";
import type { Evidence } from "../evidence.ts";
import type { Observed } from "../observe.ts";
import type { Origins } from "../origins/origins.ts";
import type { Bundle, BundledMigration, RecordedOrigins, Refused } from "./bundle.ts";
import { maskMessage } from "./mask-message.ts";
import { vocabularyOf } from "./vocabulary.ts";

/** What a bundle is made of, besides what was observed. */
export interface RecordOptions {
  readonly evidence: Evidence;
  readonly findings: readonly Finding[];
  readonly masking: Masking;
  readonly madeAt: Date;
  /** Godwit's version. */
  readonly version: string;
  /** Whose name is in it need not be known: it is written `~`. */
  readonly home: string;
}

/**
 * Records what a diagnosis rests on. What is in it is listed here and nowhere else: the rows of no table are read for it,
 * URL, password and environment are not among its sources, and what may quote values is masked.
 */
export function record(observed: Observed, options: RecordOptions): Omit<Bundle, "proof"> {
  const { project, engine, target, server, schema, history, historyOutcome } = observed;
  const { evidence, findings, masking, madeAt, version, home } = options;
  const { snapshot, texts } = withoutSecrets(observed.snapshot);
  const known = vocabularyOf(snapshot, observed.migrations, engine.split);
  const literals: Record<string, number> = {};
  const named = new Set(observed.migrations.map(({ name }) => name));
  const migrations = observed.migrations.map((migration) => {
    const masked = masking.mask(migration.sql ?? "", known);
    if (masked.literals > 0) literals[migration.name] = masked.literals;
    // A row without a file may be that of a file which was renamed.
    const speaking = history.records.filter(
      (one) => one.migration === migration.name || !named.has(one.migration),
    );
    return bundled(migration, masked.sql, speaking);
  });
  const records = history.records.map(withoutLog);
  const refused = refusedIn(evidence);
  const roles = observed.surroundings.roles.filter((role) => isNamed(role, observed.migrations));
  const original = [...history.records.map(({ error }) => error), failureIn(evidence)];
  const { interrupted } = evidence;
  return {
    madeAt: madeAt.toISOString(),
    madeBy: version,
    project: {
      framework: project.framework.name,
      directory: withoutHome(project.directory, home),
      databaseSource: withoutHome(project.databaseSource, home),
    },
    engine: engine.name,
    address: target.address,
    server,
    schema,
    snapshot,
    migrations,
    history: { table: history.table, exists: history.exists, outcome: historyOutcome, records },
    surroundings: {
      holders: observed.surroundings.holders.map(({ mark: _, ...holder }) => holder),
      prepared: observed.surroundings.prepared,
      roles,
    },
    ...(observed.access && { access: observed.access }),
    otherHistories: observed.otherHistories,
    ownElsewhere: observed.ownElsewhere,
    ...(observed.origins && { origins: recordedOrigins(observed.origins, evidence) }),
    ...(interrupted && {
      interrupted: { ...interrupted, directory: withoutHome(interrupted.directory, home) },
    }),
    ...(evidence.kept && { kept: [...evidence.kept] }),
    ...(refused && { refused }),
    found: {
      replay: evidence.replay.outcome,
      findings: findings.map(({ severity, check }) => `${severity} ${check}`),
    },
    masked: {
      literals,
      logs: history.records.filter(({ log }) => log !== undefined).length,
      messages: original.filter((one) => one && maskMessage(one.code, one.message) !== one.message).length,
      schemaTexts: texts,
      roles: observed.surroundings.roles.length - roles.length,
    },
  };
}

/** @param home may be `/`, which is in everybody's paths */
export function withoutHome(text: string, home: string): string {
  return home.length > 1 ? text.replaceAll(home.replace(/\/$/, ""), "~") : text;
}

function bundled(migration: Migration, sql: string, records: readonly HistoryRecord[]): BundledMigration {
  const { name, file, checksum, hasChecksum } = migration;
  const recorded = records.flatMap((one) => one.checksum ?? []);
  return {
    name,
    file,
    accepted: [...new Set(recorded.filter((one) => one !== checksum && hasChecksum?.(one) === true))],
    ...(checksum !== undefined && { checksum }),
    ...(migration.sql !== undefined && { sql }),
  };
}

/**
 * A log quotes statements, rows and addresses in forms that nobody can list, so of it only what was read from it is kept:
 * the error. That there was a log is a part of the evidence.
 */
function withoutLog({ log, error, ...rest }: HistoryRecord): HistoryRecord {
  if (log === undefined) return rest;
  if (error === undefined) return { ...rest, log: "(left out)" };
  const message = maskMessage(error.code, error.message);
  return { ...rest, log: `${error.code}: ${message} (the rest was left out)`, error: { ...error, message } };
}

/** Values of the schema, as the snapshot has them; no text of a file. */
function recordedOrigins({ originals, fitting }: Origins, { edits = [] }: Evidence): RecordedOrigins {
  return {
    originals: originals.map(({ text: _, ...original }) => original),
    ...(fitting && { fitting }),
    edits: edits.map(({ differences, ...edit }) => ({
      ...edit,
      differences: differences.map(({ applied, file, ...fact }) => ({
        ...fact,
        ...(applied !== undefined && { applied: maskSecrets(applied) }),
        ...(file !== undefined && { file: maskSecrets(file) }),
      })),
    })),
  };
}

function failureIn({ replay }: Evidence) {
  return replay.outcome === "cannot-replay" ? undefined : replay.timeline.failure;
}

function refusedIn({ replay }: Evidence): Refused | undefined {
  const { failure, migrations } =
    replay.outcome === "cannot-replay" ? { failure: undefined, migrations: [] } : replay.timeline;
  if (failure === undefined) return undefined;
  const { migration, statement, code } = failure;
  const passed = migrations.find(({ name }) => name === migration)?.passed;
  return {
    migration,
    code,
    message: maskMessage(code, failure.message),
    ...(statement !== undefined && { statement }),
    ...(passed !== undefined && { passed }),
  };
}

/** A migration that names no role needs none; the names of a server's roles may be those of people or customers. */
function isNamed(role: string, migrations: readonly Migration[]): boolean {
  return migrations.some(({ sql }) => sql?.toLowerCase().includes(role.toLowerCase()));
}

/** The catalog without passwords. What is not changed keeps its hash. */
function withoutSecrets(snapshot: Snapshot): { snapshot: Snapshot; texts: number } {
  let texts = 0;
  const text = (value: string) => {
    const masked = maskSecrets(value);
    if (masked !== value) texts += 1;
    return masked;
  };
  const value = (one: AttributeValue): AttributeValue =>
    typeof one === "string" ? text(one) : Array.isArray(one) ? one.map(text) : one;
  const values = (all: SchemaObject["attributes"]) =>
    Object.fromEntries(Object.entries(all).map(([name, one]) => [name, value(one)]));
  const objects = [...snapshot.objects.values()].map((object) => {
    const before = texts;
    const masked = {
      ...object,
      attributes: values(object.attributes),
      environment: values(object.environment),
      ...(object.definition !== undefined && { definition: text(object.definition) }),
    };
    return texts === before ? object : { ...masked, hash: hashOf(masked) };
  });
  return {
    snapshot: { ...snapshot, objects: new Map(objects.map((object) => [objectKey(object), object])) },
    texts,
  };
}
