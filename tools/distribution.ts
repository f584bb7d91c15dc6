import { chmod, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type BuildOptions, build, type Plugin } from "esbuild";
import { run } from "./program.ts";
import { thirdPartyLicenses } from "./third-party-licenses.ts";

const root = join(import.meta.dirname, "..");

/**
 * Makes what is published: types as the compiler writes them, and one file each for the command line and the library,
 * since finding and reading a hundred small ones took a third of the time of `godwit status`. The driver is in them;
 * zod, which only a configuration file needs, has a file of its own.
 *
 * @param place the directory; what is in it is deleted
 * @throws Error if it does not compile, or a package that is bundled has no license text
 */
export async function makeDistribution(place: string): Promise<void> {
  await rm(place, { recursive: true, force: true });
  const compiler = join(root, "node_modules/.bin/tsc");
  const types = await run(compiler, ["-p", join(root, "tsconfig.build.json"), "--outDir", place], {
    cwd: root,
  });
  if (!types.succeeded) throw new Error(`tsc failed:\n${types.output}`);
  const bundled: string[] = [];
  const bundle = async (chosen: BuildOptions) => {
    const { metafile } = await build({ ...options, ...chosen, bundle: true, metafile: true });
    bundled.push(...Object.keys(metafile.inputs));
  };
  for (const file of ["cli/run", "index"]) {
    await bundle({
      entryPoints: [join(root, `src/${file}.ts`)],
      outfile: join(place, `${file}.js`),
      // pg asks for neither unless it is told to, or runs at Cloudflare.
      external: ["pg-native", "pg-cloudflare"],
      banner: {
        js: `import { createRequire } from "node:module";\nconst require = createRequire(import.meta.url);`,
      },
      plugins: [zodBeside(file === "index" ? "./zod.cjs" : "../zod.cjs")],
    });
  }
  await bundle({
    entryPoints: [join(root, "node_modules/zod/index.cjs")],
    outfile: join(place, "zod.cjs"),
    format: "cjs",
  });
  const main = join(place, "cli/main.js");
  await bundle({
    entryPoints: [join(root, "src/cli/main.ts")],
    outfile: main,
    plugins: [besideMain],
  });
  await chmod(main, 0o755);
  await writeFile(join(place, "THIRD-PARTY-LICENSES.txt"), await thirdPartyLicenses(bundled, root));
}

const options = {
  absWorkingDir: root,
  format: "esm",
  platform: "node",
  target: "node20.19",
  logLevel: "warning",
} as const;

/**
 * In one file, an import of another would be run whichever command is asked for. So zod stands in a module of its own,
 * which is run with the first module that imports it.
 *
 * @param path where zod is, as seen from the file that is made
 */
function zodBeside(path: string): Plugin {
  return {
    name: "zod-beside",
    setup({ onResolve, onLoad }) {
      const namespace = "zod";
      onResolve({ filter: /^zod$/ }, () => ({ path, namespace }));
      onResolve({ filter: /./, namespace }, () => ({ path, external: true }));
      onLoad({ filter: /./, namespace }, () => ({
        contents: `module.exports = require(${JSON.stringify(path)});`,
      }));
    },
  };
}

/** `main.js` stays apart: it switches on the cache of compiled code, into which the rest is to go. */
const besideMain: Plugin = {
  name: "beside-main",
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/run\.ts$/ }, () => ({ path: "./run.js", external: true }));
  },
};
