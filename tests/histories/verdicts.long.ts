import { verdictsAreTrue } from "./verdicts.ts";

// With those of `npm test` 500.
verdictsAreTrue("long", 440, 8);
