import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { recognise } from "./recognise.ts";
import { printed, type ServerError, wrapped } from "./samples/printed.test.ts";

const ids = (log: string): string[] => recognise(log).failures.map(({ failure }) => failure.id);
const missing: ServerError = {
  engine: "postgres",
  code: "42P01",
  name: "UndefinedTable",
  message: 'relation "event_data" does not exist',
};
const exists: ServerError = {
  engine: "postgres",
  code: "42P07",
  name: "DuplicateTable",
  message: 'relation "users" already exists',
};

test("the failed migration comes first, what it failed with is its detail", () => {
  const { failures, framework, engine } = recognise(printed.prisma(missing));
  assert.deepEqual(
    failures.map(({ failure, detailOf }) => [failure.id, detailOf]),
    [
      ["failed-migration", undefined],
      ["missing-object", "failed-migration"],
    ],
  );
  assert.deepEqual([framework, engine], ["prisma", "postgres"]);
  assert.deepEqual(failures[0]?.facts["migration"], ["20260101000000_change_things"]);
  assert.deepEqual(failures[1]?.facts["object"], ["event_data"]);
  assert.deepEqual(failures[1]?.facts["code"], ["42P01"]);
  assert.equal(failures[0]?.title, "The migration 20260101000000_change_things failed");
});

test("evidence names the line and shows it clean", () => {
  const esc = String.fromCharCode(27);
  const { failures } = recognise(`ready\r\napp-1  | ${esc}[31mError: P3009${esc}[0m\r\n`);
  assert.deepEqual(failures[0]?.evidence, [{ line: 2, text: "Error: P3009" }]);
  assert.deepEqual([failures[0]?.firstLine, failures[0]?.lastLine, failures[0]?.times], [2, 2, 1]);
});

test("a failure which is printed several times by one run happened once", () => {
  for (const print of Object.values(printed)) {
    assert.deepEqual(
      recognise(print(exists))
        .failures.map(({ times }) => times)
        .filter((times) => times !== 1),
      [],
      print(exists),
    );
  }
});

test("the same failure at every boot is counted, and is a loop", () => {
  for (const [framework, print] of Object.entries(printed)) {
    const { failures } = recognise(print(exists).repeat(4));
    const found = failures.find(({ failure }) => failure.id === "already-exists");
    const loop = failures.find(({ failure }) => failure.id === "boot-loop");
    assert.equal(found?.times, 4, framework);
    assert.equal(loop?.times, 4, framework);
    assert.equal(failures.at(-1)?.failure.id, "boot-loop", framework);
    assert.notEqual(failures[0]?.failure.id, "boot-loop", framework);
  }
});

test("requests that fail again and again while the application serves are no boot loop", () => {
  const request =
    'POST /signup\nPG::UniqueViolation: ERROR:  duplicate key value violates unique constraint "users_email_key"\n';
  assert.deepEqual(ids(request.repeat(5)), ["duplicate-rows"]);
});

test("two containers are told apart in one log", () => {
  const web = printed
    .rails(exists)
    .split("\n")
    .map((line) => `web-1     | ${line}`);
  const worker = printed
    .typeorm(missing)
    .split("\n")
    .map((line) => `worker-1  | ${line}`);
  const mixed = Array.from({ length: Math.max(web.length, worker.length) }, (_, index) => [
    web[index] ?? "",
    worker[index] ?? "",
  ]).flat();
  const found = recognise(mixed.join("\n")).failures;
  assert.deepEqual(found.map(({ failure }) => failure.id).sort(), ["already-exists", "missing-object"]);
  for (const { times, failure } of found) assert.equal(times, 1, failure.id);
});

test("text that a console wrapped in the middle of words is put together", () => {
  const text = `SQLSTATE[23505]: Unique violation: 7 ERROR:  duplicate key value violates unique constraint "oauth_settings_provider_unique" DETAIL:  Key (provider)=(azure) already exists. (SQL: insert into "oauth_settings")`;
  for (const log of [
    wrapped(text),
    wrapped(text)
      .split("\n")
      .map((line) => line.trimEnd())
      .join("\n"),
  ]) {
    const [found] = recognise(log).failures;
    assert.equal(found?.failure.id, "duplicate-rows");
    assert.deepEqual(found?.facts["constraint"], ["oauth_settings_provider_unique"]);
    assert.equal(found?.times, 1);
  }
});

test("a code that was cut by the console is still a code, wherever the cut is", () => {
  for (let before = 0; before < 76; before += 1) {
    const log = wrapped(
      `${"x".repeat(before)} PDOException: SQLSTATE[42P07]: Duplicate table: 7 ERROR:  relation "users" already exists`,
    );
    assert.deepEqual(ids(log), ["already-exists"], log);
  }
});

test("secrets are in no evidence and in no fact", () => {
  const log = `Applying migration \`01_init\` to postgres://app:hunter2@db:5432/app
Error: P1001: Can't reach database server at postgres://app:hunter2@db:5432 password=hunter2
FATAL:  database "postgres://app:hunter2@db" does not exist
`;
  const found = recognise(log).failures;
  assert.ok(found.length > 0);
  assert.doesNotMatch(JSON.stringify(found), /hunter2/);
});

test("a race for the catalog is not a duplicate row", () => {
  const race: ServerError = {
    engine: "postgres",
    code: "23505",
    name: "UniqueViolation",
    message: 'duplicate key value violates unique constraint "pg_type_typname_nsp_index"',
  };
  for (const [framework, print] of Object.entries(printed)) {
    const found = ids(print(race));
    assert.ok(found.includes("concurrent-migration"), framework);
    assert.ok(!found.includes("duplicate-rows"), framework);
  }
});

test("a duplicate row beside such a race is one all the same", () => {
  const log = (constraint: string): string =>
    `ERROR:  duplicate key value violates unique constraint "${constraint}"\n${"working\n".repeat(200)}`;
  const found = ids(log("pg_type_typname_nsp_index") + log("users_email_key"));
  assert.ok(found.includes("concurrent-migration") && found.includes("duplicate-rows"), `${found}`);
});

test("a time-out is the migration lock only where the lock is named", () => {
  const timedOut = "Error: P1002\n\nThe database server was reached but timed out.\n";
  assert.deepEqual(ids(timedOut), ["server-not-ready"]);
  const named = `${timedOut}Context: Timed out trying to acquire a postgres advisory lock (SELECT pg_advisory_lock(72707369)).\n`;
  assert.deepEqual(ids(named), ["concurrent-migration", "lock-held"]);
});

test("an unknown error of a migration is a failed migration, and no more is claimed", () => {
  assert.deepEqual(
    ids(
      "rails aborted!\nStandardError: An error has occurred, this and all later migrations canceled:\n\nboom\n",
    ),
    ["failed-migration"],
  );
});

test("arbitrary text never throws", () => {
  const ingredients = fc.constantFrom(
    "Error: P3009",
    "SQLSTATE[",
    "42P07",
    '{"msg":',
    "\u001b[",
    "\u001b]",
    "app-1  | ",
    "\r",
    "\0",
    "\n",
    "  ",
    '"',
    "\\",
    "up     2023",
    '(1050, "',
    "have not yet been applied:",
    "Caused by:",
    "errno: 150",
    "\ud800",
  );
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.string({ unit: "binary" }), ingredients), { maxLength: 60 }),
      (parts) => {
        const { failures, lines } = recognise(parts.join(""));
        for (const { evidence, firstLine, lastLine, times } of failures) {
          assert.ok(times >= 1 && firstLine >= 1 && firstLine <= lastLine && lastLine <= lines);
          for (const { text } of evidence) assert.doesNotMatch(text, /\p{Cc}/u);
        }
      },
    ),
    { numRuns: 300 },
  );
});

test("lines in between lose nothing", () => {
  const word = fc.stringMatching(/^[a-z ]{0,60}$/);
  fc.assert(
    fc.property(
      fc.constantFrom(...Object.values(printed)),
      fc.array(word, { minLength: 1, maxLength: 4 }),
      fc.boolean(),
      (print, noise, otherService) => {
        const lines = print(exists)
          .split("\n")
          .flatMap((line) => [
            otherService ? `app-1  | ${line}` : line,
            ...noise.map((text) => (otherService ? `noise-1  | ${text}` : text)),
          ]);
        assert.ok(ids(lines.join("\n")).includes("already-exists"));
      },
    ),
    { numRuns: 100 },
  );
});

test("colours anywhere change nothing", () => {
  const esc = String.fromCharCode(27);
  const plain = printed.prisma(missing);
  fc.assert(
    fc.property(
      fc.array(fc.nat(plain.length), { maxLength: 30 }),
      fc.constantFrom("[31m", "[0m", "[1;32m", "[38;5;9m", "[K"),
      (places, code) => {
        const text = [...plain]
          .map((character, index) => (places.includes(index) ? `${esc}${code}${character}` : character))
          .join("");
        assert.deepEqual(recognise(text).failures, recognise(plain).failures);
      },
    ),
    { numRuns: 100 },
  );
});

test("time grows with the length, also of lines made to be slow", () => {
  const nasty = [
    'relation "'.repeat(20_000),
    "SQLSTATE[HY000]: ".repeat(15_000),
    `${"migrat error ".repeat(20_000)}gnor`,
    `${"Error ".repeat(40_000)}no such database is locked already exists`,
    "://a:b".repeat(40_000),
    `{${'"a":{'.repeat(40_000)}`,
    "\u001b]".repeat(100_000),
    `${" ".repeat(200_000)}Error: P3009`,
    `${"password=".repeat(20_000)}SQLSTATE[42P07]`,
    `${"a.b-".repeat(50_000)} | `,
    `${"_cc".repeat(60_000)}_ccnew`,
  ];
  for (const line of nasty) {
    const start = performance.now();
    recognise(line);
    assert.ok(performance.now() - start < 3000, line.slice(0, 20));
  }
});
