import { printableJson } from "./printable.ts";

/** A result as the one JSON document of standard output: people read it in terminals too, so it is harmless there. */
export function jsonText(document: object): string {
  return `${printableJson(JSON.stringify(document, null, 2))}\n`;
}
