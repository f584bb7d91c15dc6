// `npm run overnight`: 10,000 verdicts on random databases, and 1,000 repairs of others. GODWIT_VERDICTS and GODWIT_REPAIRS
// are other numbers, GODWIT_SEED draws the same ones again.
import { join } from "node:path";
import { runTests } from "./run-tests.ts";
import { installSystemPrograms } from "./system-programs.ts";

const { GODWIT_VERDICTS = "10000", GODWIT_REPAIRS = "1000", ...environment } = process.env;

try {
  await installSystemPrograms();
  process.exitCode = await runTests(join(import.meta.dirname, ".."), ["tests/histories/*.soak.ts"], {
    ...environment,
    GODWIT_VERDICTS,
    GODWIT_REPAIRS,
  });
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
