import { verdictsAreTrue } from "./verdicts.ts";

verdictsAreTrue("history", Number(process.env["GODWIT_VERDICTS"] ?? 60), 6);
