export interface Case {
  readonly sql: string;
  /** Behind the migration's name. */
  readonly choose: readonly string[];
  readonly written: readonly string[];
  readonly truth: string;
  readonly gives: string;
}

const people = "SELECT string_agg(concat_ws(' ', id, email), '; ' ORDER BY id) AS v FROM people";

/** What waits, what is chosen for the rows, and what becomes of them. */
export const cases: Readonly<Record<string, Case>> = {
  "23502, an expression": {
    sql: "ALTER TABLE people ALTER email SET NOT NULL",
    choose: ["public.people.email=expression:'p' || id || '@example.org'"],
    written: ["people"],
    truth: people,
    gives: "1 ann@example.org; 2 ann@example.org; 3 p3@example.org",
  },
  "23502, quarantine": {
    sql: "ALTER TABLE people ALTER email SET NOT NULL",
    choose: ["public.people.email=quarantine"],
    written: ["people"],
    truth: people,
    gives: "1 ann@example.org; 2 ann@example.org",
  },
  "23502, a column that the statement adds": {
    sql: 'ALTER TABLE "people" ADD COLUMN "phone" TEXT NOT NULL,\nADD COLUMN "n" int NOT NULL',
    choose: ["public.people.phone=value:none", "public.people.n=expression:id * 2"],
    written: ["people"],
    truth: "SELECT string_agg(concat_ws(' ', phone, n), '; ' ORDER BY id) AS v FROM people",
    gives: "none 2; none 4; none 6",
  },
  "23502, a column that a statement before adds": {
    sql: "ALTER TABLE people ADD phone text;\nALTER TABLE people DROP age;\nALTER TABLE people ALTER phone SET NOT NULL",
    choose: ["public.people.phone=value:none"],
    written: ["people"],
    truth: "SELECT string_agg(concat_ws(' ', id, phone), '; ' ORDER BY id) AS v FROM people",
    gives: "1 none; 2 none; 3 none",
  },
  "23505, an expression": {
    sql: "CREATE UNIQUE INDEX one ON people (email)",
    choose: ["public.one=expression:email || '-' || id"],
    written: ["people"],
    truth: people,
    gives: "1 ann@example.org; 2 ann@example.org-2; 3",
  },
  "23505, merged: the newest is kept, and what referred to the other refers to it": {
    sql: "CREATE UNIQUE INDEX one ON people (lower(email))",
    choose: ["public.one=merge:greatest:seen"],
    written: ["people", "letter"],
    truth: `SELECT (${people}) || ' | ' || string_agg(concat_ws(' ', id, people), '; ' ORDER BY id) AS v FROM letter`,
    gives: "2 ann@example.org; 3 | 1 2; 2 2",
  },
  "23503, an expression": {
    sql: "ALTER TABLE people ADD CONSTRAINT fk FOREIGN KEY (team) REFERENCES team",
    choose: ["public.people.fk=expression:NULL"],
    written: ["people"],
    truth: "SELECT string_agg(concat_ws(' ', id, team), '; ' ORDER BY id) AS v FROM people",
    gives: "1 1; 2; 3 2",
  },
  "23503, a key to a table that is new, and empty": {
    sql: "CREATE TABLE fresh (id int PRIMARY KEY);\nALTER TABLE people ADD CONSTRAINT fk FOREIGN KEY (team) REFERENCES fresh",
    choose: ["public.people.fk=expression:NULL"],
    written: ["people"],
    truth: "SELECT string_agg(concat_ws(' ', id, team), '; ' ORDER BY id) AS v FROM people",
    gives: "1; 2; 3",
  },
  "23514, a value": {
    sql: "ALTER TABLE people ADD CONSTRAINT positive CHECK (price >= 0)",
    choose: ["public.people.positive=value:0"],
    written: ["people"],
    truth: "SELECT string_agg(price::text, '; ' ORDER BY id) AS v FROM people",
    gives: "1.5; 0; 2.25",
  },
  "23514, one of several columns": {
    sql: "ALTER TABLE people ADD CONSTRAINT positive CHECK (price >= 0 OR team < 3)",
    choose: ["public.people.positive=expression(team):least(team, 2)"],
    written: ["people"],
    truth: "SELECT string_agg(team::text, '; ' ORDER BY id) AS v FROM people",
    gives: "1; 2; 2",
  },
  "22001, an expression": {
    sql: "ALTER TABLE people ALTER code TYPE varchar(10)",
    choose: ["public.people.code=expression:left(code, 10)"],
    written: ["people"],
    truth: "SELECT string_agg(code, '; ' ORDER BY id) AS v FROM people",
    gives: "short; rather a l; x",
  },
  "22003, a value": {
    sql: "ALTER TABLE people ALTER price TYPE numeric(2, 2)",
    choose: ["public.people.price=value:0.99"],
    written: ["people"],
    truth: "SELECT string_agg(price::text, '; ' ORDER BY id) AS v FROM people",
    gives: "0.99; 0.99; 0.99",
  },
  "22P02, a value for an enum that loses one": {
    sql: `CREATE TYPE "mood_new" AS ENUM ('good', 'bad');
ALTER TABLE "people" ALTER COLUMN "mood" TYPE "mood_new" USING ("mood"::text::"mood_new");
ALTER TYPE "mood" RENAME TO "mood_old"; ALTER TYPE "mood_new" RENAME TO "mood"; DROP TYPE "mood_old"`,
    choose: ["public.people.mood=value:bad"],
    written: ["people"],
    truth: "SELECT string_agg(mood::text, '; ' ORDER BY id) AS v FROM people",
    gives: "good; bad; bad",
  },
};
