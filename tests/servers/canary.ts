/** The part of the password that no way of writing changes: percent-encoding, JSON, quotes and shells leave it as it is. */
const core = "7Zq9Canary";

/**
 * The password in the URL of every test server. A server that trusts everybody never asks for it; whatever Godwit is given
 * it has, and it must be in nothing that Godwit leaves behind. What people forget to encode is in its middle.
 */
export const canaryPassword = `${core}@/ :"'\\%é$x${core}`;

/** The same as a part of a URL. */
export const canaryInUrl = encodeURIComponent(canaryPassword);

/** As it is, in hexadecimal digits, and in base64 at any offset. */
const forms = [
  core,
  Buffer.from(core).toString("hex"),
  ...[0, 1, 2].map((offset) =>
    Buffer.from("x".repeat(offset) + core)
      .toString("base64")
      // What depends on the bytes around it is left out.
      .slice(offset === 0 ? 0 : 4, -4),
  ),
];

/** Whether a text has the password of the test servers, or a part of it, in any form in which texts travel. */
export function hasCanary(text: string | Uint8Array): boolean {
  const found = typeof text === "string" ? text : Buffer.from(text.buffer, text.byteOffset, text.byteLength);
  return forms.some((form) => found.includes(form));
}

/** A URL for programs of the tests themselves, whose arguments everybody can read. */
export function withoutPassword(url: string): string {
  const other = new URL(url);
  other.password = "";
  return other.href;
}
