import { verdictsAreTrue } from "./verdicts.ts";

verdictsAreTrue("long", 200, 8);
