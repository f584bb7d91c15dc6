import assert from "node:assert/strict";
import { fileOf } from "../application.ts";
import { doctorInWords, finding, quickDoctor } from "../doctor.ts";
import { PrismaHistory } from "../prisma-history.ts";
import { refused } from "../repair.ts";
import { scenario } from "../scenario.ts";

scenario(
  "too many rows to compare each with each other: an estimate, and told as one",
  async ({ database }) => {
    const db = await database();
    const base = {
      ...fileOf("0001_slot", "CREATE TABLE slot (id int PRIMARY KEY, during int4range);\n"),
      rows: [
        // Each second one goes into the next.
        "INSERT INTO slot SELECT n, int4range(n * 10, n * 10 + CASE n % 4 WHEN 0 THEN 12 ELSE 5 END) FROM generate_series(1, 110000) n",
        "ANALYZE slot",
      ],
    };
    await new PrismaHistory(db).deploy([base]);
    const files = [
      base,
      fileOf("0002_no_overlap", "ALTER TABLE slot ADD EXCLUDE USING gist (during WITH &&);\n"),
    ];
    const { facts } = finding<{ ways: { code: string; rows: number; counted: string }[] }>(
      await quickDoctor(files, db),
      "rows-in-the-way",
    );
    const [way] = facts.ways;
    assert.deepEqual([way?.code, way?.counted], ["23P01", "estimate"]);
    assert.ok((way?.rows ?? 0) > 25_000 && (way?.rows ?? 0) < 85_000, `${way?.rows}`);
    assert.match(
      await doctorInWords(files, db),
      /about \d\d,\d{3} rows whose during other rows exclude \(estimated from a\s+part of the table\)/,
    );
  },
);

scenario(
  "which of two rows that exclude each other is to stay, nobody chooses but a person",
  async ({ database }) => {
    const db = await database();
    const base = {
      ...fileOf("0001_slot", "CREATE TABLE slot (id uuid PRIMARY KEY, during int4range);\n"),
      rows: [
        `INSERT INTO slot VALUES ('6f1c0e7a-3b5d-4c2f-9a8e-d4b7f0c1a2e3', '[1,5)'), ('8b2d4f6c-1e3a-4d5b-a7c9-f0e1d2c3b4a5', '[4,9)'), ('c3e5a7b9-0d1f-4b2c-8e4a-a6b8c0d2e4f6', NULL)`,
      ],
    };
    await new PrismaHistory(db).deploy([base]);
    const files = [
      base,
      fileOf(
        "0002_no_overlap",
        "ALTER TABLE slot ADD CONSTRAINT apart EXCLUDE USING gist (during WITH &&);\n",
      ),
    ];
    assert.match(
      await doctorInWords(files, db),
      /2 rows whose during other rows exclude[\s\S]*id 6f1c0e7a-3b5d-4c2f-9a8e-d4b7f0c1a2e3,\s+8b2d4f6c-1e3a-4d5b-a7c9-f0e1d2c3b4a5:\s+\[1,5\)/,
    );
    await refused(files, db, "rehearsal-failed", { command: "migrate", exit: 2, words: /23P01/ });
    await refused(files, db, "refused", {
      command: "migrate",
      choose: ["rows-in-the-way:0002_no_overlap:public.slot.apart=quarantine"],
      words: /of rows which exclude each other it does not choose/,
    });
  },
);
