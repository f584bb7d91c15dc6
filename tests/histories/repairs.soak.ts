import { repairsAreRight } from "./repairs.ts";

repairsAreRight("repair", Number(process.env["GODWIT_REPAIRS"] ?? 8));
