import assert from "node:assert/strict";
import { test } from "node:test";
import { Credentials } from "./credentials.ts";
import { parsePostgresUrl } from "./url.ts";
import { postgresUrl } from "./write-url.ts";

const urls = [
  "postgresql://ann@localhost/shop",
  "postgresql://ann:s%23c%40r%3A%2Fe%25t@db.example:6543/we%22ird%2Fname?schema=Shop%20%2A&connect_timeout=9",
  "postgresql://ann@/shop?host=%2Ftmp%2Fsocket&port=6000",
  "postgresql://ann@localhost/shop?host=/var/run/postgresql",
  "postgresql://ann:x@one:1,two:2,[::1]:3/shop?target_session_attrs=read-write&sslmode=require",
  "postgresql://ann@one/shop?hostaddr=10.0.0.1&sslmode=verify-full&sslrootcert=/ca.pem&sslcert=/c.pem&sslkey=/k.pem",
  "postgresql://ann@one/shop?sslmode=verify-ca&sslrootcert=/ca.pem&channel_binding=require&application_name=a%26b",
  "postgresql://ann@one/shop?sslmode=disable&options=-c%20search_path%3Dshop",
  "postgresql://ann@one/shop?sslaccept=strict&sslcert=/ca.pem",
  "postgresql://ann@one/shop?sslidentity=/id.p12&sslpassword=p%26w",
];

for (const url of urls) {
  test(`written, it is read as it was: ${url}`, () => {
    const target = parsePostgresUrl(url);
    const again = parsePostgresUrl(postgresUrl(target));
    assert.deepEqual(Credentials.of(again), Credentials.of(target));
    assert.deepEqual({ ...again, secret: 0 }, { ...target, secret: 0 });
    const other = parsePostgresUrl(postgresUrl(target, { user: 'a:@/"', database: "b?#/", schema: "c&" }));
    assert.deepEqual(
      [other.user, other.database, other.schema, other.address],
      ['a:@/"', "b?#/", "c&", target.address],
    );
  });
}
