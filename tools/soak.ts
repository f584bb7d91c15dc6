// `npm run soak`: what takes too long for every day. The `*.soak.ts` files, as on a machine without pg_dump; then repairs
// which are killed and cut at many more points, servers that crash, and more of them at once. GODWIT_SOAK is the number of seconds for each broken state (by default 8).
import { join } from "node:path";
import { runTests } from "./run-tests.ts";
import { installSystemPrograms } from "./system-programs.ts";

const root = join(import.meta.dirname, "..");

try {
  await installSystemPrograms();
  const { GODWIT_SOAK: seconds = "8", ...environment } = process.env;
  const withoutDump = await runTests(root, ["tests/**/*.soak.ts"], {
    ...environment,
    GODWIT_PG_BINARIES: "none",
  });
  const faults = await runTests(
    root,
    [
      "tests/foreign/*.{test,long}.ts",
      "tests/faults/*.{test,long,soak}.ts",
      "tests/snapshot/incremental.long.ts",
    ],
    {
      ...environment,
      GODWIT_SOAK: seconds,
    },
  );
  process.exitCode = Math.max(faults, withoutDump);
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
