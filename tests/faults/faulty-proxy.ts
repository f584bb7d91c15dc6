import { connect, createServer, type Socket } from "node:net";

/** A way to a server on which something goes wrong. */
export interface FaultyProxy {
  /** The server's URL by this way. */
  url(of: string): string;
  /**
   * Lets something happen after so many of the client's messages, counted from the one that contains a text; on
   * connections that are opened later too, as the framework's runner does.
   *
   * @param answered whether the server's answer to the last of them still comes through
   * @param act unless given, the connection is cut
   */
  disturb(at: {
    readonly message: number;
    readonly since: string;
    readonly answered: boolean;
    readonly act?: () => void;
  }): void;
  /** How many messages came since then; nothing happens where there are fewer. */
  readonly messages: number;
  readonly wasDisturbed: boolean;
  close(): Promise<void>;
}

/** Stands between a client and a server on 127.0.0.1. A chunk of bytes counts as a message: clients wait for answers. */
export async function faultyProxy(port: number): Promise<FaultyProxy> {
  let plan: Parameters<FaultyProxy["disturb"]>[0] | undefined;
  let counted: Set<Socket> | undefined;
  let messages = 0;
  let wasDisturbed = false;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(port, "127.0.0.1");
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    counted?.add(client);
    const disturb = () => {
      if (wasDisturbed) return;
      wasDisturbed = true;
      if (plan?.act !== undefined) return plan.act();
      client.destroy();
      upstream.destroy();
    };
    const isDue = () => plan !== undefined && counted?.has(client) === true && messages === plan.message;
    client.on("data", (bytes) => {
      if (plan !== undefined && counted === undefined && bytes.includes(plan.since))
        counted = new Set([client]);
      if (counted?.has(client)) messages += 1;
      upstream.write(bytes);
      if (!isDue() || plan?.answered || wasDisturbed) return;
      // The server has the message before the line breaks.
      if (plan?.act === undefined) upstream.end();
      disturb();
    });
    upstream.on("data", (bytes) => {
      client.write(bytes);
      if (isDue() && plan?.answered) setImmediate(disturb);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the proxy has no port");
  return {
    url: (of) => of.replace(/:\d+\//, `:${address.port}/`),
    disturb(at) {
      plan = at;
      counted = undefined;
      messages = 0;
      wasDisturbed = false;
    },
    get messages() {
      return messages;
    },
    get wasDisturbed() {
      return wasDisturbed;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
