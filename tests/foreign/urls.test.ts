// Addresses of databases as people get them wrong, with the password in every place: the helper that runs Godwit looks for it
// in what is said.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { fileOf } from "../scenarios/application.ts";
import { godwit, newDirectory, writeProject } from "../scenarios/godwit.ts";
import { canaryInUrl, canaryPassword } from "../servers/canary.ts";

const secret = canaryInUrl;
const loose = canaryPassword.replaceAll(" ", "");
const nowhere = "127.0.0.1:1/shop";

const urls: Record<string, string> = {
  "nobody listens": `postgresql://app:${secret}@${nowhere}`,
  "no host": `postgresql://app:${secret}@/shop`,
  "a host that is none": `postgresql://app:${secret}@${"h".repeat(300)}/shop`,
  "a port that is none": `postgresql://app:${secret}@127.0.0.1:x/shop`,
  "two hosts": `postgresql://app:${secret}@127.0.0.1:1,127.0.0.1:2/shop`,
  "not encoded": `postgresql://app:${loose}@${nowhere}`,
  "a slash in it": `postgresql://app:7Zq9Canary/7Zq9Canary@${nowhere}`,
  "a percent sign in it": `postgresql://app:100%7Zq9Canary@${nowhere}`,
  "as a parameter": `postgresql://app@${nowhere}?password=${secret}`,
  "in both places": `postgresql://app:${secret}@${nowhere}?password=${secret}`,
  "of a key file": `postgresql://app@${nowhere}?sslmode=require&sslkey=/none&sslcert=/none&sslpassword=${secret}`,
  "sslmode that is none": `postgresql://app:${secret}@${nowhere}?sslmode=nonsense`,
  "sslmode that is the password": `postgresql://app:x@${nowhere}?sslmode=${secret}`,
  "an authority that is not there": `postgresql://app:${secret}@${nowhere}?sslmode=verify-full&sslrootcert=/none`,
  "a parameter that nobody knows": `postgresql://app:${secret}@${nowhere}?pool=1&passwort=${secret}`,
  "another scheme": `mysql://app:${secret}@${nowhere}`,
  "no scheme": `app:${secret}@${nowhere}`,
  "settings instead of a URL": `host=127.0.0.1 port=1 user=app password=${loose}`,
  "settings of JDBC": `jdbc:postgresql://${nowhere}?user=app&password=${secret}`,
  "quotes around it": `"postgresql://app:${secret}@${nowhere}"`,
  "two of them": `postgresql://app:${secret}@${nowhere} postgresql://app:${secret}@${nowhere}`,
  "Prisma's proxy": `prisma+postgres://accelerate.example/?api_key=${secret}`,
  "a socket": `postgresql://app:${secret}@/shop?host=/nonexistent`,
};

const files = [fileOf("1_init", 'CREATE TABLE "t" ("id" int)')];

for (const [what, url] of Object.entries(urls)) {
  test(`an address with ${what}`, async () => {
    const project = await writeProject(files);
    const other = await newDirectory("other");
    await writeFile(join(project, ".env"), `DATABASE_URL='${url.replaceAll("'", "")}'\n`);
    const ways: { args: string[]; environment?: Record<string, string> }[] = [
      { args: ["status", "--project", project, "--database", url] },
      { args: ["status", "--project", project, "--json"], environment: { DATABASE_URL: url } },
      { args: ["repair", "--yes", "--project", project, "--state-dir", other] },
      { args: ["diff", url, "files", "--project", project] },
      { args: ["snapshot", url] },
      {
        args: ["doctor", "--project", project, "--shadow", url, "--database", `postgresql://app@${nowhere}`],
      },
      // Passwords of the surroundings are libpq's affair, and not to be heard of either.
      {
        args: ["status", "--project", project, "--database", `postgresql://app@${nowhere}`],
        environment: { PGPASSWORD: canaryPassword, PGSSLMODE: canaryPassword, PGOPTIONS: canaryPassword },
      },
    ];
    for (const { args, environment } of ways) {
      const { exit, stderr } = await godwit(args, environment);
      assert.ok(exit === 2 || exit === 64, stderr);
      assert.equal(stderr.trimEnd().split("\n").length, 2, stderr);
    }
  });
}
