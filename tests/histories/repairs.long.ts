import { repairsAreRight } from "./repairs.ts";

// With those of `npm test` 60.
repairsAreRight("long repair", 52);
