// `npm test`: what the tests need of the machine, then all of them, or those named: `npm test -- 'src/sql/**/*.test.ts'`.
import { join } from "node:path";
import { runTests } from "./run-tests.ts";
import { installSystemPrograms } from "./system-programs.ts";

const root = join(import.meta.dirname, "..");
const all = ["src/**/*.test.ts", "tests/**/*.test.ts"];
const named = process.argv.slice(2);

try {
  await installSystemPrograms();
  process.exitCode = await runTests(root, named.length > 0 ? named : all, process.env);
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
