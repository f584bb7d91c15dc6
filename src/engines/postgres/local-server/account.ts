import { readFile } from "node:fs/promises";
import { CannotStart } from "./cannot-start.ts";

/** A user of the operating system. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** In this order: they exist to own a server, or to own nothing. */
const candidates = ["postgres", "_postgres", "nobody"];

/**
 * The account under which a server of our own must run. PostgreSQL refuses to run as root.
 *
 * @returns undefined where this process is not root: then the server runs as the same user
 * @throws CannotStart where this process is root and no account for the purpose is in `/etc/passwd`
 */
export async function serverAccount(
  uid: number | undefined = process.geteuid?.(),
  passwd = "/etc/passwd",
): Promise<Account | undefined> {
  if (uid !== 0) return undefined;
  const accounts = (await readFile(passwd, "utf8").catch(() => ""))
    .split("\n")
    .map((line) => line.split(":"));
  for (const name of candidates) {
    const fields = accounts.find((field) => field[0] === name);
    const account = { name, uid: Number(fields?.[2]), gid: Number(fields?.[3]) };
    if (account.uid > 0 && account.gid > 0) return account;
  }
  throw new CannotStart(
    `PostgreSQL does not run as root, and ${passwd} has no user ${candidates.join(", ")}`,
  );
}
