import { hidingSecrets } from "../sql/mask-secrets.ts";
import { printableJson } from "./printable.ts";

/**
 * A result as the one JSON document of standard output: people read it in terminals too, so it is harmless there, and has no
 * passwords which a statement or a message may hold.
 */
export function jsonText(document: object): string {
  return `${printableJson(JSON.stringify(document, hidingSecrets, 2))}\n`;
}

/** The same for a document which has none, and whose every character counts. */
export function documentText(document: object): string {
  return `${printableJson(JSON.stringify(document, null, 2))}\n`;
}
