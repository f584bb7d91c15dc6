import { repairsAreRight } from "./repairs.ts";

repairsAreRight("long repair", 52);
