// `npm test`: what the tests need of the machine, then all of them, or those named: `npm test -- 'src/sql/**/*.test.ts'`.
import { join } from "node:path";
import { runTests } from "./run-tests.ts";
import { installSystemPrograms } from "./system-programs.ts";

const root = join(import.meta.dirname, "..");
const all = ["src/**/*.test.ts", "tests/**/*.test.ts"];
const named = process.argv.slice(2);

try {
  await installSystemPrograms();
  // What is drawn by lot is the same at every run: it decides. The soak draws anew.
  const { GODWIT_SEED = "20261127", ...environment } = process.env;
  process.exitCode = await runTests(root, named.length > 0 ? named : all, { ...environment, GODWIT_SEED });
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
