import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { cacheDirectory } from "./cache-directory.ts";

const root = mkdtempSync(path.join(tmpdir(), "godwit-cache-"));
after(() => rmSync(root, { recursive: true }));
const user = process.getuid?.() ?? 0;
const base = { environment: {}, home: root, platform: "linux", temporary: root, user } as const;
/** Nothing can be made below a file. */
const file = path.join(root, "file");
writeFileSync(file, "");

test("it is where the platform keeps caches", () => {
  assert.equal(cacheDirectory(base), path.join(root, ".cache/godwit"));
  assert.equal(cacheDirectory({ ...base, platform: "darwin" }), path.join(root, "Library/Caches/godwit"));
});
test("XDG_CACHE_HOME counts where it is absolute", () => {
  const at = (XDG_CACHE_HOME: string) => cacheDirectory({ ...base, environment: { XDG_CACHE_HOME } });
  assert.equal(at(path.join(root, "xdg")), path.join(root, "xdg/godwit"));
  assert.equal(at("relative"), path.join(root, ".cache/godwit"));
  assert.equal(at(""), path.join(root, ".cache/godwit"));
});
test("it is temporary where the home cannot be written, or there is none", () => {
  const expected = path.join(root, `godwit-${user}`);
  assert.equal(cacheDirectory({ ...base, home: file }), expected);
  assert.equal(cacheDirectory({ ...base, home: "" }), expected);
});
test("a temporary directory which somebody else has made is not used", () => {
  const own = path.join(root, `godwit-${user}`);
  const elsewhere = `${own}-${process.pid}`;
  mkdirSync(own, { mode: 0o700 });
  assert.equal(cacheDirectory({ ...base, home: file }), own);
  rmSync(own, { recursive: true });
  symlinkSync(root, own);
  assert.equal(cacheDirectory({ ...base, home: file }), elsewhere);
  mkdirSync(path.join(root, `godwit-${user + 1}`), { mode: 0o700 });
  assert.equal(
    cacheDirectory({ ...base, home: file, user: user + 1 }),
    path.join(root, `godwit-${user + 1}-${process.pid}`),
  );
});
