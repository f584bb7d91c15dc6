import { resolve } from "node:path";
import { checkSnapshotFile } from "../../project/snapshot-files.ts";
import { printableJson } from "../../report/printable.ts";
import { snapshotText } from "../../report/snapshot-text.ts";
import { snapshotDocument } from "../../schema/snapshot-file.ts";
import { saveSnapshot, takeSnapshot } from "../../workflows/snapshot.ts";
import {
  type CommandLineWorld,
  type CommonOptions,
  type ExitCode,
  progressOf,
  projectSurroundings,
  textOptions,
} from "../surroundings.ts";

/** `godwit snapshot [PLACE]`: 0 when it was taken, 2 when a lock kept a part of it from being read. */
export async function snapshot(
  place: string | undefined,
  options: CommonOptions,
  world: CommandLineWorld,
): Promise<ExitCode> {
  const { out, json } = options;
  const path = out === undefined ? undefined : resolve(world.cwd, out);
  if (path !== undefined) await checkSnapshotFile(path);
  const result = await takeSnapshot(place, options, projectSurroundings(world), {
    onProgress: progressOf(world, options),
  });
  if (path !== undefined) await saveSnapshot(result.file, path);
  if (json) await writeAll(world.stdout, snapshotDocument(result.file));
  else
    world.stdout.write(
      snapshotText(result, { ...textOptions(world, options), ...(out !== undefined && { out }) }),
    );
  return result.of.unreadable.length === 0 ? 0 : 2;
}

/** A reader that is slower than this program must not make it keep everything. */
async function writeAll(stdout: NodeJS.WritableStream, pieces: Iterable<string>): Promise<void> {
  for (const piece of pieces) {
    if (!stdout.writable) return;
    if (stdout.write(printableJson(piece))) continue;
    await new Promise<void>((go) => {
      const done = () => {
        for (const event of ["drain", "close", "error"]) stdout.off(event, done);
        go();
      };
      for (const event of ["drain", "close", "error"]) stdout.on(event, done);
    });
  }
}
