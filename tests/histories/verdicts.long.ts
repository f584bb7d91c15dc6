import { verdictsAreTrue } from "./verdicts.ts";

verdictsAreTrue("long", 440, 8);
