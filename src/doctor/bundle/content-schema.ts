import { z } from "zod";

/** More than any server has of them; a bundle comes from a stranger. */
const many = 200_000;
const text = z.string().max(10_000_000);
const name = z.string().min(1).max(4096);
const moment = z.iso.datetime();
const date = moment.transform((value) => new Date(value));
const count = z.int().min(0);

const holds = z.union([
  z.object({ kind: z.literal("relations"), relations: z.array(text) }),
  z.object({ kind: z.literal("framework-lock") }),
]);

const prepared = z.object({ gid: text, owner: text, since: date, holds });

const holder = z.object({
  pid: z.int(),
  user: text.exactOptional(),
  application: text.exactOptional(),
  client: text.exactOptional(),
  state: text.exactOptional(),
  since: date.exactOptional(),
  query: text.exactOptional(),
  quietSeconds: z.number().exactOptional(),
  holds,
});

const access = z.object({
  shared: z.boolean(),
  readOnly: z
    .union([
      z.object({
        kind: z.literal("standby"),
        primary: text.exactOptional(),
        replayedUntil: date.exactOptional(),
      }),
      z.object({ kind: z.literal("setting"), where: text }),
    ])
    .exactOptional(),
});

const record = z.object({
  migration: name,
  id: text.exactOptional(),
  state: z.enum(["applied", "failed", "rolled-back"]),
  asserted: z.boolean(),
  checksum: text.exactOptional(),
  startedAt: date.exactOptional(),
  finishedAt: date.exactOptional(),
  log: text.exactOptional(),
  error: z.object({ code: text, message: text }).exactOptional(),
});

const migration = z.object({
  name,
  file: name,
  checksum: text.exactOptional(),
  accepted: z.array(text).max(many),
  sql: z
    .array(text)
    .transform((lines) => lines.join("\n"))
    .exactOptional(),
});

const interrupted = z.object({
  id: text,
  directory: text,
  purpose: text,
  startedAt: text,
  isRunning: z.boolean(),
  committed: count,
  transaction: z
    .object({ id: text, fate: z.enum(["committed", "aborted", "in-progress", "unknown"]) })
    .exactOptional(),
  doing: z.enum(["nothing", "transaction", "statement", "runner"]),
  isDamaged: z.boolean().default(false),
  wrote: text.exactOptional(),
  words: text,
});

/** It becomes a part of a command for a person to type. */
const gitObject = z.string().regex(/^[0-9a-f]{4,64}$/);
const changedIn = z.object({ commit: gitObject, date: z.iso.date() });

const origins = z.object({
  originals: z
    .array(
      z.object({
        migration: name,
        object: gitObject,
        changedIn: changedIn.exactOptional(),
        sameLayout: z.boolean(),
      }),
    )
    .max(many),
  fitting: z
    .array(z.object({ release: name, pending: z.int() }))
    .max(many)
    .exactOptional(),
  edits: z
    .array(
      z.object({
        migration: name,
        kind: z.enum(["layout", "equivalent", "changed", "unknown"]),
        reason: text.exactOptional(),
        differences: z
          .array(
            z.object({
              object: name,
              attribute: text,
              applied: text.exactOptional(),
              file: text.exactOptional(),
            }),
          )
          .max(many),
        object: gitObject.exactOptional(),
        changedIn: changedIn.exactOptional(),
      }),
    )
    .max(many),
});

/** The form of a bundle's content, but for its snapshot, which has a reader of its own. */
export const contentSchema = z.object({
  madeAt: moment,
  madeBy: z.string().max(100),
  project: z.object({ framework: name, directory: text, databaseSource: text }),
  engine: name,
  address: text,
  server: z.object({
    version: z.string().regex(/^\d+[\w.]*$/),
    major: z.int().min(1).max(999),
    database: name,
    user: name,
    currentSchema: name.exactOptional(),
    superuser: z.boolean(),
    readOnlyServer: z.boolean(),
    serverIdentity: text,
    // It becomes an argument of a program.
    encoding: z.string().regex(/^\w{1,30}$/),
    collation: text,
  }),
  schema: name,
  migrations: z.array(migration).max(many),
  history: z.object({
    table: name,
    exists: z.boolean(),
    outcome: z.enum(["read", "no-table", "locked"]),
    records: z.array(record).max(many),
  }),
  surroundings: z.object({
    holders: z.array(holder).max(many),
    // Bundles of 0.2.0's first days have none.
    prepared: z.array(prepared).max(many).default([]),
    roles: z.array(name).max(many),
  }),
  access: access.exactOptional(),
  otherHistories: z.array(text),
  ownElsewhere: z.array(text),
  interrupted: interrupted.exactOptional(),
  kept: z
    .array(z.tuple([name, z.iso.datetime()]))
    .max(many)
    .exactOptional(),
  origins: origins.exactOptional(),
  refused: z
    .object({
      migration: name,
      statement: count.exactOptional(),
      passed: count.exactOptional(),
      code: text,
      message: text,
    })
    .exactOptional(),
  found: z.object({
    replay: z.enum(["replayed", "cached", "cannot-replay"]),
    findings: z.array(text),
  }),
  masked: z.object({
    literals: z.record(z.string(), count),
    logs: count,
    messages: count,
    schemaTexts: count,
    roles: count,
  }),
  proof: z.object({
    outcome: z.enum(["same", "different", "not-replayed"]),
    reason: text.exactOptional(),
  }),
});
