import { verdictsAreTrue } from "./verdicts.ts";

verdictsAreTrue(Number(process.env["GODWIT_VERDICTS"] ?? 60), 4);
