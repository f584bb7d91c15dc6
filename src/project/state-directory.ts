import path from "node:path";

/**
 * Where journals, backups and certificates go unless the user says otherwise: a place that outlives this process.
 *
 * @returns an absolute path: XDG_STATE_HOME/godwit, ~/.local/state/godwit
 * @see https://specifications.freedesktop.org/basedir/latest/
 */
export function stateDirectory(
  environment: Readonly<Record<string, string | undefined>>,
  home: string,
): string {
  const xdg = environment["XDG_STATE_HOME"];
  const base = xdg !== undefined && path.isAbsolute(xdg) ? xdg : path.join(home, ".local", "state");
  return path.join(base, "godwit");
}
