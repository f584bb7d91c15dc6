/** What a terminal does not show, or shows as something else. */
const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

/**
 * Quotes a word for a POSIX shell where that is needed, for commands that a person is to copy. What a terminal does not show
 * is written as an escape (`$'...'`, which bash, zsh and ksh know, and POSIX since 2024): it could be copied in no other way.
 *
 * @example
 * shellWord("20240101_init"); // 20240101_init
 * shellWord("it's; rm -rf");  // 'it'\''s; rm -rf'
 * shellWord("two\nlines");    // $'two\x0alines'
 */
export function shellWord(word: string): string {
  if (/^[A-Za-z0-9_./:@%+=-]+$/.test(word)) return word;
  if (!invisible.test(word)) return `'${word.replaceAll("'", "'\\''")}'`;
  return `$'${[...word].map(inEscapes).join("")}'`;
}

function inEscapes(char: string): string {
  if (char === "'" || char === "\\") return `\\${char}`;
  if (!invisible.test(char)) return char;
  const code = char.codePointAt(0) ?? 0;
  const digits = (length: number) => code.toString(16).padStart(length, "0");
  if (code < 0x80) return `\\x${digits(2)}`;
  return code > 0xffff ? `\\U${digits(8)}` : `\\u${digits(4)}`;
}
