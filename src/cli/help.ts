import { wrap } from "../report/wrap.ts";
import { type Command, commands, type Option } from "./catalog.ts";

const about =
  "Your migration failed. Godwit finds out what is really in your database, proves the repair on a copy, and applies it.\nNothing is changed that was not shown, and nothing without your yes.";

const footer = `
Where the database is: --database, else godwit.config.{ts,js,json}, else what the project uses (.env, DATABASE_URL,
schema.prisma, prisma.config.ts). Without a project: --framework prisma --migrations DIR --database URL.

Exit codes: 0 healthy or done, 1 findings (status: something is pending; diff: they differ), 2 failed (diff: it
cannot be told), 3 refused until a person chooses, 64 usage.

  docker compose logs app 2>&1 | godwit explain
  godwit doctor
  godwit repair --rehearse-only --plan-out repair.sql
  godwit repair
  godwit diff "$STAGING_URL" "$PRODUCTION_URL"
`;

/**
 * What `--help` prints.
 *
 * @param name of a command; without it, the program's own help
 * @param width in characters, of what is not wrapped by hand
 */
export function helpText(name: string | undefined, width = 80): string {
  const command = name === undefined ? undefined : commands[name];
  if (name === undefined || command === undefined) {
    const heads = Object.entries(commands).map(
      ([word, one]): Line => [`${word} [options]${argumentsOf(one)}`, one.help],
    );
    const options: Line[] = [["-V, --version", "print the version"], helpOption];
    return [
      "Usage: godwit [options] [command]\n",
      `${about
        .split("\n")
        .map((line) => wrap(line, width))
        .join("\n")}\n`,
      `Options:\n${table(options, width, heads)}\n`,
      `Commands:\n${table(heads, width, options)}`,
      footer,
    ].join("\n");
  }
  const options = [...Object.entries(command.options).map(optionLine), helpOption];
  const argumentLines = (command.arguments ?? []).map((argument): Line => [argument.name, argument.help]);
  return [
    `Usage: godwit ${name} [options]${argumentsOf(command)}\n`,
    `${wrap(command.help, width)}\n`,
    ...(argumentLines.length === 0 ? [] : [`Arguments:\n${table(argumentLines, width, options)}\n`]),
    `Options:\n${table(options, width, argumentLines)}\n`,
  ].join("\n");
}

type Line = readonly [term: string, help: string];

const helpOption: Line = ["-h, --help", "print this help"];

function optionLine([name, { value, help }]: [string, Option]): Line {
  return [`--${name}${value === undefined ? "" : ` ${value}`}`, help];
}

function argumentsOf({ arguments: expected = [] }: Command): string {
  return expected.map(({ name, required }) => (required ? ` <${name}>` : ` [${name}]`)).join("");
}

/** @param others lines of another table, whose second column is to begin at the same place */
function table(lines: readonly Line[], width: number, others: readonly Line[]): string {
  const column = Math.max(...[...lines, ...others].map(([term]) => term.length)) + 2;
  const indent = " ".repeat(column + 2);
  return lines.map(([term, help]) => `  ${term.padEnd(column)}${wrap(help, width, indent)}`).join("\n");
}
