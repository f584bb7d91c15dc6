import { homedir } from "node:os";
import type { WriteStream } from "node:tty";
import type { ProjectFlags, ProjectSurroundings } from "../project/open.ts";
import type { TextOptions } from "../report/doctor-text.ts";
import { printable } from "../report/printable.ts";

/** The world that a command sees. Only `main.ts` takes it from the process. */
export interface CommandLineWorld {
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly stdout: NodeJS.WritableStream & Partial<Pick<WriteStream, "isTTY" | "columns">>;
  readonly stderr: NodeJS.WritableStream & Partial<Pick<WriteStream, "isTTY">>;
}

/** The options which all commands on a project share. */
export interface CommonOptions extends ProjectFlags {
  readonly json?: true;
  readonly quiet?: true;
  readonly noColor?: true;
  /** `repair` and `migrate` alone. */
  readonly choose?: readonly string[];
  readonly clone?: string;
  readonly level?: string;
  readonly rehearseOnly?: true;
  readonly withoutRehearsal?: true;
  readonly native?: true;
  readonly wait?: string;
  readonly yes?: true;
  readonly planOut?: readonly string[];
  /** `quarantine` alone. */
  readonly partly?: true;
  /** `doctor` alone. */
  readonly bundle?: string;
  readonly from?: string;
  /** `snapshot` alone. */
  readonly out?: string;
  /** `diff` alone. */
  readonly strict?: true;
  readonly sql?: true;
}

/** 0: healthy or done. 1: findings, differences. 2: failed. 3: refused until a person chooses. 64: usage. */
export type ExitCode = 0 | 1 | 2 | 3 | 64;

export function projectSurroundings({ cwd, environment }: CommandLineWorld): ProjectSurroundings {
  return { cwd, environment, home: environment["HOME"] ?? homedir() };
}

/** Colours only where a person looks, and does not mind (https://no-color.org). */
export function textOptions(
  { stdout, environment }: CommandLineWorld,
  { noColor }: CommonOptions,
): TextOptions {
  const wanted = noColor !== true && (environment["NO_COLOR"] ?? "") === "" && environment["TERM"] !== "dumb";
  return { colour: wanted && stdout.isTTY === true, width: stdout.columns ?? 100 };
}

/** Says on standard error what takes long. */
export function progressOf({ stderr }: CommandLineWorld, { quiet }: CommonOptions): (text: string) => void {
  return (text) => {
    if (quiet !== true) stderr.write(`${printable(text)}\n`);
  };
}
