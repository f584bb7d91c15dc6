import { maskAddresses, maskSecrets } from "../../sql/mask-secrets.ts";

/** Classes of errors whose messages quote names and no values (of data, what an exception says, and others unknown, they do). */
const quotesNames = /^(?:0A|23|25|2B|34|3D|3F|40|42|53|54|55|57|58)/;

/**
 * An error's message without values. Names stay: `relation "users" does not exist`. What a program's own RAISE said is left
 * out as a whole, since nobody knows what is in it.
 *
 * @param code SQLSTATE
 * @example
 * maskMessage("22P02", 'invalid input syntax for type integer: "ann"'); // invalid input syntax for type integer: "…"
 */
export function maskMessage(code: string, message: string): string {
  if (code.startsWith("P0")) return "…";
  const plain = maskAddresses(maskSecrets(message))
    // A name in double quotes may hold a single one.
    .replace(/"[^"]*"|'[^']*'?/g, (text) => (text.startsWith('"') ? text : "'…'"))
    // `Key (email)=(ann@example.org) already exists.`
    .replace(/=\([^)]*\)?/g, "=(…)");
  // What a syntax error stands at may be a literal, or all that follows an open one.
  if (code === "42601")
    return plain.replace(/"([^"]*)"?/g, (all, text) => (/^[\w;(),.]*$/.test(text) ? all : '"…"'));
  return quotesNames.test(code) ? plain : plain.replace(/(["„“»«])[^"„“”»«]*["“”»«]?/g, "$1…$1");
}
