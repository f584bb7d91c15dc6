import { NotLiteral } from "./token-cursor.ts";
import type { Token } from "./tokens.ts";

export function numberOf({ text }: Token): number {
  return Number(text.replaceAll("_", ""));
}

/** A text with a part that is not set is not set: nobody means the word "undefined" in a URL. */
export function joined(values: readonly unknown[]): string | undefined {
  if (values.some((value) => value === undefined || value === null)) return undefined;
  if (!values.some((value) => typeof value === "string")) throw new NotLiteral();
  return values
    .map((value) => {
      if (typeof value === "object") throw new NotLiteral();
      return String(value);
    })
    .join("");
}

export function member(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) throw new NotLiteral();
  return (value as Readonly<Record<string, unknown>>)[name];
}

/** `path.join` and `path.resolve`, as far as a later resolution against a directory does not do the rest. */
export function joinedPath(called: string, parts: readonly unknown[]): string {
  if (called !== "join" && called !== "resolve") throw new NotLiteral();
  if (!parts.every((part) => typeof part === "string")) throw new NotLiteral();
  const last = called === "resolve" ? parts.findLastIndex((part) => part.startsWith("/")) : 0;
  return parts.slice(Math.max(last, 0)).join("/");
}
