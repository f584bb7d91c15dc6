import { drawnPart } from "../../scenarios/random.ts";
import { majors } from "../../servers/majors.ts";
import { mutationsOf } from "./all.ts";
import { testMutations } from "./suite.ts";

// A part of them on one version; on each, those which not all versions have. The soak has the rest.
for (const major of majors) {
  const mutations = mutationsOf(major);
  const own = mutations.filter(({ since, until }) => since !== undefined || until !== undefined);
  await testMutations(
    major,
    major === 15 ? [...new Set([...own, ...drawnPart("mutations", mutations, 0.4)])] : own,
  );
}
