import { KnownError } from "../errors.ts";
import type { Engine } from "./engine.ts";

/** Adding an engine: one folder beside this file, one line here. Drivers load only when asked for. */
const engines: Readonly<Record<string, () => Promise<Engine>>> = {
  postgres: async () => (await import("./postgres/engine.ts")).postgres,
};

/** Which engine a URL's scheme asks for; its name is known before its driver is loaded. */
const schemes: Readonly<Record<string, string>> = {
  "postgres:": "postgres",
  "postgresql:": "postgres",
  // Proxies in front of PostgreSQL: the engine says why their URLs cannot be used.
  "prisma:": "postgres",
  "prisma+postgres:": "postgres",
};

/**
 * Loads the engine which a database URL names.
 *
 * @throws KnownError ENGINE_UNSUPPORTED for a scheme that no engine has, DATABASE_URL_INVALID for text without one
 */
export async function engineOf(url: string): Promise<Engine> {
  const scheme = /^([a-z][a-z0-9+.-]*:)/i.exec(url)?.[1]?.toLowerCase();
  if (scheme === undefined) {
    throw new KnownError("DATABASE_URL_INVALID", {
      problem: "it does not begin with a scheme like postgresql://",
    });
  }
  const load = engines[schemes[scheme] ?? ""];
  if (load === undefined) throw new KnownError("ENGINE_UNSUPPORTED", { engine: scheme.slice(0, -1) });
  return load();
}

/**
 * Loads an engine by its name, as a file of an earlier run has it.
 *
 * @throws KnownError ENGINE_UNSUPPORTED
 */
export async function engineNamed(name: string): Promise<Engine> {
  const load = Object.hasOwn(engines, name) ? engines[name] : undefined;
  if (load === undefined) throw new KnownError("ENGINE_UNSUPPORTED", { engine: name });
  return load();
}
