import type { Socket } from "node:net";
import { Incoming } from "./incoming.ts";

/** What a client says before anything else. */
export type Opening =
  | {
      readonly kind: "startup";
      /** Values as they came: only the server knows their encoding. */
      readonly parameters: ReadonlyMap<string, Buffer>;
      /** NegotiateProtocolVersion, where the client asked for more than protocol 3.0. */
      readonly negotiation: Buffer;
    }
  | { readonly kind: "cancel"; readonly message: Buffer; readonly key: string }
  | { readonly kind: "garbage"; readonly code: string; readonly problem: string }
  | { readonly kind: "gone" };

/** Bytes; the server's own limit. */
const longest = 10_000;

const cancelRequest = 80877102;
const encryptionRequests: readonly number[] = [80877103, 80877104];
const protocol3 = 3 << 16;

/**
 * Reads the first message of a connection, and no further: the socket is paused then. Encryption (TLS, GSSAPI) is declined: the socket is on this machine.
 *
 * https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-START-UP
 */
export async function readOpening(socket: Socket): Promise<Opening> {
  const incoming = new Incoming(socket);
  try {
    return await openingOf(incoming, () => socket.write("N"));
  } finally {
    incoming.leave();
  }
}

async function openingOf(incoming: Incoming, decline: () => void): Promise<Opening> {
  const declined = new Set<number>();
  for (;;) {
    const head = await incoming.take(8);
    if (head === undefined) return { kind: "gone" };
    const length = head.readUInt32BE(0);
    const code = head.readUInt32BE(4);
    if (length < 8 || length > longest) return garbage("08P01", "invalid length of startup packet");
    const body = length === 8 ? Buffer.alloc(0) : await incoming.take(length - 8);
    if (body === undefined) return { kind: "gone" };
    if (code === cancelRequest)
      return { kind: "cancel", message: Buffer.concat([head, body]), key: body.toString("hex") };
    if (!encryptionRequests.includes(code)) return startupOf(code, body);
    if (declined.has(code)) return garbage("08P01", "encryption was asked for twice");
    declined.add(code);
    decline();
  }
}

function garbage(code: string, problem: string): Opening {
  return { kind: "garbage", code, problem };
}

function startupOf(version: number, body: Buffer): Opening {
  if (version >> 16 !== 3) return garbage("0A000", "unsupported frontend protocol: the server supports 3.0");
  const parameters = new Map<string, Buffer>();
  const extensions: string[] = [];
  let at = 0;
  const next = (): Buffer | undefined => {
    const end = body.indexOf(0, at);
    if (end < 0) return undefined;
    const text = body.subarray(at, end);
    at = end + 1;
    return text;
  };
  for (;;) {
    const name = next();
    if (name?.length === 0 && at === body.length) break;
    const value = next();
    if (name === undefined || name.length === 0 || value === undefined)
      return garbage("08P01", "invalid startup packet layout");
    if (name.toString("latin1").startsWith("_pq_.")) extensions.push(name.toString("latin1"));
    else parameters.set(name.toString("latin1"), value);
  }
  const asksForMore = version !== protocol3 || extensions.length > 0;
  return {
    kind: "startup",
    parameters,
    negotiation: asksForMore
      ? message("v", int32(protocol3), int32(extensions.length), ...extensions.map(terminated))
      : Buffer.alloc(0),
  };
}

/** A StartupMessage of protocol 3.0. */
export function startupMessage(parameters: ReadonlyMap<string, string | Buffer>): Buffer {
  const pairs = [...parameters].flatMap(([name, value]) => [
    terminated(Buffer.from(name, "latin1")),
    terminated(value),
  ]);
  const body = Buffer.concat([int32(protocol3), ...pairs, Buffer.alloc(1)]);
  return Buffer.concat([int32(body.length + 4), body]);
}

/** An ErrorResponse which ends the connection. */
export function fatal(code: string, text: string): Buffer {
  const fields = ["SFATAL", "VFATAL", `C${code}`, `M${text.replaceAll("\0", " ")}`];
  return message("E", ...fields.map(terminated), Buffer.alloc(1));
}

function message(type: string, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from(type), int32(body.length + 4), body]);
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function terminated(text: string | Buffer): Buffer {
  return Buffer.concat([Buffer.from(text), Buffer.alloc(1)]);
}
