import { createHash } from "node:crypto";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Account } from "./account.ts";
import { type Binaries, majorOf } from "./binaries.ts";
import { makeAtOnce, usableCache } from "./cache-directory.ts";
import { type Amount, copyTree } from "./tree.ts";

/** Raise it when the options of initdb change: what is cached was made with the old ones. */
const templateVersion = 1;

/** A data directory as initdb makes it, kept to be copied: copying takes a tenth of the time. */
export class DataTemplate {
  readonly #major: number;
  readonly #cacheDirectory: string;
  readonly #name: string;

  constructor(binaries: Binaries, encoding: string, cacheDirectory: string) {
    // The path too: another build of the same version may have other libraries, and so other collations.
    const parts = [templateVersion, binaries.build, binaries.home, encoding, process.platform, process.arch];
    const hash = createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 16);
    this.#name = join("postgres-templates", `${binaries.version}-${hash}`);
    this.#major = majorOf(binaries.version);
    this.#cacheDirectory = cacheDirectory;
  }

  /**
   * Copies the template to its place. A template which is damaged is thrown away.
   *
   * @returns whether there was one
   */
  async copyTo(directory: string, owner: Account | undefined): Promise<boolean> {
    const place = await this.#place();
    if (place === undefined) return false;
    try {
      const expected = JSON.parse(await readFile(join(place, "amount.json"), "utf8")) as Amount;
      const version = await readFile(join(place, "data", "PG_VERSION"), "utf8");
      const copied = await copyTree(join(place, "data"), directory, { owner, access: "private" });
      const whole = copied.files === expected.files && copied.bytes === expected.bytes;
      if (whole && Number(version) === this.#major) return true;
    } catch {
      // Not there, or not whole: the same cure for both.
    }
    await Promise.all([this.forget(), rm(directory, { recursive: true, force: true })]);
    return false;
  }

  /** Keeps a copy of a directory which initdb has just made, where the cache can be used. A failure costs time only. */
  async keep(directory: string): Promise<void> {
    const place = await this.#place();
    if (place === undefined) return;
    await makeAtOnce(place, async (making) => {
      const amount = await copyTree(directory, join(making, "data"), { owner: undefined, access: "private" });
      await writeFile(join(making, "amount.json"), JSON.stringify(amount), { mode: 0o600 });
    }).catch(() => undefined);
  }

  /** Throws the template away: a server did not start from its copy. */
  async forget(): Promise<void> {
    const place = await this.#place();
    if (place !== undefined) await rm(place, { recursive: true, force: true }).catch(() => undefined);
  }

  async #place(): Promise<string | undefined> {
    const cache = await usableCache(this.#cacheDirectory);
    return cache === undefined ? undefined : join(cache, this.#name);
  }
}
