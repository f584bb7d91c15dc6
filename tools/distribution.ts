import { chmod, rm } from "node:fs/promises";
import { join } from "node:path";
import { build, type Plugin } from "esbuild";
import { run } from "./program.ts";

const root = join(import.meta.dirname, "..");

/**
 * Makes what is published: types as the compiler writes them, and one file each for the command line and the library,
 * since finding and reading a hundred small ones took a third of the time of `godwit status`.
 *
 * @param place the directory; what is in it is deleted
 * @throws Error if it does not compile
 */
export async function makeDistribution(place: string): Promise<void> {
  await rm(place, { recursive: true, force: true });
  const compiler = join(root, "node_modules/.bin/tsc");
  const types = await run(compiler, ["-p", join(root, "tsconfig.build.json"), "--outDir", place], {
    cwd: root,
  });
  if (!types.succeeded) throw new Error(`tsc failed:\n${types.output}`);
  for (const file of ["cli/run", "index"]) {
    await build({
      ...options,
      entryPoints: [join(root, `src/${file}.ts`)],
      outfile: join(place, `${file}.js`),
      bundle: true,
      banner: {
        js: `import { createRequire } from "node:module";\nconst require = createRequire(import.meta.url);`,
      },
      plugins: [lazyDependencies],
    });
  }
  const main = join(place, "cli/main.js");
  await build({
    ...options,
    entryPoints: [join(root, "src/cli/main.ts")],
    outfile: main,
    bundle: true,
    plugins: [besideMain],
  });
  await chmod(main, 0o755);
}

const options = { format: "esm", platform: "node", target: "node20.19", logLevel: "warning" } as const;

/**
 * In one file, an import of a package would be run whichever command is asked for. So each stands in a module of its
 * own, which is run with the first module that imports it.
 */
const lazyDependencies: Plugin = {
  name: "lazy-dependencies",
  setup({ onResolve, onLoad }) {
    const namespace = "dependency";
    onResolve({ filter: /^(pg|zod)$/ }, ({ path, namespace: from }) =>
      from === namespace ? { path, external: true } : { path, namespace },
    );
    onLoad({ filter: /./, namespace }, ({ path }) => ({
      contents: `module.exports = require(${JSON.stringify(path)});`,
    }));
  },
};

/** `main.js` stays apart: it switches on the cache of compiled code, into which the rest is to go. */
const besideMain: Plugin = {
  name: "beside-main",
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/run\.ts$/ }, () => ({ path: "./run.js", external: true }));
  },
};
