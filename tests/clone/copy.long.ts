import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { postgres } from "../../src/engines/postgres/engine.ts";
import { everything } from "../heart/everything.ts";
import { broken, intricate, roles } from "./intricate.ts";
import {
  copyOf,
  dumpOf,
  filled,
  methods,
  rowsOf,
  type Servers,
  sameDump,
  startServers,
  urlOf,
} from "./servers.ts";

let servers: Servers;
before(async () => {
  servers = await startServers({ major: 15 });
  await rowsOf(servers.source.url, roles);
});
after(() => servers?.stop());

/** What no dump shows. */
const indexStates = `SELECT i.indexrelid::regclass::text, i.indisvalid, i.indisready, i.indislive, i.indisunique, pg_get_indexdef(i.indexrelid), obj_description(i.indexrelid)
  FROM pg_index i WHERE i.indexrelid >= 16384 AND i.indrelid::regclass::text NOT LIKE 'pg_toast%' ORDER BY 1`;
const triggerStates = `SELECT tgrelid::regclass::text, tgfoid::regproc::text, tgenabled FROM pg_trigger ORDER BY 1, 2, 3`;

for (const method of methods) {
  describe(method, () => {
    test("one of everything, with rows, while others are connected", async () => {
      const database = await filled(servers, everything);
      const { outcome, name } = await copyOf(servers, database.url, method);
      assert.equal(outcome.outcome === "copied" ? outcome.method : outcome.reason, method);
      sameDump(await dumpOf(servers, urlOf(servers, name)), await dumpOf(servers, database.url));
      await database.end();
    });

    test("intricate and broken", async () => {
      const database = await filled(servers, intricate, broken);
      const dump = await dumpOf(servers, database.url);
      const { outcome, name } = await copyOf(servers, database.url, method);
      assert.equal(outcome.outcome === "copied" ? outcome.method : outcome.reason, method);
      assert.equal(await dumpOf(servers, database.url), dump, "the source was changed");
      sameDump(await dumpOf(servers, urlOf(servers, name)), dump);
      for (const query of [indexStates, triggerStates]) {
        const states = await rowsOf(database.url, query);
        assert.deepEqual(await rowsOf(urlOf(servers, name), query), states);
        assert.match(JSON.stringify(states), /"indisvalid":false,"indisready":true|"tgenabled":"D"/);
      }
      await database.end();
    });
  });
}
void postgres;
