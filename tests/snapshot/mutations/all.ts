import type { Major } from "../../servers/majors.ts";
import { columns } from "./columns.ts";
import { constraints } from "./constraints.ts";
import { foreignAndPublications } from "./foreign-and-publications.ts";
import { functions } from "./functions.ts";
import { indexes } from "./indexes.ts";
import type { Mutation } from "./mutation.ts";
import { harmless } from "./nothing.ts";
import { operators } from "./operators.ts";
import { reactions } from "./reactions.ts";
import { searchAndStatistics } from "./search-and-statistics.ts";
import { sequencesAndViews } from "./sequences-and-views.ts";
import { surroundings } from "./surroundings.ts";
import { tables } from "./tables.ts";
import { types } from "./types.ts";

const all: readonly Mutation[] = [
  ...tables,
  ...columns,
  ...constraints,
  ...indexes,
  ...sequencesAndViews,
  ...functions,
  ...reactions,
  ...types,
  ...operators,
  ...searchAndStatistics,
  ...foreignAndPublications,
  ...surroundings,
  ...harmless,
];

/** Those which that version has. */
export function mutationsOf(major: Major): readonly Mutation[] {
  return all.filter(({ since = major, until = major }) => since <= major && major <= until);
}
