// `npm run build`: makes dist.
import { join } from "node:path";
import { makeDistribution } from "./distribution.ts";

await makeDistribution(join(import.meta.dirname, "../dist"));
