import type { ScratchSession } from "../engines/engine.ts";

/** The same session; after it is closed, something more is done, once. */
export function closingWith(session: ScratchSession, afterwards: () => Promise<void>): ScratchSession {
  const close = async () => {
    try {
      await session.close();
    } finally {
      await afterwards();
    }
  };
  let closed: Promise<void> | undefined;
  return {
    server: session.server,
    script: (sql) => session.script(sql),
    snapshot: (options) => session.snapshot(options),
    changes: (options) => session.changes(options),
    reprint: (objects) => session.reprint(objects),
    close: () => {
      closed ??= close();
      return closed;
    },
  };
}
