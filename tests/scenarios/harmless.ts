import assert from "node:assert/strict";

/** What may be said where no terminal is: text in lines. Nothing moves a cursor, turns the direction, or has no width. */
const harmful = /[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Zp}]/u;

/** What was said is harmless for a terminal, and ends as is documented; no stack was shown, since those are for bugs. */
export function mustBeHarmless({
  exit,
  stdout,
  stderr,
}: {
  readonly exit: number | null;
  readonly stdout: string;
  readonly stderr: string;
}): void {
  for (const text of [stdout, stderr]) {
    const found = harmful.exec(text);
    if (found !== null)
      assert.fail(
        `not harmless: ${JSON.stringify(text.slice(Math.max(0, found.index - 200), found.index + 50))}`,
      );
  }
  assert.doesNotMatch(stderr, /This is a bug in Godwit|^ {4}at .+:\d+:\d+\)?$/m);
  assert.ok(exit !== null && [0, 1, 2, 3, 64].includes(exit), `exit ${exit}`);
}
