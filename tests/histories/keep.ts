// npm run keep-case -- verdicts "history 4/3": shrinks a case that failed with this GODWIT_SEED, and keeps it.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { create, startServer } from "../scenarios/database.ts";
import { Random, seed } from "../scenarios/random.ts";
import { breakDatabase, told } from "./broken.ts";
import { type Kept, manner, trials } from "./cases.ts";
import { drawHistory } from "./draw.ts";
import { shrink } from "./shrink.ts";

const [what = "", name = ""] = process.argv.slice(2);
const trial = trials[what as Kept["trial"]];
if (trial === undefined || name === "") throw new RangeError(`neither of ${Object.keys(trials)}, or no name`);
const server = await startServer();
try {
  const [empty, db] = [await create(server), await create(server)];
  const history = await empty.connected((client) => drawHistory(client, name.replace(/\/\d+$/, "")));
  const drawn = await breakDatabase(db, history, new Random(name));
  const wrong = await trial(server, drawn);
  if (wrong === undefined) throw new RangeError(`nothing is wrong about ${name} of seed ${seed}`);
  const log = await shrink(drawn, async (smaller) => {
    const still = await trial(server, smaller);
    return still !== undefined && manner(still) === manner(wrong);
  });
  const kept: Kept = { trial: what as Kept["trial"], wrong: wrong.split("\n")[0] ?? "", log };
  const file = join(import.meta.dirname, "kept", `${seed}-${name.replaceAll(/\W+/g, "-")}.json`);
  await mkdir(join(file, ".."), { recursive: true });
  await writeFile(file, `${JSON.stringify(kept, undefined, 2)}\n`);
  process.stdout.write(
    `${await trial(server, log)}\n${told(log)}\n${file}: give it a name that says what it shows.\n`,
  );
} finally {
  await server.stop();
}
