import { connect, createServer, type Socket } from "node:net";

/** A way to a server which can be cut. */
export interface FaultyProxy {
  /** The server's URL by this way. */
  url(of: string): string;
  /**
   * Cuts the connection after so many of the client's messages, counted from the one that contains a text.
   *
   * @param answered whether the server's answer to the last of them still comes through
   */
  cutAfter(messages: number, since: string, answered: boolean): void;
  /** How many messages came since then; the cut does not come where there are fewer. */
  readonly messages: number;
  readonly wasCut: boolean;
  close(): Promise<void>;
}

/** Stands between a client and a server on 127.0.0.1. A chunk of bytes counts as a message: clients wait for answers. */
export async function faultyProxy(port: number): Promise<FaultyProxy> {
  let plan: { left: number; since: string; answered: boolean } | undefined;
  let counted: Socket | undefined;
  let messages = 0;
  let wasCut = false;
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
    const cut = () => {
      wasCut = true;
      client.destroy();
      upstream.destroy();
    };
    client.on("data", (bytes) => {
      if (plan !== undefined && counted === undefined && bytes.includes(plan.since)) counted = client;
      if (counted === client) messages += 1;
      upstream.write(bytes);
      if (plan !== undefined && counted === client && messages === plan.left && !plan.answered) {
        // The server has the message before the line breaks.
        upstream.end();
        cut();
      }
    });
    upstream.on("data", (bytes) => {
      client.write(bytes);
      if (plan !== undefined && counted === client && messages === plan.left && plan.answered)
        setImmediate(cut);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the proxy has no port");
  return {
    url: (of) => of.replace(/:\d+\//, `:${address.port}/`),
    cutAfter(left, since, answered) {
      plan = { left, since, answered };
      counted = undefined;
      messages = 0;
      wasCut = false;
    },
    get messages() {
      return messages;
    },
    get wasCut() {
      return wasCut;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
