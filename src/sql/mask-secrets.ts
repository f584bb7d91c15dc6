/** A connection's settings as libpq reads them; without one of these beside it, `password=` is any program's text. */
const beside = String.raw`\b(?:host|hostaddr|port|dbname|user)\s{0,3}=`;

/** What stands before a secret in SQL: PASSWORD of a role, the name of an option of another server, quoted or not. */
const naming = String.raw`"?\w{0,40}(?:pass(?:word|wd|phrase|file)|secret|token|api_?key|access_?key|credential|private_?key)"?`;

/** The longest secret that is looked for. Tokens of hosts which serve as passwords have up to two thousand characters. */
const longest = 4096;

/** In every language of the server, though not by the same marks: all that it quotes is one literal. */
const misunderstood = new RegExp(
  String.raw`(\s["„“»«]\s?(?:E|U&)?)'[^'](?:[^']|''){0,${longest}}'?(\s?["“”»«](?!\w))`,
  "gi",
);

/** Keys of documents whose values are names: scripts look for them, and they are shown as they are. */
const namesOnly = /^(?:name|migration|file|directory|identity|object|database|schema|check|id)$/;

/** A password in a URL that has a quote, which need not be encoded there; a quote before a comma ends a literal. */
const quoteWithin = new RegExp(
  String.raw`(\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/@'"]{0,128}):(?:[^\s'"]|''|['"](?![,;)\s])){1,${longest}}@`,
  "gi",
);

/** Most texts have none of these, and need not be looked at more closely. */
const suspicious = /:\/\/|pass(?:word|wd|phrase|file)|secret|token|key\b|credential|private/i;

/** The value of a connection's setting. Within a string of SQL its quotes are doubled. */
const setting = String.raw`(?:('{1,8})(?!')[^']{1,${longest}}(?:\2|$)|[^\s'",;)&]{1,${longest}})`;

const rules: readonly (readonly [RegExp, string])[] = [
  // scheme://user:password@, to the last @ of the word, since people forget to encode it.
  [
    new RegExp(String.raw`(\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/@'"]{0,128}):[^\s'"]{1,${longest}}@`, "gi"),
    "$1:***@",
  ],
  // PASSWORD '...', within a string too, where its quotes are doubled.
  [new RegExp(String.raw`(\b${naming}\s{1,3})('{2,8})(?!')[^']{1,${longest}}(?:\2|$)`, "gi"), "$1$2***$2"],
  [
    new RegExp(
      String.raw`(\b${naming}\s{1,3}(?:E|U&)?)'(?!')(?:[^'\\]|''|\\[\s\S]){1,${longest}}(?:'|$)`,
      "gi",
    ),
    "$1'***'",
  ],
  [
    new RegExp(String.raw`(\b${naming}\s{1,3})(\$\w{0,63}\$)[\s\S]{1,${longest}}?(?:\2|$)`, "gi"),
    "$1$2***$2",
  ],
  // password=... among the settings of a connection, before or behind them, in quotes or not.
  [new RegExp(String.raw`(${beside}[^\n]{1,400}\bpassword\s{0,3}=\s{0,3})${setting}`, "gi"), "$1***"],
  [new RegExp(String.raw`(\bpassword\s{0,3}=\s{0,3})${setting}(?=\s[^\n]{0,400}${beside})`, "gi"), "$1***"],
];

/**
 * Takes passwords out of a text that belongs to a schema (a default, the body of a function) where their place says that
 * they are some: in a URL, behind PASSWORD, in the settings of a connection. All else stays.
 *
 * @example
 * maskSecrets("PERFORM notify('https://app:hunter2@example.org')"); // PERFORM notify('https://app:***@example.org')
 */
export function maskSecrets(text: string): string {
  if (!suspicious.test(text)) return text;
  let masked = text;
  for (const [pattern, replacement] of rules) masked = masked.replace(pattern, replacement);
  return masked;
}

/**
 * The same for what is shown to people, or kept for them: of a server's message goes the literal too at which it did not
 * understand a statement, since nobody knows what that is.
 *
 * @example
 * hideSecrets(`syntax error at or near "'hunter2'"`); // syntax error at or near "'***'"
 */
export function hideSecrets(text: string): string {
  const masked = maskSecrets(text);
  if (!masked.includes("'") && !masked.includes('"')) return masked;
  return masked.replace(misunderstood, "$1'***'$2").replace(quoteWithin, "$1:***@");
}

/** For `JSON.stringify`: every text of the document is as {@link hideSecrets} leaves it, but for what is only a name. */
export function hidingSecrets(key: string, value: unknown): unknown {
  return typeof value === "string" && !namesOnly.test(key) ? hideSecrets(value) : value;
}

/** An address of a person, wherever it stands. */
export function maskAddresses(text: string): string {
  return text.replace(/[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){1,8}/gu, "***");
}

/** Names of options whose values are secrets. */
export const secretOption =
  /pass(?:word|wd|phrase|file)?$|secret|token|(?:^|_)key$|api_?key|credential|private/i;
