import type { Submittable } from "pg";
import { from, to } from "pg-copy-streams";
import { isKnownError, KnownError } from "../../../errors.ts";
import type { Target } from "../../engine.ts";
import type { Client, Result } from "../client.ts";
import { translate } from "../errors.ts";
import type { Driver } from "./driver.ts";
import { RowStream } from "./row-stream.ts";

/** A connection as all of this engine use it: what breaks it is told once, and every later question refused. */
export function clientOf(driver: Driver, target: Target): Client {
  const listeners: ((error: KnownError) => void)[] = [];
  let lost: KnownError | undefined;
  let ended: Promise<void> | undefined;
  const lose = (error: unknown): KnownError => {
    if (lost !== undefined) return lost;
    const known = translate(error, target, "waiting for an answer");
    lost = isKnownError(known, "CONNECTION_LOST")
      ? known
      : new KnownError(
          "CONNECTION_LOST",
          { address: target.address, problem: known?.message ?? "it broke" },
          { cause: error },
        );
    if (ended === undefined) for (const listener of listeners) listener(lost);
    return lost;
  };
  const orLost = <E>(error: E): E | KnownError =>
    isKnownError(translate(error, target, "waiting for an answer"), "CONNECTION_LOST") ? lose(error) : error;
  driver.on("error", lose);
  return {
    processId: driver.processID ?? 0,
    localPort: driver.socket.localPort,
    async query(text, values) {
      if (lost !== undefined) throw lost;
      try {
        const answer: Result | Result[] = await driver.query(text, values && [...values]);
        return Array.isArray(answer) ? answer : [answer];
      } catch (error) {
        throw orLost(error);
      }
    },
    async rows(text, onRow) {
      if (lost !== undefined) throw lost;
      try {
        await new Promise<void>((resolve, reject) => {
          const settle = (error?: unknown) => (error === undefined ? resolve() : reject(error));
          driver.query(new RowStream(text, onRow, settle));
        });
      } catch (error) {
        throw orLost(error);
      }
    },
    copyOut(sql) {
      const rows = to(sql);
      // Of itself it emits an error and goes on: nobody's error where its reader is yet to come, who then waits for ever.
      rows.on("error", () => undefined);
      onError(rows, (error) => rows.destroy(orLost(error)));
      return driver.query(rows);
    },
    copyIn(sql) {
      const rows = from(sql);
      onError(rows, (error, pass) => pass(orLost(error)));
      return driver.query(rows);
    },
    end() {
      ended ??= end(driver);
      return ended;
    },
    leave() {
      ended ??= end(driver);
      driver.socket.unref();
    },
    onLost(listener) {
      if (lost === undefined) listeners.push(listener);
      else if (ended === undefined) listener(lost);
    },
  };
}

type TellsError = (error: Error) => void;

/** The driver tells each of its queries of an error by this method, which the types of the streams leave out. */
function onError(query: Submittable, listener: (error: Error, pass: TellsError) => void): void {
  const known: Submittable & { handleError?: TellsError } = query;
  const pass = known.handleError?.bind(query);
  if (pass === undefined) throw new RangeError("the driver's streams are told of errors in another way");
  known.handleError = (error) => listener(error, pass);
}

export async function end(driver: Driver): Promise<void> {
  const late = setTimeout(() => driver.socket.destroy(), 1000).unref();
  await driver.end().catch(() => undefined);
  clearTimeout(late);
}
