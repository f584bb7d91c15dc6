import { majors } from "../../servers/majors.ts";
import { mutationsOf } from "./all.ts";
import { testMutations } from "./suite.ts";

for (const major of majors) await testMutations(major, mutationsOf(major));
