import { readFileSync } from "node:fs";

const { version: text }: { version: string } = JSON.parse(
  readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
);

/** The package's version. */
export const version = text;
