/** Keys under which loggers put words: pino, bunyan, winston, structlog, monolog, docker's json-file, cloud loggers. */
const wordKeys = new Set(
  "msg message log text textPayload MESSAGE event stack trace exc_info traceback detail hint sqlMessage".split(
    " ",
  ),
);
/** Keys under which they put an error. */
const errorKeys = new Set(
  "err error exception cause driverError original originalError parent inner previous meta body context extra jsonPayload".split(
    " ",
  ),
);
/** Only a database's error has one of these beside its code; an order's code has none. */
const provesCode = ["severity", "routine", "sqlState", "sqlMessage", "errno"];

/**
 * Reads the words and codes out of a JSON line.
 *
 * @returns undefined when it is not JSON, or says nothing; a JSON line which was cut off gives its text, unescaped
 */
export function unfold(line: string): readonly string[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return line.includes('\\"') ? [line.replaceAll('\\"', '"').replaceAll("\\n", "\n")] : undefined;
  }
  const texts: string[] = [];
  collect(value, 0, texts);
  return texts.length === 0
    ? undefined
    : texts.map((text) => (text.endsWith("\n") ? text.slice(0, -1) : text));
}

function collect(value: unknown, depth: number, texts: string[]): void {
  if (typeof value !== "object" || value === null || depth > 4 || texts.length > 100) return;
  const entries = Object.entries(value);
  const has = new Map(entries);
  const type = has.get("type") ?? has.get("name");
  const message = has.get("message");
  const isError = typeof message === "string" && typeof type === "string" && /Error|Exception/.test(type);
  if (isError) texts.push(`${type}: ${message}`);
  const proof = provesCode.find((key) => has.has(key));
  if (proof !== undefined) {
    const code = has.get("code");
    if (typeof code === "string") texts.push(`severity: 'ERROR', code: '${code}'`);
    const errno = has.get("errno");
    if (typeof errno === "number") texts.push(`errno: ${errno}`);
  }
  for (const [key, inner] of entries) {
    if (typeof inner === "string" && (wordKeys.has(key) || errorKeys.has(key))) {
      if (!(isError && key === "message")) texts.push(inner);
    } else if (errorKeys.has(key) || wordKeys.has(key)) {
      if (Array.isArray(inner)) for (const item of inner.slice(0, 20)) collect(item, depth + 1, texts);
      else collect(inner, depth + 1, texts);
    }
  }
}
