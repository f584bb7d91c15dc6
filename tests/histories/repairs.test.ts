import { repairsAreRight } from "./repairs.ts";

repairsAreRight("short repair", 8);
