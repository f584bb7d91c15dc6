import assert from "node:assert/strict";
import type { Door } from "../../src/engines/door.ts";
import { openDoor } from "../../src/engines/postgres/door/door.ts";

/** What a program needs to connect through a door, as drivers take it. */
export interface Way {
  readonly host: string;
  readonly user: string;
  readonly database: string;
}

/** A door for as long as `use` lasts. */
export async function throughDoor<T>(url: string, use: (way: Way, door: Door) => Promise<T>): Promise<T> {
  const door = await openDoor(url);
  assert.ok("url" in door, JSON.stringify(door));
  try {
    return await use(wayOf(door), door);
  } finally {
    await door.close();
  }
}

function wayOf({ url }: Door): Way {
  const { searchParams, username, pathname } = new URL(url);
  return {
    host: searchParams.get("host") ?? assert.fail(url),
    user: decodeURIComponent(username),
    database: decodeURIComponent(pathname.slice(1)),
  };
}
