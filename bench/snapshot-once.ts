// Takes one snapshot of the database named on the command line, and says how long that took and how much memory. A second
// word: with what depends on what.
import { engineOf } from "../src/engines/registry.ts";
import { fingerprint } from "../src/schema/snapshot.ts";

const url = process.argv[2] ?? "";
const start = performance.now();
const engine = await engineOf(url);
const session = await engine.connect(engine.parse(url));
const snapshot = await session.snapshot({ dependencies: process.argv[3] !== undefined });
fingerprint(snapshot);
const seconds = (performance.now() - start) / 1000;
console.log(JSON.stringify({ seconds, megabytes: Math.round(process.resourceUsage().maxRSS / 1024) }));
await session.close();
