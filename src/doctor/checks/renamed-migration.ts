import { defineCheck } from "../check.ts";
import { citeRecord, judged, listNames } from "../cite.ts";

interface Facts {
  renamed: { migration: string; former: string; file: string }[];
  rows: string[];
  migrate: string;
}

export const renamedMigration = defineCheck<Facts>({
  id: "renamed-migration",
  summary: "A migration's file was renamed after it had been applied.",
  explain: `
# A migration that was renamed after it was applied

The history has a row whose file is gone, and the project has a file without a row, with exactly the content that the row
records (by its checksum). It is the same migration under another name.

**How it comes about.** Two branches had migrations of one moment, and one was moved behind the other; a directory was
renamed to correct a title.

**What it does.** The framework knows names alone: it takes the file for a new one and runs it once more, which fails
(the table is there already), or does its changes of data a second time.

**What to do.** \`godwit repair\` gives the row the new name; its times and its checksum stay. Or give the file its former
name back, if other databases know it by that.

**What not to do.** Do not record the new name as applied and leave the old row: it stays a row without a file. Do not
run it again.
`,
  detect(evidence) {
    const renamed = judged(evidence).filter(({ entry }) => entry.state === "renamed");
    if (renamed.length === 0) return [];
    return [
      {
        renamed: renamed.map(({ entry: { name, record, migration } }) => ({
          migration: name,
          former: record?.migration ?? name,
          file: migration?.file ?? name,
        })),
        rows: renamed.flatMap(({ entry: { record } }) =>
          record ? [citeRecord(evidence.history.table, record)] : [],
        ),
        migrate: evidence.framework.commands.migrate,
      },
    ];
  },
  severity: () => "error",
  title: ({ renamed }) =>
    renamed.length === 1
      ? `${renamed[0]?.former} was applied, and its file is called ${renamed[0]?.migration} now`
      : `${listNames(
          renamed.map(({ former }) => former),
          3,
        )} were applied, and their files have other names now`,
  explanation: ({ renamed, migrate }) =>
    `${renamed.length === 1 ? "The file has" : "The files have"} exactly the content that the history records, under another name. \`${migrate}\` would take ${renamed.length === 1 ? "it for a new one and run it" : "them for new ones and run them"} again.`,
  proof: ({ renamed, rows }) => [
    ...rows.slice(0, 4),
    ...renamed.slice(0, 4).map(({ file }) => `${file}: its checksum is the recorded one`),
  ],
  remedies: ({ renamed }) => [
    {
      id: "rename",
      title: `Give the ${renamed.length === 1 ? "row" : "rows"} the new ${renamed.length === 1 ? "name" : "names"}`,
      recommended: true,
      hazards: [],
      steps: [
        {
          kind: "person",
          action: "`godwit repair` changes the name in the history, and nothing else.",
        },
      ],
    },
    {
      id: "former-name",
      title: "Or give the file its former name back, if other databases know it by that",
      recommended: false,
      hazards: [],
      steps: renamed.map(({ migration, former }) => ({
        kind: "person",
        action: `Rename ${migration} to ${former}.`,
      })),
    },
  ],
});
