import { createHash } from "node:crypto";
import { type FileHandle, open, rename, writeFile } from "node:fs/promises";
import { IBKRError } from "../../domain/ibkr-error.js";
import { type BarRow, barOfRow, type HistoryBar, rowOfBar } from "./history-bar.js";
import type { PacedRequest } from "./history-pacer.js";
import { linesOf } from "./lines.js";
import type { KnownSession } from "./windows.js";

const VERSION = 1;

/** What a file is a history of: the same in every run. */
export interface HistoryHead {
  /** As it was given. */
  readonly contract: object;
  readonly barSize: string;
  readonly whatToShow: string;
  readonly regularHoursOnly: boolean;
  /** As it was given: a duration goes by the first run's now. */
  readonly range: object;
}

/** What was found out before the first window. */
export interface HistoryPlan {
  readonly startMs: number;
  readonly endMs: number;
  readonly timeZone: string;
  readonly sessions?: readonly KnownSession[] | undefined;
}

/** The bars of a window. */
export interface StoredWindow {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly bars: readonly HistoryBar[];
}

type Line =
  | ({ readonly kind: "history"; readonly version: number } & HistoryHead)
  | ({ readonly kind: "plan" } & HistoryPlan)
  | { readonly kind: "asked"; readonly atMs: number; readonly request: PacedRequest }
  | {
      readonly kind: "bars";
      readonly fromMs: number;
      readonly untilMs: number;
      readonly bars: readonly BarRow[];
    };

/** Behind what a line says: the beginning of its SHA-256. */
const SUM_DIGITS = 16;
const SUM = /^(.*),"sum":"([0-9a-f]{16})"\}$/s;

/**
 * What a download has so far, on disk: JSON lines, each with a checksum, each written in one go behind the others. A process
 * that is killed leaves at most a last line that is not whole, which the next one cuts off. In this order: what it is a
 * history of; the plan; before each request that it is made, so that a later process paces itself by it; behind its answer the
 * bars of the window.
 */
export class HistoryFile {
  /** Undefined until it is known. */
  plan: HistoryPlan | undefined;
  /** All bars before this are here; undefined: none. */
  untilMs: number | undefined;
  lastBar: HistoryBar | undefined;
  windows = 0;
  bars = 0;
  /** Requests of earlier processes. */
  readonly asked: { readonly atMs: number; readonly request: PacedRequest }[] = [];
  private sizeBytes = 0;

  private constructor(
    private readonly path: string,
    private readonly handle: FileHandle,
  ) {}

  /**
   * Opens a file, or begins one where there is none.
   * @throws IBKRError `ERR_IBKR_FILE` where it cannot be read or written, is none of a history, has a line in the middle that
   *   is damaged, or is one of another history
   */
  static async open(path: string, head: HistoryHead): Promise<HistoryFile> {
    const handle = await openOrBegin(path, head);
    const file = new HistoryFile(path, handle);
    try {
      await file.read(head);
      return file;
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  writePlan(plan: HistoryPlan): Promise<void> {
    this.plan = plan;
    return this.append({ kind: "plan", ...plan });
  }

  /** To be called before the request is made. */
  writeAsked(request: PacedRequest, atMs: number): Promise<void> {
    return this.append({ kind: "asked", atMs, request });
  }

  async writeBars({ fromMs, untilMs, bars }: StoredWindow): Promise<void> {
    await this.append({ kind: "bars", fromMs, untilMs, bars: bars.map(rowOfBar) });
    this.take(untilMs, bars.length, bars.at(-1));
  }

  /** The windows that were there when it was opened, in order of time. */
  async *stored(): AsyncGenerator<StoredWindow> {
    const { timeZone } = this.plan as HistoryPlan;
    const end = this.sizeBytes;
    for await (const { text } of linesOf(this.handle, end)) {
      const line = parse(text);
      if (line?.kind !== "bars") continue;
      const { fromMs, untilMs, bars } = line;
      yield { fromMs, untilMs, bars: bars.map((row) => barOfRow(row, timeZone)) };
    }
  }

  close(): Promise<void> {
    return this.handle.close();
  }

  private async read(head: HistoryHead): Promise<void> {
    const { size } = await this.handle.stat();
    let number = 0;
    let damaged: number | undefined;
    for await (const { text, endBytes, isWhole } of linesOf(this.handle, size)) {
      number += 1;
      if (damaged !== undefined) throw this.fault(`line ${damaged} is damaged`);
      const line = isWhole ? parse(text) : undefined;
      if (number === 1) this.checkHead(line, head);
      if (line === undefined) damaged = number;
      else {
        this.sizeBytes = endBytes;
        this.remember(line, number);
      }
    }
    // What a process was writing when it ended.
    if (this.sizeBytes < size) await this.handle.truncate(this.sizeBytes);
  }

  private checkHead(line: Line | undefined, head: HistoryHead): void {
    if (line?.kind !== "history") throw this.fault("it is no file of a history");
    const { kind: _kind, version, ...found } = line;
    if (version !== VERSION) throw this.fault(`it is of version ${version}, this package knows ${VERSION}`);
    for (const name of ["contract", "barSize", "whatToShow", "regularHoursOnly", "range"] as const) {
      const [there, here] = [found[name], head[name]].map(canonical);
      if (there !== here)
        throw this.fault(`it is of another history: ${name} is ${there} there, and ${here} here`);
    }
  }

  private remember(line: Line, number: number): void {
    if (line.kind === "plan") this.plan = line;
    if (line.kind === "asked") this.asked.push(line);
    if (line.kind !== "bars") return;
    if (this.plan === undefined || line.fromMs !== (this.untilMs ?? this.plan.startMs))
      throw this.fault(`line ${number} does not continue what is before it`);
    const last = line.bars.at(-1);
    this.take(line.untilMs, line.bars.length, last && barOfRow(last, this.plan.timeZone));
  }

  private take(untilMs: number, count: number, last: HistoryBar | undefined): void {
    this.untilMs = untilMs;
    this.windows += 1;
    this.bars += count;
    this.lastBar = last ?? this.lastBar;
  }

  private async append(line: Line): Promise<void> {
    const bytes = Buffer.from(written(line));
    try {
      const { size } = await this.handle.stat();
      if (size !== this.sizeBytes) throw this.fault("another process writes to it");
      const { bytesWritten } = await this.handle.write(bytes, 0, bytes.length, this.sizeBytes);
      if (bytesWritten !== bytes.length)
        throw this.fault(`${bytesWritten} of ${bytes.length} bytes were written`);
    } catch (error) {
      throw error instanceof IBKRError ? error : this.fault((error as Error).message, error);
    }
    this.sizeBytes += bytes.length;
  }

  private fault(what: string, cause?: unknown): IBKRError {
    return new IBKRError("ERR_IBKR_FILE", `${this.path}: ${what}`, cause === undefined ? {} : { cause });
  }
}

/** A new file is there with its head, or not at all. */
async function openOrBegin(path: string, head: HistoryHead): Promise<FileHandle> {
  try {
    const found = await open(path, "r+").catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") throw error;
      return undefined;
    });
    if (found !== undefined && (await found.stat()).size > 0) return found;
    await found?.close();
    const begun = `${path}.${process.pid}.new`;
    await writeFile(begun, written({ kind: "history", version: VERSION, ...head }));
    await rename(begun, path);
    return await open(path, "r+");
  } catch (error) {
    throw new IBKRError("ERR_IBKR_FILE", `${path}: ${(error as Error).message}`, { cause: error });
  }
}

function written(line: Line): string {
  const text = JSON.stringify(line).slice(0, -1);
  return `${text},"sum":"${sumOf(text)}"}\n`;
}

/** @returns undefined for a line that is damaged */
function parse(text: string): Line | undefined {
  const [, said, sum] = SUM.exec(text) ?? [];
  return said === undefined || sumOf(said) !== sum ? undefined : (JSON.parse(`${said}}`) as Line);
}

function sumOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, SUM_DIGITS);
}

/** The same text for the same data, whatever the order of its members. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
