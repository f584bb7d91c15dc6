import { verdictsAreTrue } from "./verdicts.ts";

verdictsAreTrue("short", 60, 6);
