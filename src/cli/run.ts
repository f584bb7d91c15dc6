import { Command, CommanderError, InvalidArgumentError } from "commander";
import { KnownError } from "../errors.ts";
import { reportFailure } from "./failure.ts";
import type { CommandLineWorld, CommonOptions, ExitCode } from "./surroundings.ts";
import { version } from "./version.ts";

/**
 * Runs one command line. What a command needs is loaded when it is asked for.
 *
 * @param argv without the program's name
 * @returns the exit code
 */
export async function run(argv: readonly string[], world: CommandLineWorld): Promise<ExitCode> {
  let exit: ExitCode = 0;
  const program = programFor(world, (code) => {
    exit = code;
  });
  if (argv.length === 0) {
    program.outputHelp();
    return 64;
  }
  try {
    await program.parseAsync(argv, { from: "user" });
    return exit;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return 0;
      const problem = error.message.replace(/^error: /, "");
      return reportFailure(
        new KnownError("USAGE", { problem: sentence(problem) }),
        world,
        argv.includes("--json"),
      );
    }
    return reportFailure(error, world, argv.includes("--json"));
  }
}

function programFor(world: CommandLineWorld, finish: (code: ExitCode) => void): Command {
  const program = new Command("godwit")
    .description(
      "Your migration failed. Godwit finds out what is really in your database, and how it came to be so.\nIt only reads: nothing that it does today changes your database.",
    )
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand(false)
    .exitOverride()
    .showSuggestionAfterError(true)
    .configureOutput({
      writeOut: (text) => world.stdout.write(text),
      writeErr: () => undefined,
    })
    .addHelpText("after", footer);

  common(program.command("doctor"))
    .description("find out what is really in the database, why, and what to do (reads only)")
    .action(async (options: CommonOptions) => {
      const { doctor } = await import("./commands/doctor.ts");
      finish(await doctor(options, world));
    });
  common(program.command("status"))
    .description("what is applied, pending, failed, by files and history alone (fast)")
    .action(async (options: CommonOptions) => {
      const { status } = await import("./commands/status.ts");
      finish(await status(options, world));
    });
  program
    .command("explain")
    .argument(
      "[name]",
      "a check or a failure, as the doctor names it; without it, a log is read from standard input",
    )
    .description(
      "which failure a log shows, what its causes are, which command tells them apart (needs no project)",
    )
    .option("--json", "print one JSON document")
    .option("--no-color", "no colours")
    .exitOverride()
    .action(async (name: string | undefined, options: CommonOptions) => {
      const { explain } = await import("./commands/explain.ts");
      finish(await explain(name, options, world));
    });
  return program;
}

function common(command: Command): Command {
  return command
    .exitOverride()
    .option("--project <dir>", "the project's directory (default: the current one)")
    .option("--database <url>", "the database (default: what the project itself uses)", oneLine)
    .option(
      "--shadow <url>",
      "an empty database of the same major version to replay on, or: same-server",
      oneLine,
    )
    .option("--framework <name>", "without a project: whose migrations these are (prisma)")
    .option("--migrations <dir>", "where the migrations are")
    .option("--state-dir <dir>", "where journals and backups go (for commands that change something)")
    .option("--json", "print one JSON document on standard output, all else on standard error")
    .option("--quiet", "say nothing on standard error while it works")
    .option("--no-color", "no colours")
    .allowExcessArguments(false);
}

function oneLine(value: string): string {
  if (/[\r\n]/.test(value)) throw new InvalidArgumentError("it has more than one line.");
  return value;
}

function sentence(text: string): string {
  const capital = text.charAt(0).toUpperCase() + text.slice(1).replace(/\s*\n\s*/g, " ");
  return /[.?!)]$/.test(capital) ? capital : `${capital}.`;
}

const footer = `
Where the database is: --database, else godwit.config.{ts,js,json}, else what the project uses (.env, DATABASE_URL,
schema.prisma, prisma.config.ts). Without a project: --framework prisma --migrations DIR --database URL.

Exit codes: 0 healthy or done, 1 findings (or pending, for status), 2 failed, 3 refused until a person chooses, 64 usage.

  docker compose logs app 2>&1 | godwit explain
  godwit doctor`;
