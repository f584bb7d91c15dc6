import { hideSecrets } from "../sql/mask-secrets.ts";

/** Control characters, line separators, and what has no width or turns the direction of writing: names which look alike. */
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * Makes a text fit to be shown: harmless for a terminal, as {@link escaped} does it, and without the passwords which a
 * statement or a message may hold.
 *
 * @example
 * printable("a\u001b[2Jb"); // a\x1b[2Jb
 * printable("ALTER ROLE app PASSWORD 'hunter2'"); // ALTER ROLE app PASSWORD '***'
 */
export function printable(text: string): string {
  return escaped(hideSecrets(text));
}

/**
 * Makes a text harmless for a terminal: control characters, which names in files and databases may hold, are shown as
 * escapes, so that they neither move the cursor nor forge lines. So are characters which have no width or turn the direction of writing.
 *
 * @example
 * escaped("a\u001b[2Jb"); // a\x1b[2Jb
 */
export function escaped(text: string): string {
  return text.replace(unprintable, (char) => {
    const code = char.codePointAt(0) ?? 0;
    if (code > 0xffff) return `\\u{${hexadecimal(code, 5)}}`;
    return code < 256 ? `\\x${hexadecimal(code, 2)}` : `\\u${hexadecimal(code, 4)}`;
  });
}

/** The same for JSON text, whose line feeds are its layout and whose strings hold no others. */
export function printableJson(json: string): string {
  return json.replace(unprintable, (char) =>
    char === "\n"
      ? char
      : // JSON knows UTF-16 units alone.
        Array.from({ length: char.length }, (_, i) => `\\u${hexadecimal(char.charCodeAt(i), 4)}`).join(""),
  );
}

function hexadecimal(code: number, digits: number): string {
  return code.toString(16).padStart(digits, "0");
}
