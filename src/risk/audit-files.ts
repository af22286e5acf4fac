import { closeSync, fstatSync, openSync, readdirSync, readSync, rmSync } from "node:fs";
import { join } from "node:path";

const NAME = /^audit-(\d{6,})\.jsonl$/;

/** The files of an audit log, in their order. */
export function auditFiles(folder: string): { readonly number: number; readonly path: string }[] {
  return readdirSync(folder)
    .flatMap((name) => {
      const [, number] = NAME.exec(name) ?? [];
      return number === undefined ? [] : [{ number: Number(number), path: join(folder, name) }];
    })
    .sort((a, b) => a.number - b.number);
}

export function auditFile(folder: string, number: number): string {
  return join(folder, `audit-${String(number).padStart(6, "0")}.jsonl`);
}

/** Keeps the newest `most`. @param most Infinity: all */
export function removeOldest(folder: string, most: number): void {
  const files = auditFiles(folder);
  for (const { path } of files.slice(0, Math.max(0, files.length - most))) rmSync(path, { force: true });
}

/** Longer than any line. */
const TAIL_BYTES = 256 * 1024;

/** The end of a file: its size, the number of its last whole entry, and whether a line is cut off there. */
export function tailOf(path: string): {
  readonly bytes: number;
  readonly lastN: number;
  readonly isTorn: boolean;
} {
  const file = openSync(path, "r");
  try {
    const { size } = fstatSync(file);
    const buffer = Buffer.alloc(Math.min(size, TAIL_BYTES));
    readSync(file, buffer, 0, buffer.length, size - buffer.length);
    const text = buffer.toString("utf8");
    const numbers = [...text.matchAll(/^\{"n":(\d+),.*\}$/gm)];
    return { bytes: size, lastN: Number(numbers.at(-1)?.[1] ?? 0), isTorn: size > 0 && !text.endsWith("\n") };
  } finally {
    closeSync(file);
  }
}
