import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { everything } from "../heart/everything.ts";
import { copyOf, dumpOf, filled, methods, type Servers, startServers, urlOf } from "./servers.ts";

let servers: Servers;
before(async () => {
  servers = await startServers({ major: 15 });
});
after(() => servers?.stop());

for (const method of methods) {
  describe(method, () => {
    test("one of everything, with rows, while others are connected", async () => {
      const database = await filled(servers, everything);
      const { outcome, name } = await copyOf(servers, database.url, method);
      assert.equal(outcome.outcome === "copied" ? outcome.method : outcome.reason, method);
      assert.equal(await dumpOf(servers, urlOf(servers, name)), await dumpOf(servers, database.url));
      await database.end();
    });
  });
}
