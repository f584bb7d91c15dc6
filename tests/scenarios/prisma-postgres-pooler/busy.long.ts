import assert from "node:assert/strict";
import { connect as connectTo, createServer, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { postgres } from "../../../src/engines/postgres/engine.ts";
import { scenario } from "../scenario.ts";
import { type Pooler, pooled, whyNoPooler } from "./pooler.ts";

/** Clients of an application: each does one transaction after the other, some of them long ones. */
async function whileBusy<T>(
  { url }: Pooler,
  { short, long }: { readonly short: number; readonly long: number },
  work: () => Promise<T>,
): Promise<T> {
  let over = false;
  const client = async (seconds: number) => {
    const one = new pg.Client(url);
    one.on("error", () => undefined);
    await one.connect();
    while (!over) await one.query(`BEGIN; SELECT pg_sleep(${seconds}); COMMIT`);
    await one.end();
  };
  const clients = [
    ...Array.from({ length: short }, (_, i) => client(0.002 * (i + 1))),
    ...Array.from({ length: long }, (_, i) => client(0.7 + i / 10)),
  ];
  await sleep(300);
  try {
    return await work();
  } finally {
    over = true;
    await Promise.all(clients);
  }
}

async function isShared(url: string): Promise<boolean> {
  const session = await postgres.connect(postgres.parse(url));
  try {
    return await session.isShared();
  } finally {
    await session.close();
  }
}

for (const { title, poolSize, short, long } of [
  { title: "nobody else", poolSize: 20, short: 0, long: 0 },
  { title: "as many clients as server connections", poolSize: 4, short: 4, long: 0 },
  { title: "far more clients than server connections", poolSize: 3, short: 12, long: 0 },
  { title: "all but two server connections in long transactions", poolSize: 6, short: 0, long: 4 },
  { title: "all server connections in long transactions", poolSize: 4, short: 2, long: 4 },
  { title: "one server connection", poolSize: 1, short: 1, long: 0 },
]) {
  scenario(`a busy pooler in transaction mode is found out every time: ${title}`, async ({ database }) => {
    if (whyNoPooler) return;
    const db = await database();
    const pooler = await pooled(db, "transaction", { poolSize });
    try {
      await whileBusy(pooler, { short, long }, async () => {
        for (let time = 0; time < 5; time++) assert.equal(await isShared(pooler.url), true);
      });
    } finally {
      await pooler.stop();
    }
  });
}

scenario(
  "a busy pooler in session mode, and whatever only hands bytes on, is never called shared",
  async ({ database }) => {
    const db = await database();
    const open = new Set<Socket>();
    const relay = createServer((client) => {
      const server = connectTo(db.server.port, "127.0.0.1");
      for (const socket of [client, server]) open.add(socket.on("error", () => undefined));
      client.pipe(server).pipe(client);
    });
    await new Promise<void>((resolve) => relay.listen(0, "127.0.0.1", resolve));
    const through = new URL(db.url);
    const address = relay.address();
    assert.ok(address !== null && typeof address !== "string");
    through.port = String(address.port);
    try {
      const socket = `postgresql://postgres@/${db.name}?host=${encodeURIComponent(db.server.socketDirectory)}&port=${db.server.port}`;
      for (const url of [db.url, socket, through.href])
        for (let time = 0; time < 3; time++) assert.equal(await isShared(url), false, url);
    } finally {
      for (const one of open) one.destroy();
      relay.close();
    }
    if (whyNoPooler) return;
    const pooler = await pooled(db, "session", { poolSize: 8 });
    try {
      await whileBusy(pooler, { short: 3, long: 2 }, async () => {
        for (let time = 0; time < 5; time++) assert.equal(await isShared(pooler.url), false);
      });
    } finally {
      await pooler.stop();
    }
  },
);
