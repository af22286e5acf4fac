import { closeSync, fstatSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import type { IBKRError } from "../../domain/ibkr-error.js";
import { fileError } from "../../domain/system-error.js";
import type { ResolvedWireLogOptions } from "./wire-log-options.js";

/** So much is written at once, at the most; the rest of a turn of the event loop goes behind it. */
const CHUNK_BYTES = 65_536;
const SUBJECT = "wireLog.file";

/**
 * Lines of a log that never takes more than `maxBytes * maxFiles` of the disk. They are written at the end of the turn of
 * the event loop in which they came.
 */
export class WireLogFile {
  private fd: number;
  private size: number;
  private lines: string[] = [];
  private waitingBytes = 0;
  private due: NodeJS.Immediate | undefined;
  private isOver = false;

  /**
   * @param failed hears once why nothing is written any more: a full disk costs the connection nothing
   * @throws IBKRError `ERR_IBKR_FILE` where the file cannot be written
   */
  constructor(
    private readonly options: ResolvedWireLogOptions,
    private readonly failed: (error: IBKRError) => void,
  ) {
    try {
      this.fd = openSync(options.file, "a");
      this.size = fstatSync(this.fd).size;
    } catch (error) {
      throw fileError(SUBJECT, options.file, "written", error);
    }
  }

  /** @param line one, with its end; no longer than `maxBytes` */
  add(line: string): void {
    if (this.isOver) return;
    this.lines.push(line);
    this.waitingBytes += line.length;
    if (this.waitingBytes >= CHUNK_BYTES) this.flush();
    else this.due ??= setImmediate(() => this.flush());
  }

  flush(): void {
    clearImmediate(this.due);
    this.due = undefined;
    const { lines } = this;
    this.lines = [];
    this.waitingBytes = 0;
    if (this.isOver) return;
    try {
      let chunk: string[] = [];
      let bytes = 0;
      for (const line of lines) {
        const length = Buffer.byteLength(line);
        if (this.size + bytes + length > this.options.maxBytes) {
          this.write(chunk, bytes);
          chunk = [];
          bytes = 0;
          this.rotate();
        }
        chunk.push(line);
        bytes += length;
      }
      this.write(chunk, bytes);
    } catch (error) {
      this.end();
      this.failed(fileError(SUBJECT, this.options.file, "written", error));
    }
  }

  close(): void {
    this.flush();
    this.end();
  }

  private write(chunk: readonly string[], bytes: number): void {
    if (chunk.length === 0) return;
    const whole = Buffer.from(chunk.join(""));
    for (let at = 0; at < whole.length; ) at += writeSync(this.fd, whole, at);
    this.size += bytes;
  }

  private rotate(): void {
    if (this.size === 0) return;
    const { file, maxFiles } = this.options;
    closeSync(this.fd);
    if (maxFiles === 1) rmSync(file, { force: true });
    else rmSync(nth(file, maxFiles - 1), { force: true });
    for (let n = maxFiles - 2; n >= 0; n--) moved(nth(file, n), nth(file, n + 1));
    this.fd = openSync(file, "a");
    this.size = fstatSync(this.fd).size;
  }

  private end(): void {
    if (this.isOver) return;
    this.isOver = true;
    try {
      closeSync(this.fd);
    } catch {
      // A rotation has failed between two files: there is none to close.
    }
  }
}

/** The newest is the file itself. */
export function nth(file: string, n: number): string {
  return n === 0 ? file : `${file}.${n}`;
}

function moved(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}
