import { fileOf } from "../application.ts";

/** An application with rows that what comes later will not take. */
export const base = {
  ...fileOf(
    "0001_people",
    `CREATE TYPE mood AS ENUM ('good', 'bad', 'odd');
CREATE TABLE team (id int PRIMARY KEY, name text);
CREATE TABLE people (id int PRIMARY KEY, email text, team int, code varchar(20), age text, price numeric, mood mood, seen timestamptz);
CREATE TABLE letter (id int PRIMARY KEY, people int REFERENCES people ON DELETE CASCADE, body text);
`,
  ),
  rows: [
    "INSERT INTO team VALUES (1, 'x'), (2, 'y')",
    `INSERT INTO people VALUES
      (1, 'ann@example.org', 1, 'short', '41', 1.5, 'good', '2025-01-01 12:00:00.123456+00'),
      (2, 'ann@example.org', 7, 'rather a long code', 'old', -3, 'odd', '2025-03-01 00:00+00'),
      (3, NULL, 2, 'x', '7', 2.25, 'bad', NULL)`,
    "INSERT INTO letter VALUES (1, 1, 'to ann'), (2, 2, 'to the other ann')",
  ],
};
