// `npm run soak`: what takes too long for every day. Repairs that are killed and cut at many more points, and the repairs
// of all scenarios as on a machine without pg_dump. GODWIT_SOAK is the number of seconds for each state (by default 20).
import { join } from "node:path";
import { runTests } from "./run-tests.ts";
import { installSystemPrograms } from "./system-programs.ts";

const root = join(import.meta.dirname, "..");

try {
  await installSystemPrograms();
  const { GODWIT_SOAK: seconds = "20", ...environment } = process.env;
  const faults = await runTests(root, ["tests/faults/*.test.ts"], { ...environment, GODWIT_SOAK: seconds });
  const withoutDump = await runTests(root, ["tests/scenarios/**/repair.test.ts"], {
    ...environment,
    GODWIT_PG_BINARIES: "none",
  });
  process.exitCode = Math.max(faults, withoutDump);
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
