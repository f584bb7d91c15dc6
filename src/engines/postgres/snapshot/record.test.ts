import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { fieldsOfRecord } from "./record.ts";

/** As the server prints it: quoted where it has to be, and here and there where it need not. */
function printed(fields: readonly (string | null)[]): string {
  const one = (text: string | null) => {
    if (text === null) return "";
    return text === "" || /[\s"\\,()]/.test(text)
      ? `"${text.replaceAll("\\", "\\\\").replaceAll('"', '""')}"`
      : text;
  };
  return `(${fields.map(one).join(",")})`;
}

test("a row is taken apart into what it was made of", () => {
  const text = fc.oneof(
    fc.string(),
    fc.string({ unit: fc.constantFrom('"', "\\", ",", "(", ")", " ", "a", "\n") }),
  );
  fc.assert(
    fc.property(fc.array(fc.option(text), { minLength: 1 }), (fields) => {
      // A row of one field which is nothing is printed as a row of none.
      if (fields.length === 1 && fields[0] === null) return;
      assert.deepEqual(fieldsOfRecord(printed(fields)), fields);
    }),
  );
});

test("what is no row is refused", () => {
  assert.throws(() => fieldsOfRecord('(a,"b'), RangeError);
});
