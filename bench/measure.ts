import { spawn } from "node:child_process";

/** How long a whole process takes. What it says is thrown away. A process that fails is no measurement. */
export function seconds(
  program: string,
  args: readonly string[],
  { cwd, environment }: { readonly cwd: string; readonly environment: NodeJS.ProcessEnv },
): Promise<number> {
  const start = performance.now();
  const child = spawn(program, args, { cwd, env: environment, stdio: ["ignore", "ignore", "inherit"] });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => {
      const taken = (performance.now() - start) / 1000;
      if (code === 0) resolve(taken);
      else reject(new Error(`${args[0]} ended with ${code}`));
    });
  });
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

export function milliseconds(time: number): string {
  return `${Math.round(time * 1000)} ms`;
}

export function ratio(a: number, b: number): string {
  return (a / b).toFixed(2);
}
