import type { Environment, UnreadablePlace } from "./literal-reading.ts";
import { joined, joinedPath, member, numberOf } from "./literal-values.ts";
import { NotLiteral, TokenCursor } from "./token-cursor.ts";
import type { Token } from "./tokens.ts";

const deepest = 60;
/** Constants which name each other twice could otherwise grow without end. */
const mostOperands = 50_000;

const words = { true: true, false: false, null: null, undefined };

/** Evaluates the literals among tokens by recursive descent; skips all else, and notes where. */
export class LiteralReader {
  readonly unreadable: UnreadablePlace[] = [];
  readonly variables: { path: string; name: string }[] = [];
  readonly #environment: Environment;
  readonly #directories: Readonly<Record<string, string>>;
  readonly #file: readonly Token[];
  readonly #constants = new Map<string, number>();
  #cursor: TokenCursor;
  #depth = 0;
  #operands = 0;

  constructor(
    tokens: readonly Token[],
    environment: Environment,
    directories: Readonly<Record<string, string>>,
  ) {
    this.#file = tokens;
    this.#cursor = new TokenCursor(tokens);
    this.#environment = environment;
    this.#directories = directories;
  }

  /** The value of `export default` or `module.exports`. */
  exported(): unknown {
    const start = this.#findExport();
    if (start === undefined) {
      this.unreadable.push({ path: "", line: 1 });
      return undefined;
    }
    this.#cursor.at = start;
    return this.#value("", true);
  }

  /** Finds the export, and on the way the constants beside it. */
  #findExport(): number | undefined {
    let found: number | undefined;
    let constant: string | undefined;
    for (; this.#cursor.peek().kind !== "end"; this.#cursor.skipOne()) {
      if (this.#cursor.looksAt("export", "default")) found ??= this.#cursor.at + 2;
      else if (this.#cursor.looksAt("module", ".", "exports", "=")) found ??= this.#cursor.at + 4;
      else if (this.#cursor.looksAt("const") && this.#cursor.peek(1).kind === "word")
        constant = this.#cursor.peek(1).text;
      else if (this.#cursor.looksAt(";")) constant = undefined;
      else if (this.#cursor.looksAt("=") && constant !== undefined) {
        this.#constants.set(constant, this.#cursor.at + 1);
        constant = undefined;
      }
    }
    return found;
  }

  /** One value, or undefined and a note that it cannot be read. */
  #value(path: string, statement = false): unknown {
    const start = this.#cursor.at;
    const depth = this.#depth;
    const noted = this.unreadable.length;
    try {
      const value = this.#expression(path, statement);
      if (!this.#cursor.ended(statement)) throw new NotLiteral();
      return value;
    } catch (error) {
      if (!(error instanceof NotLiteral)) throw error;
      this.#cursor.at = start;
      this.#depth = depth;
      this.unreadable.length = noted;
      this.unreadable.push({ path, line: this.#cursor.peek().line });
      while (!this.#cursor.ended(false)) this.#cursor.skipOne();
      return undefined;
    }
  }

  #expression(path: string, statement: boolean): unknown {
    let value = this.#sum(path, statement);
    while (this.#cursor.looksAt("??") || this.#cursor.looksAt("||")) {
      const decided =
        this.#cursor.next().text === "??" ? value !== undefined && value !== null : Boolean(value);
      // What would not be evaluated need not be readable.
      if (decided) this.#cursor.skipFallback(statement);
      else value = this.#sum(path, statement);
    }
    return value;
  }

  #sum(path: string, statement: boolean): unknown {
    let value = this.#operand(path, statement);
    while (this.#cursor.looksAt("+")) {
      this.#cursor.next();
      value = joined([value, this.#operand(path, statement)]);
    }
    return value;
  }

  #operand(path: string, statement: boolean): unknown {
    this.#depth += 1;
    this.#operands += 1;
    if (this.#depth > deepest || this.#operands > mostOperands) throw new NotLiteral();
    const value = this.#primary(path);
    this.#depth -= 1;
    while (this.#cursor.looksAt("!")) this.#cursor.next();
    while (this.#cursor.looksAt("as") || this.#cursor.looksAt("satisfies")) this.#cursor.skipType(statement);
    return value;
  }

  #primary(path: string): unknown {
    const token = this.#cursor.next();
    if (token.kind === "string") return token.text;
    if (token.kind === "number") return numberOf(token);
    if (token.kind === "template") return this.#template(token, path);
    if (token.kind === "word") return this.#named(token.text, path);
    if (token.kind !== "punctuation") throw new NotLiteral();
    if (token.text === "{") return this.#object(path);
    if (token.text === "[") return this.#list(path);
    if (token.text === "-" && this.#cursor.peek().kind === "number") return -numberOf(this.#cursor.next());
    if (token.text !== "(") throw new NotLiteral();
    const value = this.#expression(path, false);
    this.#cursor.expect(")");
    return value;
  }

  #template(token: Token, path: string): unknown {
    const values = (token.texts ?? []).flatMap((text, index) => {
      const expression = token.expressions?.[index];
      return expression === undefined ? [text] : [text, this.#elsewhere(expression, 0, path)];
    });
    return joined(values);
  }

  /** Reads an expression that stands in another place, and returns to this one. */
  #elsewhere(tokens: readonly Token[], start: number, path: string): unknown {
    const here = this.#cursor;
    this.#cursor = new TokenCursor(tokens, start);
    try {
      const value = this.#expression(path, true);
      if (!this.#cursor.ended(true)) throw new NotLiteral();
      return value;
    } finally {
      this.#cursor = here;
    }
  }

  #list(path: string): unknown[] {
    const items: unknown[] = [];
    while (!this.#cursor.looksAt("]")) {
      if (this.#cursor.looksAt("...")) throw new NotLiteral();
      items.push(this.#value(`${path}.${items.length}`));
      if (!this.#cursor.looksAt("]")) this.#cursor.expect(",");
    }
    this.#cursor.expect("]");
    return items;
  }

  #object(path: string): unknown {
    const entries = new Map<string, unknown>();
    while (!this.#cursor.looksAt("}")) {
      if (this.#cursor.looksAt("...")) this.#spread(entries, path);
      else this.#property(entries, path);
      if (!this.#cursor.looksAt("}")) this.#cursor.expect(",");
    }
    this.#cursor.expect("}");
    // Defines own properties, `__proto__` too; an assignment would not.
    return Object.fromEntries(entries);
  }

  #property(entries: Map<string, unknown>, path: string): void {
    const isName = ({ kind }: Token) => kind === "word" || kind === "string" || kind === "number";
    if (["async", "get", "set", "*"].includes(this.#cursor.peek().text) && isName(this.#cursor.peek(1)))
      this.#cursor.next();
    const key = this.#cursor.peek();
    if (!isName(key)) {
      // A computed key may be any of the object's.
      this.unreadable.push({ path, line: key.line });
      while (!this.#cursor.ended(false)) this.#cursor.skipOne();
      return;
    }
    const place = path === "" ? key.text : `${path}.${key.text}`;
    // `{ url }` stands for `{ url: url }`.
    if (this.#cursor.peek(1).text === "," || this.#cursor.peek(1).text === "}") {
      entries.set(key.text, this.#value(place));
      return;
    }
    this.#cursor.next();
    if (this.#cursor.looksAt(":")) this.#cursor.next();
    entries.set(key.text, this.#value(place));
  }

  #spread(entries: Map<string, unknown>, path: string): void {
    this.#cursor.next();
    const noted = this.unreadable.length;
    const value = this.#value(path);
    // What cannot be read may replace whatever stood before it.
    if (this.unreadable.length > noted) entries.clear();
    if (typeof value === "object" && value !== null) {
      for (const [key, one] of Object.entries(value)) entries.set(key, one);
    }
  }

  /** `process.env.X`, a call, a constant. */
  #named(first: string, path: string): unknown {
    const names = [first];
    for (;;) {
      if ((this.#cursor.looksAt(".") || this.#cursor.looksAt("?.")) && this.#cursor.peek(1).kind === "word") {
        this.#cursor.next();
        names.push(this.#cursor.next().text);
      } else if (
        this.#cursor.looksAt("[") &&
        this.#cursor.peek(1).kind === "string" &&
        this.#cursor.peek(2).text === "]"
      ) {
        names.push(this.#cursor.peek(1).text);
        this.#cursor.at += 3;
      } else break;
    }
    if (this.#cursor.looksAt("<")) this.#cursor.skipAngles();
    if (this.#cursor.looksAt("(")) return this.#call(names, path);
    if (names.length === 3 && names[0] === "process" && names[1] === "env")
      return this.#variable(names[2], path);
    const directory = this.#directory(names);
    if (directory !== undefined) return directory;
    if (names.length === 1 && Object.hasOwn(words, first)) return words[first as keyof typeof words];
    const constant = this.#constants.get(first);
    if (constant === undefined) throw new NotLiteral();
    return names.slice(1).reduce(member, this.#elsewhere(this.#file, constant, path));
  }

  #call(names: readonly string[], path: string): unknown {
    this.#cursor.expect("(");
    const values: unknown[] = [];
    while (!this.#cursor.looksAt(")")) {
      values.push(this.#expression(path, false));
      if (!this.#cursor.looksAt(")")) this.#cursor.expect(",");
    }
    this.#cursor.expect(")");
    const called = names.at(-1) ?? "";
    if (names.length === 1 && (called === "defineConfig" || called === "String")) return values[0];
    if (names.length === 1 && called === "env") return this.#variable(values[0], path);
    if (values.length === 0 && this.#directory(names) !== undefined) return this.#directory(names);
    if (names.length === 1 || names[0] === "path") return joinedPath(called, values);
    throw new NotLiteral();
  }

  #directory(names: readonly string[]): string | undefined {
    const name = names.join(".");
    return Object.hasOwn(this.#directories, name) ? this.#directories[name] : undefined;
  }

  #variable(name: unknown, path: string): string | undefined {
    if (typeof name !== "string") throw new NotLiteral();
    this.variables.push({ path, name });
    return Object.hasOwn(this.#environment, name) ? this.#environment[name] : undefined;
  }
}
