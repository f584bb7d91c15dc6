import assert from "node:assert/strict";
import { create, type Database } from "../scenarios/database.ts";
import { documentOf, godwit, type Said } from "../scenarios/godwit.ts";
import type { TestServer } from "../servers/postgres.ts";

interface Difference {
  readonly attribute: string;
  readonly a?: unknown;
  readonly b?: unknown;
}
export interface Document {
  readonly outcome: string;
  readonly a: { readonly fingerprint: string; readonly kind: string; readonly objects: number };
  readonly b: Document["a"];
  readonly notes: readonly string[];
  readonly counts: { readonly semantic: number; readonly environmental: number };
  readonly onlyInA: readonly {
    readonly object: { kind: string; identity: string };
    readonly within?: string;
  }[];
  readonly onlyInB: Document["onlyInA"];
  readonly changed: readonly {
    readonly key: string;
    readonly semantic: readonly Difference[];
    readonly environmental: readonly Difference[];
  }[];
  readonly renames: readonly { readonly from: string; readonly to: string }[];
  readonly undecided: readonly string[];
}

/** An ordinary application's schema. */
export const shop = `
CREATE TABLE users (id serial PRIMARY KEY, email text NOT NULL, age int, tel text);
CREATE INDEX users_email ON users (email);
CREATE TABLE orders (id int PRIMARY KEY, total numeric, city text, zip text, who int REFERENCES users);
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE VIEW adults AS SELECT id FROM users WHERE age > 17;
CREATE FUNCTION twice(x int) RETURNS int LANGUAGE plpgsql AS $$
BEGIN
  -- doubles
  RETURN x * 2;
END $$;
CREATE TRIGGER keep BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
`;

/** What a person would change by hand. */
export const changes = `
ALTER TABLE users ADD COLUMN "phone" text;
ALTER TABLE users DROP COLUMN tel;
DROP VIEW adults;
ALTER TABLE users ALTER age TYPE bigint, ALTER age SET DEFAULT 18;
CREATE VIEW adults AS SELECT id FROM users WHERE age > 20;
DROP INDEX users_email;
ALTER TABLE orders RENAME TO purchases;
ALTER TYPE mood ADD VALUE 'happy';
CREATE OR REPLACE FUNCTION twice(x int) RETURNS int LANGUAGE plpgsql AS $$
BEGIN
  -- doubles
  RETURN x + x;
END $$;
ALTER TABLE users DISABLE TRIGGER keep;
COMMENT ON TABLE users IS 'people';
`;

/** New databases, each with what a script makes. */
export async function databases(server: TestServer, ...scripts: string[]): Promise<Database[]> {
  const made: Database[] = [];
  for (const script of scripts) {
    const db = await create(server);
    await db.script(script);
    made.push(db);
  }
  return made;
}

/** Everything that a command says, in both forms, without a password and harmless for a terminal. */
export async function told(
  args: readonly string[],
  environment = {},
): Promise<Said & { document: Document }> {
  const words = await godwit(args, environment);
  const json = await godwit([...args, "--json", "--quiet"], environment);
  assert.equal(json.exit, words.exit);
  assert.equal(json.stderr, "");
  for (const text of [words.stdout, words.stderr, json.stdout]) {
    assert.doesNotMatch(text, /[^\P{Cc}\n]/u, "a raw control character");
    assert.doesNotMatch(text, /[\u202a-\u202e\u2066-\u2069]/u, "a raw override of direction");
  }
  return { ...words, document: documentOf<Document>(json) };
}

/** One sentence and what to do, nothing else; the secret nowhere. */
export async function refused(args: readonly string[], code: number, sentence: RegExp, environment = {}) {
  const { exit, stdout, stderr } = await godwit(args, environment);
  assert.match(stderr, sentence);
  assert.equal(exit, code, stderr);
  assert.equal(stdout, "");
  assert.equal(stderr.trimEnd().split("\n").length, 2, stderr);
}
