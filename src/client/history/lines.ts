import type { FileHandle } from "node:fs/promises";

/** A line of a file. */
export interface FileLine {
  readonly text: string;
  /** Where the next one begins. */
  readonly endBytes: number;
  /** Whether it ends as lines do; the last one of a file may not. */
  readonly isWhole: boolean;
}

const CHUNK_BYTES = 1 << 20;
const LINE_FEED = 10;

/** The lines of the first bytes of a file, read piece by piece: a file may be larger than memory. */
export async function* linesOf(handle: FileHandle, sizeBytes: number): AsyncGenerator<FileLine> {
  let parts: Buffer[] = [];
  let endBytes = 0;
  for (let at = 0; at < sizeBytes; ) {
    const chunk = Buffer.alloc(Math.min(CHUNK_BYTES, sizeBytes - at));
    const { bytesRead } = await handle.read(chunk, 0, chunk.length, at);
    if (bytesRead === 0) break;
    at += bytesRead;
    let from = 0;
    for (;;) {
      const feed = chunk.subarray(0, bytesRead).indexOf(LINE_FEED, from);
      if (feed < 0) break;
      const line = Buffer.concat([...parts, chunk.subarray(from, feed)]);
      parts = [];
      from = feed + 1;
      endBytes += line.length + 1;
      yield { text: line.toString(), endBytes, isWhole: true };
    }
    if (from < bytesRead) parts.push(chunk.subarray(from, bytesRead));
  }
  if (parts.length === 0) return;
  const rest = Buffer.concat(parts);
  yield { text: rest.toString(), endBytes: endBytes + rest.length, isWhole: false };
}
