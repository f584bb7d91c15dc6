/** A value in a Prisma schema: `env("NAME")`, or a text. */
export type SchemaValue = { readonly variable: string } | { readonly literal: string };

/** What the `datasource` block of a Prisma schema says. */
export interface Datasource {
  readonly provider?: SchemaValue;
  readonly url?: SchemaValue;
  /** For Prisma Migrate, where `url` goes to a pooler. */
  readonly directUrl?: SchemaValue;
}

const piece = /[\s\uFEFF]+|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|"(?:\\.|[^"\\\n])*"|[A-Za-z_][\w-]*|[\s\S]/gu;
const settings = ["provider", "url", "directUrl"] as const;

/**
 * Reads the `datasource` block of a schema's text, and ignores all else.
 *
 * @returns undefined where there is none
 * @see https://www.prisma.io/docs/orm/reference/prisma-schema-reference#datasource
 * @example
 * readDatasource('datasource db { url = env("DATABASE_URL") }')?.url; // { variable: "DATABASE_URL" }
 */
export function readDatasource(schema: string): Datasource | undefined {
  const pieces = (schema.match(piece) ?? []).filter((text) => !/^(?:[\s\uFEFF]|\/\/|\/\*)/.test(text));
  const block = blockOf(pieces);
  if (block === undefined) return undefined;
  return Object.fromEntries(
    settings.flatMap((name) => {
      const at = block.findIndex((text, index) => text === name && block[index + 1] === "=");
      const value = at === -1 ? undefined : settingOf(block.slice(at + 2, at + 6));
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** The pieces between the braces of the first datasource. */
function blockOf(pieces: readonly string[]): string[] | undefined {
  let depth = 0;
  for (const [index, text] of pieces.entries()) {
    if (text === "datasource" && depth === 0 && pieces[index + 2] === "{") {
      const end = pieces.indexOf("}", index + 3);
      return pieces.slice(index + 3, end === -1 ? undefined : end);
    }
    if (text === "{") depth += 1;
    if (text === "}") depth = Math.max(0, depth - 1);
  }
  return undefined;
}

function settingOf([first = "", open, name = "", close]: readonly string[]): SchemaValue | undefined {
  if (first.startsWith('"') && first.length > 1) return { literal: textOf(first) };
  if (first === "env" && open === "(" && name.length > 1 && name.startsWith('"') && close === ")") {
    return { variable: textOf(name) };
  }
  return undefined;
}

function textOf(quoted: string): string {
  return quoted.slice(1, -1).replace(/\\(?:u([\da-fA-F]{4})|(.))/g, (_, code?: string, one?: string) => {
    if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
    return one === "n" ? "\n" : one === "t" ? "\t" : one === "r" ? "\r" : (one ?? "");
  });
}
