/** A connection's settings as libpq reads them; without one of these beside it, `password=` is any program's text. */
const beside = String.raw`\b(?:host|hostaddr|port|dbname|user)\s{0,3}=`;

const rules: readonly (readonly [RegExp, string])[] = [
  // scheme://user:password@, to the last @ of the word, since people forget to encode it.
  [/(\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/@'"]{0,128}):[^\s'"]{1,512}@/gi, "$1:***@"],
  // PASSWORD '...', within a string too, where its quotes are doubled.
  [/(\bpassword\s{1,3})('{2,8})(?!')[^']{1,512}\2/gi, "$1$2***$2"],
  [/(\bpassword\s{1,3}E?)'(?!')(?:[^']|''){1,512}'/gi, "$1'***'"],
  [new RegExp(String.raw`(${beside}[^\n]{1,400}\bpassword\s{0,3}=\s{0,3})[^\s'",;)&]{1,512}`, "gi"), "$1***"],
  [
    new RegExp(String.raw`(\bpassword\s{0,3}=\s{0,3})[^\s'",;)&]{1,512}(?=\s[^\n]{0,400}${beside})`, "gi"),
    "$1***",
  ],
];

/**
 * Takes passwords out of a text that belongs to a schema (a default, the body of a function) where their place says that
 * they are some: in a URL, behind PASSWORD, in the settings of a connection. All else stays.
 *
 * @example
 * maskSecrets("PERFORM notify('https://app:hunter2@example.org')"); // PERFORM notify('https://app:***@example.org')
 */
export function maskSecrets(text: string): string {
  let masked = text;
  for (const [pattern, replacement] of rules) masked = masked.replace(pattern, replacement);
  return masked;
}

/** An address of a person, wherever it stands. */
export function maskAddresses(text: string): string {
  return text.replace(/[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){1,8}/gu, "***");
}

/** Names of options whose values are secrets. */
export const secretOption =
  /pass(?:word|wd|phrase|file)?$|secret|token|(?:^|_)key$|api_?key|credential|private/i;
