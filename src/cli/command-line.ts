import { parseArgs } from "node:util";
import { KnownError } from "../errors.ts";
import { type Command, commands, type Option } from "./catalog.ts";
import type { CommonOptions } from "./surroundings.ts";

/** What a command line asks for. */
export type Request =
  | { readonly show: "version" }
  | { readonly show: "help"; readonly name: string | undefined }
  | {
      readonly command: Command;
      readonly options: CommonOptions;
      /** The words after the command. */
      readonly words: readonly string[];
    };

const known: Readonly<Record<string, Option>> = Object.assign(
  {},
  ...Object.values(commands).map(({ options }) => options),
);

/**
 * Reads a command line. Options may stand before the command and after it; of one that is given twice,
 * the last counts, unless it may be repeated.
 *
 * @param argv without the program's name
 * @throws KnownError USAGE; no message repeats the value of an option
 */
export async function readCommandLine(argv: readonly string[]): Promise<Request> {
  // Not strict: Node's own words for what is wrong differ between its versions.
  const { values, positionals, tokens } = parseArgs({
    args: [...argv],
    strict: false,
    tokens: true,
    options: {
      help: { type: "boolean", short: "h" },
      version: { type: "boolean", short: "V" },
      ...Object.fromEntries(
        Object.entries(known).map(([name, { value }]) => [
          name,
          { type: value === undefined ? "boolean" : "string" } as const,
        ]),
      ),
    },
  });
  if (values["version"] === true) return { show: "version" };
  const [name, ...rest] = positionals;
  const command = name !== undefined && Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (argv.length === 0 || (values["help"] === true && (name === undefined || command !== undefined)))
    return { show: "help", name };
  const options = await optionsOf(
    tokens.filter((token) => token.kind === "option"),
    command?.options ?? known,
  );
  if (name === undefined) throw usage("There is no command.");
  if (command === undefined) {
    // It may hold a password.
    if (name.includes("://")) throw usage("A URL stands where a command should be; --database takes one.");
    throw usage(`Unknown command '${name}'${await didYouMean(name, Object.keys(commands))}`);
  }
  checkCount(name, command, rest.length);
  return { command, options, words: rest };
}

function checkCount(name: string, { arguments: expected = [] }: Command, given: number): void {
  if (given > expected.length) {
    const words = `${expected.length} ${expected.length === 1 ? "argument" : "arguments"}`;
    throw usage(`Too many arguments for '${name}'. Expected ${words} but got ${given}.`);
  }
  const missing = expected.slice(given).find(({ required }) => required);
  if (missing !== undefined)
    throw usage(
      `'${name}' needs something to work on: ${missing.help}.`,
      `\`godwit ${name} --help\` tells more.`,
    );
}

/** An option as it was typed. */
interface Typed {
  readonly name: string;
  /** With its dashes. */
  readonly rawName: string;
  readonly value?: string | undefined;
  /** `--name=value`. */
  readonly inlineValue?: boolean | undefined;
}

/** The options by the names which the commands know them under: `--state-dir` is `stateDir`. */
async function optionsOf(typed: readonly Typed[], allowed: Command["options"]): Promise<CommonOptions> {
  const options: Record<string, string | true | string[]> = {};
  for (const token of typed) {
    if (token.name === "help") continue;
    const option = Object.hasOwn(allowed, token.name) ? allowed[token.name] : undefined;
    if (option === undefined) {
      const names = Object.keys(allowed).map((one) => `--${one}`);
      throw usage(`Unknown option '${token.rawName}'${await didYouMean(token.rawName, names)}`);
    }
    const key = token.name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
    const value = givenTo(token, option);
    const before = options[key];
    // What may be said more than once is a list.
    options[key] =
      option.repeated !== true || value === true ? value : [...(Array.isArray(before) ? before : []), value];
  }
  return options;
}

function givenTo({ rawName, value, inlineValue }: Typed, option: Option): string | true {
  if (option.value === undefined) {
    if (value !== undefined) throw usage(`Option '${rawName}' takes no value.`);
    return true;
  }
  // `--database --json`: the value was forgotten.
  if (value === undefined || (inlineValue === false && value.startsWith("-")))
    throw usage(`Option '${rawName} ${option.value}' argument missing.`);
  if (option.lines !== true && /[\r\n]/.test(value))
    throw usage(`Option '${rawName} ${option.value}': its value has more than one line.`);
  return value;
}

async function didYouMean(word: string, candidates: readonly string[]): Promise<string> {
  const { nearestWord } = await import("../project/nearest-word.ts");
  const nearest = nearestWord(word, candidates);
  return nearest === undefined ? "." : ` (Did you mean ${nearest}?)`;
}

function usage(problem: string, hint?: string): KnownError {
  return new KnownError("USAGE", { problem, ...(hint !== undefined && { hint }) });
}
