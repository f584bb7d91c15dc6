/** Beyond this many characters nothing of a text is shown, so nothing beyond it need be read. */
const readAtMost = 4000;

const rules: readonly (readonly [RegExp, string])[] = [
  // scheme://user:password@ — to the last @ of the word, since people forget to encode it.
  [/(\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/@]{0,128}):[^\s]{1,4096}@/gi, "$1:***@"],
  // The same, cut off before its @ by a wrapped line; a port is not worth the risk.
  [/(\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/@]{1,128}):[^\s/@]{1,4096}$/gi, "$1:***"],
  // The rest of such a cut.
  [/^\s*[^\s@:/]{1,256}@(?=[\w.-]{1,128}:\d{2,5}\/)/g, "***@"],
  [
    /((?:password|passwd|passphrase|pwd|secret|token|api_?key|secret_?key|access_?key|private_?key)\w{0,20}["'\\]{0,3}\s{0,3}(?:=>|[:=])\s{0,3})(?:\\?"[^"]{1,4096}"|'[^']{1,4096}'|[^\s"',;&)}]{1,4096})/gi,
    "$1***",
  ],
  [/(\b(?:identified by|password)\s{1,3})'[^']{0,4096}'?/gi, "$1'***'"],
  [/(\b(?:bearer|basic)\s{1,3})[\w.~+/=-]{8,4096}/gi, "$1***"],
];

/**
 * Takes passwords and other secrets out of a line that is going to be shown, and shortens it.
 *
 * @param limit characters kept
 * @example
 * redact("postgres://app:hunter2@db:5432/app"); // "postgres://app:***@db:5432/app"
 */
export function redact(text: string, limit = 400): string {
  let safe = text.slice(0, readAtMost);
  for (const [pattern, replacement] of rules) safe = safe.replace(pattern, replacement);
  return safe.length > limit ? `${safe.slice(0, limit - 1)}…` : safe;
}
