/**
 * Makes a text harmless for a terminal: control characters, which names in files and databases may hold, are shown as
 * escapes, so that they neither move the cursor nor forge lines. So are characters which turn the direction of writing.
 *
 * @example
 * printable("a\u001b[2Jb"); // a\x1b[2Jb
 */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, (char) => {
    const code = char.codePointAt(0) ?? 0;
    return code < 256
      ? `\\x${code.toString(16).padStart(2, "0")}`
      : `\\u${code.toString(16).padStart(4, "0")}`;
  });
}
