import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Plan, PlanStep } from "../plan/plan.ts";
import { planScriptText } from "./plan-script-text.ts";

test("no name of a project or a database leaves its comment", () => {
  const unit = fc.constantFrom(
    "\n",
    "\r",
    "\\",
    "!",
    "*/",
    "/*",
    ";",
    "'",
    '"',
    "$$",
    "\u2028",
    "\u0085",
    " ",
    "x",
    ":USER",
  );
  fc.assert(
    fc.property(fc.string({ unit, minLength: 1, maxLength: 200 }), (name) => {
      const step: PlanStep = {
        kind: "statements",
        migration: name,
        file: name,
        whole: false,
        statements: [{ number: 1, line: 1, sql: "SELECT 1", untraced: false }],
        why: name,
        hazards: [],
      };
      const plan: Plan = {
        godwit: 1,
        purpose: "repair",
        framework: name,
        engine: name,
        database: name,
        schema: name,
        from: { schema: "", history: "", files: "", serverVersion: name },
        parts: [],
        makes: [`table ${name}`],
        changes: [`table ${name}`],
        removes: [`table ${name}`],
        empties: [],
        hazards: ["long"],
        notes: [name],
      };
      const text = planScriptText(
        {
          plan,
          command: (file) => file,
          opening: "SELECT 1;",
          sections: [
            { kind: "alone", before: [{ title: name, sql: "SELECT 1;" }], steps: [], after: [] },
            {
              kind: "transaction",
              before: [],
              steps: [{ step, pieces: [{ title: name, sql: "SELECT 1;" }] }],
              after: [],
            },
          ],
        },
        { version: "1", moment: new Date(0), file: name, serverVersion: name },
      );
      for (const line of text.split(/[\n\r\u0085\u2028]/)) assert.match(line, /^(?:--.*|SELECT 1;|)$/);
    }),
    { numRuns: 500 },
  );
});
