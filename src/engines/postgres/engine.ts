import { psqlCommandIn } from "../../sql/postgres-client-command.ts";
import { sameButForLayout } from "../../sql/postgres-layout.ts";
import { splitPostgres } from "../../sql/postgres-split.ts";
import type { Engine } from "../engine.ts";
import { parsePostgresUrl } from "./connection/url.ts";
import { postgresUrl } from "./connection/write-url.ts";
import { openSession } from "./session.ts";

/**
 * PostgreSQL, from version 13. What is needed for one kind of command only is loaded when it is asked for, so that
 * `godwit status` starts quickly.
 */
export const postgres: Engine = {
  name: "postgres",
  title: "PostgreSQL",
  features: { transactionalDdl: true, sessionLocks: true, schemas: true },
  parse: (url) => parsePostgresUrl(url),
  url: postgresUrl,
  connect: openSession,
  openWriter: async (target, options) => (await import("./writer.ts")).openWriter(target, options),
  openDoor: async (url) => (await import("./door/door.ts")).openDoor(url),
  split: splitPostgres,
  sameButForLayout,
  clientCommandIn: psqlCommandIn,
  rowQuestions: async () => (await import("./rows/question.ts")).questionOf,
  rowMending: async () => (await import("./rows/mend.ts")).rowMending,
  quarantine: async () => (await import("./rows/kept.ts")).quarantineSql,
  masking: async () => {
    const { maskScript, executableScript } = await import("../../sql/mask-script.ts");
    return { mask: maskScript, executable: executableScript };
  },
  copyDatabase: async (wishes) => (await import("./clone.ts")).copyDatabase(wishes),
  sizes: async (target) => (await import("./clone.ts")).sizes(target),
  clientScript: async () => (await import("./psql.ts")).psql,
  objectSql: async () => (await import("./object-sql/object-sql.ts")).objectSql,
  scratch: {
    localServer: async (wishes) => (await import("./local-server/start.ts")).startLocalServer(wishes),
    connect: async (target, options) => (await import("./scratch.ts")).connectScratch(target, options),
    createDatabase: async (target, name, like) =>
      (await import("./scratch.ts")).createDatabase(target, name, like),
    dropDatabase: async (target, name) => (await import("./scratch.ts")).dropDatabase(target, name),
    isPowerful: async (target) => (await import("./confined.ts")).isPowerful(target),
    mayCreateDatabase: async (target) => (await import("./scratch.ts")).mayCreateDatabase(target),
  },
};
