/**
 * Takes a row apart that the server printed as one text.
 *
 * https://www.postgresql.org/docs/current/rowtypes.html#ROWTYPES-IO-SYNTAX
 *
 * @returns null for what is nothing, which is another thing than an empty text
 * @throws RangeError for what is no row
 * @example
 * fieldsOfRecord('(a,,"","b ""c""")'); // ["a", null, "", 'b "c"']
 */
export function fieldsOfRecord(text: string): (string | null)[] {
  const fields: (string | null)[] = [];
  if (text === "()") return fields;
  let at = 1;
  for (;;) {
    const end = text[at] === '"' ? endOfQuoted(text, at) : endOfBare(text, at);
    const bare = text.slice(at, end);
    fields.push(text[at] === '"' ? unquoted(bare) : bare || null);
    if (text[end] === ")" && end === text.length - 1) return fields;
    if (text[end] !== ",") throw notARow(text);
    at = end + 1;
  }
}

const endOfBareField = /[,)]/g;

function endOfBare(text: string, at: number): number {
  endOfBareField.lastIndex = at;
  return endOfBareField.exec(text)?.index ?? text.length;
}

const endOfPiece = /["\\]/g;

/** Where the field ends that begins with a quote; quotes and backslashes within it are doubled. */
function endOfQuoted(text: string, at: number): number {
  for (let from = at + 1; ; ) {
    endOfPiece.lastIndex = from;
    const found = endOfPiece.exec(text)?.index;
    if (found === undefined) throw notARow(text);
    if (text[found] === '"' && text[found + 1] !== '"') return found + 1;
    from = found + 2;
  }
}

function unquoted(quoted: string): string {
  return quoted.slice(1, -1).replace(/""|\\\\/g, (pair) => pair[0] ?? "");
}

function notARow(text: string): RangeError {
  return new RangeError(`not a row: ${text.slice(0, 100)}`);
}
