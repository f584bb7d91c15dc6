/**
 * Quotes a word for a POSIX shell where that is needed, for commands that a person is to copy.
 *
 * @example
 * shellWord("20240101_init"); // 20240101_init
 * shellWord("it's; rm -rf");  // 'it'\''s; rm -rf'
 */
export function shellWord(word: string): string {
  return /^[A-Za-z0-9_./:@%+=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
