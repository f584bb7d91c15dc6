// Whether what would be published can be used: its manifest (publint) and its types (attw).
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { pack } from "./pack.ts";
import { run } from "./program.ts";

const root = join(import.meta.dirname, "..");
const packed = await pack();
try {
  const tarball = await readFile(packed.tarball);
  const { messages, pkg } = await publint({
    pack: { tarball: new Uint8Array(tarball).buffer },
    strict: true,
  });
  for (const message of messages) console.error(formatMessage(message, pkg));
  // There is no CommonJS here.
  const types = await run(
    join(root, "node_modules/.bin/attw"),
    [packed.tarball, "--profile", "esm-only", "--no-color", "--format", "ascii"],
    { cwd: root },
  );
  if (!types.succeeded) console.error(types.output);
  process.exitCode = messages.length === 0 && types.succeeded ? 0 : 1;
} finally {
  await packed.remove();
}
