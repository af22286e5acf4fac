import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { check } from "../domain/check.js";
import { report } from "../domain/emitter.js";
import { fileError, reasonOf } from "../domain/system-error.js";
import { type Clock, realClock, type Timer } from "../time/clock.js";
import { fields, integer, oneOf } from "../validation/rules.js";
import { lazily } from "../validation/zod.js";
import { type AuditEvent, auditLine } from "./audit-entry.js";
import { auditFile, auditFiles, removeOldest, tailOf } from "./audit-files.js";

export interface AuditOptions {
  /** How long an entry waits for others to be written with: 1 to 10,000 ms, default 100. A crash takes as much. */
  readonly flushMs?: number | undefined;
  /** Whether what is written outlives a failure of power: each batch, once a `fsyncIntervalMs`, or not. Default `interval`. */
  readonly fsync?: "always" | "interval" | "never" | undefined;
  /** 1 to 60,000 ms, default 1,000. */
  readonly fsyncIntervalMs?: number | undefined;
  /** A new file is begun before one has more: 4,096 to 2^40, default 64 MiB. */
  readonly rotateBytes?: number | undefined;
  /** The newest so many are kept: 1 to 1,000,000; default 1,000,000, as good as all. */
  readonly keepFiles?: number | undefined;
  /** What may wait while nothing can be written: 65,536 to 2^30 bytes, default 16 MiB. What is over is lost, and counted. */
  readonly mostPendingBytes?: number | undefined;
}

export const auditRules = lazily(() =>
  fields({
    flushMs: integer(1, 10_000).default(100),
    fsync: oneOf(["always", "interval", "never"]).default("interval"),
    fsyncIntervalMs: integer(1, 60_000).default(1_000),
    rotateBytes: integer(4096, 2 ** 40).default(64 * 2 ** 20),
    keepFiles: integer(1, 1_000_000).default(1_000_000),
    mostPendingBytes: integer(65_536, 2 ** 30).default(16 * 2 ** 20),
  }).prefault({}),
);

/** Counted since the log was opened. */
export interface AuditStats {
  /** Entries that are with the system, and their bytes. */
  readonly entries: number;
  readonly bytes: number;
  readonly batches: number;
  readonly syncs: number;
  readonly rotations: number;
  /** Entries that wait to be written, and that were lost for want of room to wait in. */
  readonly pending: number;
  readonly lost: number;
  readonly failures: number;
  /** Why nothing can be written at the moment. */
  readonly problem: string | undefined;
}

interface Batch {
  readonly bytes: Buffer;
  readonly entries: number;
  /** So many bytes are with the system: the rest follows. */
  written: number;
}

/** Without the end of a line that a crash has cut off. */
const entriesIn = (lines: readonly string[]): number => lines.length - (lines[0] === "\n" ? 1 : 0);

/**
 * An append-only log, in files of lines. Appending makes the line and keeps it; what has gathered is written behind the
 * event loop, in one go. Where nothing can be written it is tried again with the next batch, and what had begun goes on where
 * it stopped.
 */
export class AuditLog {
  private readonly options: Required<{ [K in keyof AuditOptions]: NonNullable<AuditOptions[K]> }>;
  private lines: string[] = [];
  private pendingBytes = 0;
  private batch: Batch | undefined;
  private file: FileHandle | undefined;
  private number: number;
  private fileBytes = 0;
  private nextN = 1;
  private unsaid = 0; // lost, and in no entry yet
  private isUnsynced = false;
  private lastSyncMs = 0;
  private timer: Timer | undefined;
  private writing: Promise<void> | undefined;
  private isClosed = false;
  private readonly counts = {
    entries: 0,
    bytes: 0,
    batches: 0,
    syncs: 0,
    rotations: 0,
    lost: 0,
    failures: 0,
  };
  private problem: string | undefined;

  /**
   * Goes on behind what is there; a line that a crash has cut off stays as it is.
   * @param troubled is called when it cannot be written any more (with why), and when it can again
   * @throws IBKRError `ERR_IBKR_OPTION`, `ERR_IBKR_FILE`
   */
  constructor(
    private readonly folder: string,
    options: AuditOptions = {},
    private readonly clock: Clock = realClock,
    private readonly troubled: (problem: string | undefined) => void = () => {},
  ) {
    this.options = check(auditRules(), options);
    this.number = 1;
    try {
      const last = auditFiles(folder).at(-1);
      if (last === undefined) return;
      this.number = last.number;
      const { bytes, lastN, isTorn } = tailOf(last.path);
      this.fileBytes = bytes;
      this.nextN = lastN + 1;
      if (isTorn) this.lines.push("\n");
    } catch (error) {
      throw fileError("the audit log in", folder, "read", error);
    }
  }

  /**
   * The entry is written within `flushMs`.
   * @param atMs when it happened, where that was before
   * @returns its number; 0: there was no room for it, or the log is closed
   */
  append(limitsVersion: number, event: AuditEvent, atMs: number = this.clock.now()): number {
    const waitingBytes = this.pendingBytes + (this.batch?.bytes.length ?? 0);
    if (this.isClosed || waitingBytes >= this.options.mostPendingBytes) {
      this.counts.lost += 1;
      this.unsaid += 1;
      this.nextN += 1;
      return 0;
    }
    if (this.unsaid > 0) {
      const count = this.unsaid;
      this.unsaid = 0;
      this.keep(limitsVersion, { kind: "lost", count }, this.clock.now());
    }
    return this.keep(limitsVersion, event, atMs);
  }

  /** Writes what there is, and syncs it unless that is never done. Never rejects: what cannot be written waits on. */
  async flush(): Promise<void> {
    while (this.lines.length > 0 || this.batch !== undefined) {
      const before = this.counts.failures;
      await this.write();
      if (this.counts.failures > before) return;
    }
    await this.sync(this.options.fsync !== "never");
  }

  /**
   * At once, also what is being written: for the end of the process, and before something that must be on record. Then an
   * entry may be there twice, with its number.
   * @returns whether all of it is with the system
   */
  flushNow(): boolean {
    const { batch, lines } = this;
    // Whole lines: a part of one may be there already.
    const again = batch === undefined ? "" : `${batch.written > 0 ? "\n" : ""}${batch.bytes.toString()}`;
    const text = again + lines.join("");
    if (text === "") return true;
    try {
      const file = openSync(auditFile(this.folder, this.number), "a", 0o600);
      try {
        const bytes = Buffer.from(text);
        for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
        if (this.options.fsync !== "never") fsyncSync(file);
        this.fileBytes += bytes.length;
        this.counts.bytes += bytes.length;
      } finally {
        closeSync(file);
      }
    } catch (error) {
      this.failed(error);
      return false;
    }
    // Those of the batch are counted where they are written.
    this.counts.entries += entriesIn(lines);
    this.lines = [];
    this.pendingBytes = 0;
    this.recovered();
    return true;
  }

  stats(): AuditStats {
    const { counts, lines, batch, problem } = this;
    return { ...counts, pending: lines.length + (batch?.entries ?? 0), problem };
  }

  /** Writes and syncs all that waits; nothing is taken after it. */
  async close(): Promise<void> {
    this.isClosed = true;
    this.timer?.stop();
    await this.flush();
    await this.file?.close();
    this.file = undefined;
  }

  private keep(limitsVersion: number, event: AuditEvent, atMs: number): number {
    const n = this.nextN++;
    const line = auditLine(n, atMs, limitsVersion, event);
    this.lines.push(line);
    this.pendingBytes += line.length;
    this.arm();
    return n;
  }

  /** Looks again when there is something to do. */
  private arm(): void {
    if (this.isClosed || this.timer !== undefined) return;
    const { flushMs, fsyncIntervalMs } = this.options;
    const waits = this.lines.length > 0 || this.batch !== undefined;
    if (!waits && !this.isUnsynced) return;
    this.timer = this.clock.after(waits ? flushMs : fsyncIntervalMs, () => void this.due());
  }

  private async due(): Promise<void> {
    this.timer = undefined;
    await this.write();
    await this.sync(false);
    this.arm();
  }

  private write(): Promise<void> {
    this.writing ??= this.writeBatch().finally(() => {
      this.writing = undefined;
    });
    return this.writing;
  }

  private async writeBatch(): Promise<void> {
    this.batch ??= this.gathered();
    const { batch } = this;
    if (batch === undefined) return;
    try {
      const file = await this.fileFor(batch);
      while (batch.written < batch.bytes.length) {
        const { bytesWritten } = await file.write(batch.bytes, batch.written);
        batch.written += bytesWritten;
        this.fileBytes += bytesWritten;
      }
      this.batch = undefined;
      this.isUnsynced = this.options.fsync !== "never";
      this.counts.entries += batch.entries;
      this.counts.bytes += batch.bytes.length;
      this.counts.batches += 1;
      if (this.options.fsync === "always") await this.syncFile(file);
      this.recovered();
    } catch (error) {
      this.failed(error);
    }
  }

  private gathered(): Batch | undefined {
    const { lines } = this;
    if (lines.length === 0) return undefined;
    this.lines = [];
    this.pendingBytes = 0;
    return { bytes: Buffer.from(lines.join("")), entries: entriesIn(lines), written: 0 };
  }

  /** A batch is never cut by a rotation. */
  private async fileFor({ bytes, written }: Batch): Promise<FileHandle> {
    const { rotateBytes, keepFiles, fsync } = this.options;
    if (written === 0 && this.fileBytes > 0 && this.fileBytes + bytes.length > rotateBytes) {
      const full = this.file;
      this.file = undefined;
      if (full !== undefined) {
        if (fsync !== "never") await this.syncFile(full);
        await full.close();
      }
      this.number += 1;
      this.fileBytes = 0;
      this.counts.rotations += 1;
      removeOldest(this.folder, keepFiles - 1);
    }
    this.file ??= await open(auditFile(this.folder, this.number), "a", 0o600);
    return this.file;
  }

  /** @param now also where it is not due yet */
  private async sync(now: boolean): Promise<void> {
    const { fsync, fsyncIntervalMs } = this.options;
    if (!this.isUnsynced || this.file === undefined || fsync === "never") return;
    if (!now && (fsync === "always" || this.clock.now() - this.lastSyncMs < fsyncIntervalMs)) return;
    try {
      await this.syncFile(this.file);
    } catch (error) {
      this.failed(error);
    }
  }

  private async syncFile(file: FileHandle): Promise<void> {
    this.isUnsynced = false;
    this.lastSyncMs = this.clock.now();
    await file.datasync();
    this.counts.syncs += 1;
  }

  private failed(error: unknown): void {
    this.counts.failures += 1;
    const before = this.problem;
    this.problem = reasonOf(error);
    if (before === undefined) this.tell(this.problem);
  }

  private recovered(): void {
    if (this.problem === undefined) return;
    this.problem = undefined;
    this.tell(undefined);
  }

  private tell(problem: string | undefined): void {
    try {
      this.troubled(problem);
    } catch (error) {
      report(error);
    }
  }
}
