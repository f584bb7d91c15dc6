import { SignIndex } from "./matcher.ts";
import { LineCutter } from "./pieces.ts";
import { Recogniser, type Recognition } from "./recogniser.ts";
import { failures } from "./registry.ts";

const index = new SignIndex(failures);

/** What a log shows, and how many lines it has. */
export interface RecognisedLog extends Recognition {
  readonly lines: number;
}

/**
 * Says which known failures a log shows: root causes first, each with its evidence.
 *
 * Pure; never throws, whatever the text is.
 *
 * @example
 * recognise("app-1  | Error: P3009").failures[0]?.failure.id; // "failed-migration"
 */
export function recognise(log: string): RecognisedLog {
  const reader = readerOf();
  reader.read(log);
  return reader.finish();
}

/**
 * The same for a log that comes in chunks, in memory that does not grow with it.
 *
 * @param log text, or bytes, which are read as UTF-8; invalid ones are replaced
 * @throws what reading the chunks throws; never because of what they contain
 */
export async function recogniseStream(log: AsyncIterable<string | Uint8Array>): Promise<RecognisedLog> {
  const reader = readerOf();
  const decoder = new TextDecoder("utf-8");
  for await (const chunk of log) {
    reader.read(typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true }));
  }
  reader.read(decoder.decode());
  return reader.finish();
}

function readerOf(): { read(chunk: string): void; finish(): RecognisedLog } {
  const cutter = new LineCutter();
  const recogniser = new Recogniser(index);
  return {
    read(chunk) {
      for (const piece of cutter.add(chunk)) recogniser.read(piece);
    },
    finish() {
      for (const piece of cutter.end()) recogniser.read(piece);
      return { ...recogniser.finish(), lines: cutter.lines };
    },
  };
}
