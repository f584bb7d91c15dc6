import { hash } from "node:crypto";

/** How many of its characters tell a line of a journal: damage is to be noticed, not a forger. */
const shortSeal = 12;

/**
 * A document as JSON with its own checksum, so that a file which a disk or a hand has changed is not taken for what was
 * written: what is restored from it would be something that never was.
 *
 * @param replacer for `JSON.stringify`
 */
export function sealed(content: object, replacer?: (key: string, value: unknown) => unknown): string {
  const plain: object = JSON.parse(JSON.stringify(content, replacer));
  return `${JSON.stringify({ ...plain, checksum: checksumOf(plain) }, null, 2)}\n`;
}

/** What {@link sealed} wrote; undefined for everything else. */
export function unsealed(text: string): object | undefined {
  const { checksum, content } = parted(text, "checksum");
  return content !== undefined && checksum === checksumOf(content) ? content : undefined;
}

/** The same in one line, with a shorter checksum. */
export function sealedLine(content: object, replacer?: (key: string, value: unknown) => unknown): string {
  const plain: object = JSON.parse(JSON.stringify(content, replacer));
  return `${JSON.stringify({ ...plain, seal: checksumOf(plain).slice(0, shortSeal) })}\n`;
}

/** What {@link sealedLine} wrote, without its end; undefined for everything else. */
export function unsealedLine(text: string): object | undefined {
  const { checksum, content } = parted(text, "seal");
  return content !== undefined && checksum === checksumOf(content).slice(0, shortSeal) ? content : undefined;
}

function parted(text: string, key: "checksum" | "seal"): { checksum?: unknown; content?: object } {
  try {
    const document: unknown = JSON.parse(text);
    if (typeof document !== "object" || document === null || Array.isArray(document)) return {};
    const { [key]: checksum, ...content } = document as Record<string, unknown>;
    return { checksum, content };
  } catch {
    return {};
  }
}

function checksumOf(content: object): string {
  return hash("sha256", JSON.stringify(content));
}
