import { repairsAreRight } from "./repairs.ts";

repairsAreRight("repair", 8);
