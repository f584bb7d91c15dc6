import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import fc from "fast-check";
import { isKnownError } from "../../../errors.ts";
import { type ConnectionSettings, Credentials } from "./credentials.ts";
import { parsePostgresUrl, withDatabase } from "./url.ts";

const parse = (url: string) => parsePostgresUrl(url, { user: "os-user" });
const settings = (url: string): ConnectionSettings => Credentials.of(parse(url));

/** The refusal of a URL: its message and hint. */
function refusal(url: string): string {
  try {
    parse(url);
  } catch (error) {
    assert.ok(isKnownError(error, "DATABASE_URL_INVALID"), String(error));
    return `${error.message} ${error.hint}`;
  }
  assert.fail(`${url} was accepted`);
}

test("a whole URL", () => {
  const target = parse(
    "postgresql://ann:s%23cret@db.example.org:5433/shop?schema=sales&connection_limit=5&pgbouncer=true",
  );
  const { secret, ...shown } = target;
  assert.deepEqual(shown, {
    engine: "postgres",
    address: "db.example.org:5433",
    database: "shop",
    user: "ann",
    schema: "sales",
  });
  assert.deepEqual(Credentials.of(target), {
    hosts: [{ name: "db.example.org", port: 5433 }],
    user: "ann",
    database: "shop",
    password: "s#cret",
    encryption: { use: "prefer", verify: "nothing" },
    channelBinding: false,
    connectSeconds: 5,
    sessionKind: "any",
  });
  assert.ok(secret instanceof Credentials);
});

test("missing parts", () => {
  assert.deepEqual(
    [parse("postgres://").user, parse("postgres://").database, settings("postgres://").password],
    ["os-user", "os-user", undefined],
  );
  assert.equal(parse("postgres://ann@h").database, "ann");
  assert.equal(parse("postgres://h/").database, "os-user");
  assert.equal(settings("postgres://ann:@h/d").password, undefined);
  assert.equal(parse("  postgres://h/d\n").address, "h:5432");
  assert.equal(parse("postgres://h/d?schema=").schema, undefined);
});

test("hosts", () => {
  const hosts = (url: string) => settings(url).hosts;
  assert.deepEqual(hosts("postgres://h1:5433,h2,[::1]:5434/d"), [
    { name: "h1", port: 5433 },
    { name: "h2", port: 5432 },
    { name: "::1", port: 5434 },
  ]);
  assert.equal(parse("postgres://h1:5433,[::1]/d").address, "h1:5433, [::1]:5432");
  assert.deepEqual(hosts("postgres://u:p@localhost:5433/d?host=/var/run/pg/"), [
    { name: "/var/run/pg", port: 5433 },
  ]);
  assert.deepEqual(hosts("postgres://%2Fvar%2Frun%2Fpg/d"), [{ name: "/var/run/pg", port: 5432 }]);
  assert.equal(parse("postgres://%2Fvar%2Frun%2Fpg/d").address, "/var/run/pg");
  assert.equal(parse("postgres://%2Fvar%2Frun%2Fpg:5433/d").address, "/var/run/pg:5433");
  assert.deepEqual(hosts("postgres:///d?host=a,b&port=1,2"), [
    { name: "a", port: 1 },
    { name: "b", port: 2 },
  ]);
  assert.deepEqual(hosts("postgres://db/d?hostaddr=10.0.0.7"), [
    { name: "db", port: 5432, address: "10.0.0.7" },
  ]);
  assert.deepEqual(hosts("postgres:///d?hostaddr=10.0.0.7"), [
    { name: "10.0.0.7", port: 5432, address: "10.0.0.7" },
  ]);
  assert.deepEqual(hosts("postgres:///d").at(-1), { name: "localhost", port: 5432 });
  assert.match(refusal("postgres:///d?host=a,b,c&port=1,2"), /as many ports as hosts/);
  assert.match(refusal("postgres://h:70000/d"), /port/);
  assert.match(refusal("postgres://::1/d"), /brackets/);
});

test("parameters take the place of what stands before them", () => {
  const target = parse("postgres://a:b@h/d?user=u&password=p&dbname=e");
  assert.deepEqual([target.user, Credentials.of(target).password, target.database], ["u", "p", "e"]);
  const { options, applicationName, connectSeconds, sessionKind, channelBinding } = settings(
    "postgres://h/d?options=-c%20search_path%3Dshop&application_name=web&connect_timeout=12&target_session_attrs=primary&channel_binding=require",
  );
  assert.deepEqual(
    [options, applicationName, connectSeconds, sessionKind, channelBinding],
    ["-c search_path=shop", "web", 12, "primary", true],
  );
  assert.equal(settings("postgres://h/d?connect_timeout=0").connectSeconds, 0);
  assert.match(refusal("postgres://h/d?connect_timeout=soon"), /connect_timeout/);
  assert.match(refusal("postgres://h/d?target_session_attrs=best"), /read-write/);
  assert.match(refusal("postgres://h/d?service=shop"), /service file/);
});

test("encryption, as libpq and as Prisma understand it", () => {
  const encryption = (query: string) => settings(`postgres://h/d?${query}`).encryption;
  const cases: Record<string, object> = {
    "": { use: "prefer", verify: "nothing" },
    "sslmode=disable": { use: "disable", verify: "nothing" },
    "sslmode=allow": { use: "allow", verify: "nothing" },
    "sslmode=require": { use: "require", verify: "nothing" },
    "sslmode=no-verify&sslrootcert=ca.pem": { use: "require", verify: "nothing", rootFile: "ca.pem" },
    "ssl=true": { use: "require", verify: "nothing" },
    "sslmode=require&sslrootcert=ca.pem": { use: "require", verify: "issuer", rootFile: "ca.pem" },
    "sslmode=verify-ca": { use: "require", verify: "issuer" },
    "sslmode=verify-full&sslrootcert=ca.pem": { use: "require", verify: "host", rootFile: "ca.pem" },
    "sslrootcert=system": { use: "require", verify: "host" },
    "sslaccept=strict": { use: "prefer", verify: "host" },
    "sslmode=require&sslaccept=strict&sslcert=ca.pem": { use: "require", verify: "host", rootFile: "ca.pem" },
    "sslaccept=accept_invalid_certs&sslcert=ca.pem": { use: "prefer", verify: "nothing", rootFile: "ca.pem" },
    "sslmode=verify-full&sslaccept=accept_invalid_certs": { use: "require", verify: "host" },
    "sslcert=c.pem&sslkey=k.pem&sslpassword=x": {
      use: "prefer",
      verify: "nothing",
      certificateFile: "c.pem",
      keyFile: "k.pem",
      keyPassword: "x",
    },
    "sslidentity=id.p12&sslpassword=x": {
      use: "prefer",
      verify: "nothing",
      identityFile: "id.p12",
      keyPassword: "x",
    },
  };
  for (const [query, expected] of Object.entries(cases)) assert.deepEqual(encryption(query), expected, query);
  assert.match(refusal("postgres://h/d?sslmode=on"), /verify-full/);
  assert.match(refusal("postgres://h/d?sslmode=require&sslrootcert=system"), /verify-full/);
});

test("a password with unescaped characters is refused, never guessed, never repeated", () => {
  const urls: Record<string, RegExp> = {
    "postgresql://ann:Zq7#Zq8@h:5432/d": /%23/,
    "postgresql://ann:Zq7/Zq8@h:5432/d": /%2F/,
    "postgresql://ann:Zq7?Zq8@h:5432/d": /%3F/,
    "postgresql://ann:Zq7@Zq8@h:5432/d": /%40/,
    "postgresql://ann:Zq7@x/Zq8@h:5432/d": /%40/,
    "postgresql://ann:Zq7%Zq8@h:5432/d": /%25/,
    "postgresql://ann:Zq7%e9Zq8@h:5432/d": /UTF-8/,
    "postgresql://ann:Zq7%00Zq8@h:5432/d": /%00/,
    "postgresql://ann:Zq7\nZq8@h:5432/d": /control character/,
    "postgresql://ann:Zq7": /port/,
    "postgresql://h/Zq7/Zq8": /%2F/,
    "mysql://ann:Zq7@h/d": /postgresql:\/\//,
  };
  for (const [url, expected] of Object.entries(urls)) {
    const words = refusal(url);
    assert.match(words, expected);
    assert.doesNotMatch(words, /Zq/);
  }
});

test("Prisma's proxies are not databases", () => {
  for (const scheme of ["prisma", "prisma+postgres"]) {
    const words = refusal(`${scheme}://accelerate.prisma-data.net/?api_key=Zq7`);
    assert.match(words, /proxy.*direct URL/);
    assert.doesNotMatch(words, /Zq/);
  }
});

const text = fc
  .string({ unit: "binary", minLength: 1, maxLength: 12 })
  .filter((value) => !value.includes("\0"));
const password = text.map((value) => `\u00a7Zq7${value}Zq7\u00a7`);

test("whatever is encoded comes back", () => {
  const host = fc.oneof(
    fc.domain(),
    fc.ipV4(),
    fc.constant("::1"),
    text.filter((value) => !value.includes(",")).map((value) => `/run/x${value}y`),
  );
  fc.assert(
    fc.property(
      text,
      password,
      host,
      fc.integer({ min: 1, max: 65_535 }),
      text,
      text,
      (user, pass, name, port, db, app) => {
        const place = name.includes(":") && !name.startsWith("/") ? `[${name}]` : encodeURIComponent(name);
        const query = `application_name=${encodeURIComponent(app)}&schema=${encodeURIComponent(db)}`;
        const target = parse(
          `postgresql://${encodeURIComponent(user)}:${encodeURIComponent(pass)}@${place}:${port}/${encodeURIComponent(db)}?${query}`,
        );
        const read = Credentials.of(target);
        assert.deepEqual(
          [read.user, read.password, read.hosts, read.database, read.applicationName, target.schema],
          [user, pass, [{ name, port }], db, app, db],
        );
        assert.deepEqual([target.user, target.database], [user, db]);
      },
    ),
  );
});

test("a password does not show", () => {
  fc.assert(
    fc.property(password, (pass) => {
      const target = withDatabase(parse(`postgresql://ann:${encodeURIComponent(pass)}@h/d`), "other");
      assert.equal(target.database, "other");
      assert.equal(Credentials.of(target).database, "other");
      assert.equal(Credentials.of(target).password, pass);
      const shown = [
        JSON.stringify(target),
        inspect(target, { depth: 9, showHidden: true }),
        String(target.secret),
        `${target.secret}`,
        inspect({ ...(target.secret as object) }),
        JSON.stringify(structuredClone(target.secret)),
        inspect(new Error("x", { cause: target }), { depth: 9 }),
      ].join("\n");
      assert.ok(!shown.includes("Zq7"), shown);
      assert.ok(shown.includes("[redacted]"));
    }),
  );
});

test("no refusal repeats a password, whatever is wrong with the URL", () => {
  const noise = fc.string({
    unit: fc.constantFrom("#", "/", "@", "%", "?", ":", ",", "[", "]", "&", "=", "a", " "),
    maxLength: 8,
  });
  fc.assert(
    fc.property(noise, noise, (before, after) => {
      try {
        parse(`postgresql://ann:${before}Zq7${after}@h:5432/d?sslmode=require`);
      } catch (error) {
        assert.ok(isKnownError(error, "DATABASE_URL_INVALID"), String(error));
        assert.ok(!`${inspect(error, { depth: 9 })} ${error.hint}`.includes("Zq7"));
      }
    }),
    { numRuns: 1000 },
  );
});

test("a target of another engine is a mistake in the program", () => {
  assert.throws(() => Credentials.of({ ...parse("postgres://h/d"), secret: {} }), TypeError);
});
