// Writes the pages which the program's own texts are the source of. `--check` says which are stale instead.
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Failure, FrameworkName } from "../src/doctor/failures/failure.ts";
import { failures } from "../src/doctor/failures/registry.ts";
import { checks } from "../src/doctor/registry.ts";
import { attributes } from "../src/engines/postgres/snapshot/attributes/attributes.ts";

const root = join(import.meta.dirname, "..");
const note = "<!-- Written by `node tools/docs.ts` from the program's own texts; edit those. -->\n\n";

const frameworks: Readonly<Record<FrameworkName, string>> = {
  prisma: "Prisma",
  rails: "Rails",
  typeorm: "TypeORM",
  alembic: "Alembic",
  laravel: "Laravel",
};

const pages = new Map([
  ...checks.map(({ id, explain }) => [`docs/checks/${id}.md`, `${note}${explain.trim()}\n`] as const),
  ["docs/checks/README.md", checksIndex()],
  ["docs/failures.md", failuresPage()],
  ["docs/schema.md", schemaPage()],
]);

process.exitCode = process.argv.includes("--check") ? await report() : await write();

function checksIndex(): string {
  const rows = checks.map(({ id, summary }) => `| [${id}](${id}.md) | ${cell(summary)} |\n`);
  return `${note}# What \`godwit doctor\` finds

Causes stand before what they cause. \`godwit explain <check>\` prints the same pages.

| check | what it is |
|---|---|
${rows.join("")}`;
}

/** What a snapshot tells of each kind of object. */
function schemaPage(): string {
  const rows = Object.entries(attributes).map(([kind, { semantic, environmental, wholly }]) => {
    const names = (told: Readonly<Record<string, string>>) =>
      Object.entries(told)
        .map(([name, text]) => `\`${name}\` (${cell(text)})`)
        .join("<br>");
    return `| **${kind}**${wholly ? "<br>(environmental as a whole)" : ""} | ${names(semantic)} | ${names(environmental)} |\n`;
  });
  return `${note}# What a snapshot tells

A snapshot has every object that DDL can make, on PostgreSQL 13 to 18. What belongs to an extension is left out: the extension
stands for it. So do the server's own schemas and temporary objects.

*Semantic* attributes say how the database behaves: \`doctor\`, \`repair\` and the fingerprint rest on them. *Environmental*
ones (owners, grants, comments, the order of columns, versions) belong to where the database is: \`snapshot\` and \`diff\` show them
apart, and they have a fingerprint of their own. Attributes with their usual value are left out.

Rows, statistics, the counters of sequences and settings of the database or of roles are no part of a snapshot.

| kind | semantic | environmental |
|---|---|---|
${rows.join("")}`;
}

function failuresPage(): string {
  const known = failures.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const rows = known.map(
    (failure) =>
      `| [${failure.id}](#${failure.id}) | ${cell(failure.summary)} | ${frameworksOf(failure)} |\n`,
  );
  return `${note}# What \`godwit explain\` recognises in logs

\`\`\`sh
docker compose logs app 2>&1 | npx godwit explain
\`\`\`

| failure | what it is | seen with |
|---|---|---|
${rows.join("")}
${known.map(failureSection).join("\n")}`;
}

function failureSection(failure: Failure): string {
  const { id, summary, causes, tellApart, cure, popularCure } = failure;
  const check = checks.find((other) => other.id === id);
  const page = check ? `\nOn a database, \`godwit doctor\` finds it too: [${id}](checks/${id}.md).\n` : "";
  return `## ${id}

${summary}
${page}
Causes, the likeliest first:

${causes.map((cause, i) => `${i + 1}. ${cause}\n`).join("")}
To tell them apart (none of these commands changes anything):

${tellApart.map(({ command, shows, ...scope }) => `- ${scopeOf(scope)}${code(command)}  \n  ${shows}\n`).join("")}
The cure:

${cure.map(({ text, ...scope }) => `- ${scopeOf(scope)}${text}\n`).join("")}
What people usually try: ${popularCure.what} Why it may hurt: ${popularCure.why}
`;
}

function frameworksOf(failure: Failure): string {
  const all = Object.keys(frameworks).length === failure.frameworks.length;
  return all ? "all" : failure.frameworks.map((name) => frameworks[name]).join(", ");
}

function scopeOf({ framework, engine }: Pick<Failure["cure"][number], "framework" | "engine">): string {
  const engines = { postgres: "PostgreSQL", mysql: "MySQL or MariaDB", sqlite: "SQLite" };
  const words = [framework && frameworks[framework], engine && engines[engine]].filter(Boolean);
  return words.length > 0 ? `${words.join(" on ")}: ` : "";
}

/** A code span, also of text with backticks in it. */
function code(text: string): string {
  return text.includes("`") ? `\`\` ${text} \`\`` : `\`${text}\``;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}

/** Pages of checks which are no more. */
async function leftovers(): Promise<string[]> {
  const names = await readdir(join(root, "docs/checks")).catch(() => []);
  return names.map((name) => `docs/checks/${name}`).filter((path) => !pages.has(path));
}

async function report(): Promise<number> {
  const stale = await leftovers();
  for (const [path, text] of pages) {
    const written = await readFile(join(root, path), "utf8").catch(() => undefined);
    if (written !== text) stale.push(path);
  }
  if (stale.length > 0) console.error(`Stale; run \`node tools/docs.ts\`:\n${stale.join("\n")}`);
  return stale.length > 0 ? 1 : 0;
}

async function write(): Promise<number> {
  for (const path of await leftovers()) await rm(join(root, path));
  for (const [path, text] of pages) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  return 0;
}
