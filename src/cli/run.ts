import { readCommandLine } from "./command-line.ts";
import type { CommandLineWorld, ExitCode } from "./surroundings.ts";

/**
 * Runs one command line. What a command needs is loaded when it is asked for.
 *
 * @param argv without the program's name
 * @returns the exit code
 */
export async function run(argv: readonly string[], world: CommandLineWorld): Promise<ExitCode> {
  try {
    const request = await readCommandLine(argv);
    if ("command" in request) return await request.command.run(request.options, world, ...request.words);
    if (request.show === "version") {
      const { version } = await import("./version.ts");
      world.stdout.write(`${version}\n`);
    } else {
      const { helpText } = await import("./help.ts");
      world.stdout.write(helpText(request.name, world.stdout.columns));
    }
    // Whoever asks for nothing is shown the help, and learns that nothing was done.
    return argv.length === 0 ? 64 : 0;
  } catch (error) {
    const { reportFailure } = await import("./failure.ts");
    return reportFailure(error, world, argv.includes("--json"));
  }
}
