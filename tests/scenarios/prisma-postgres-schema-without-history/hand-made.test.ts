import assert from "node:assert/strict";
import { doctor, finding, found } from "../doctor.ts";
import { repaired } from "../repair.ts";
import { scenario } from "../scenario.ts";
import { between, files } from "./between.ts";

scenario(
  "between two positions, with what a hand made: all is told, and removed where that is chosen",
  async ({ database }) => {
    const db = await database();
    await between(db);
    const answer = await doctor(files, db);
    assert.deepEqual(found(answer).slice(0, 2), ["error unmanaged-schema", "error drift"]);
    assert.deepEqual([answer.position?.migration, answer.position?.statement], ["0002_name", 1]);
    const { facts, remedies } = finding<Record<"missing" | "different" | "extra", { object: string }[]>>(
      answer,
      "drift",
    );
    assert.deepEqual(
      [facts.missing, facts.different, facts.extra].map((some) => some.map(({ object }) => object)),
      [[], ["column public.user.email"], ["column public.user.nick", "view public.nicks"]],
    );
    assert.deepEqual(
      remedies.map(({ id, hazards }) => [id, hazards]),
      [
        ["undo", ["deletes-data", "not-reversible"]],
        ["adopt", []],
        ["keep", []],
      ],
    );
    await repaired(files, db, {
      choose: ["drift=undo"],
      marked: ["0001_users", "0002_name"],
      executed: ["0003_posts"],
    });
  },
);
