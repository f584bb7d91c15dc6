import { majors } from "../../servers/majors.ts";
import { mutationsOf } from "./all.ts";
import { testMutations } from "./suite.ts";

// All of them on one version; on the others, those which not all versions have. The soak has the rest.
for (const major of majors) {
  const mutations = mutationsOf(major);
  const own = mutations.filter(({ since, until }) => since !== undefined || until !== undefined);
  await testMutations(major, major === 15 ? mutations : own);
}
