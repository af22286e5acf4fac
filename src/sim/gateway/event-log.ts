import { createWriteStream, openSync, type WriteStream } from "node:fs";
import { fileError } from "../../domain/system-error.js";

/** One line of the log: a request, a response or an event of the exchange or a connection. */
export interface LogEntry {
  /** Milliseconds since 1970 UTC. */
  time: number;
  kind: "request" | "response" | "event";
  /** Client id, once the connection has one. */
  client?: number;
  name: string;
  body: unknown;
}

export interface LogOptions {
  /** File that gets one JSON line per entry; it is created or emptied. Default: none. */
  file?: string | undefined;
  /** Entries kept in memory for {@link EventLog.entries}, 0 or more. Default 1,000. */
  keep?: number | undefined;
  /** Called with every entry. */
  onEntry?: ((entry: LogEntry) => void) | undefined;
  /** Also write every quote of every instrument that walks, as an event. Default false. */
  quotes?: boolean | undefined;
}

const DEFAULT_KEEP = 1000;
const MOST_WAITING_BYTES = 8 * 1024 * 1024;

/** What happened, newest entries in memory and optionally all of them in a file. */
export class EventLog {
  private ring: LogEntry[] = [];
  private readonly keep: number;
  private readonly file: string;
  private readonly stream: WriteStream | undefined;
  private readonly onEntry: ((entry: LogEntry) => void) | undefined;
  private fileError: Error | undefined;
  private closed = false;

  /** @throws IBKRError `ERR_IBKR_FILE` when the file cannot be written */
  constructor(options: LogOptions) {
    this.file = options.file ?? "";
    this.keep = options.keep ?? DEFAULT_KEEP;
    this.onEntry = options.onEntry;
    if (options.file !== undefined) {
      // Opened here, so that a file that cannot be written is told before there is anything to write.
      this.stream = createWriteStream(options.file, { fd: openForWriting(options.file) });
      this.stream.on("error", (error) => {
        this.fileError = error;
      });
    }
  }

  /** The newest entries, oldest first. */
  entries(): readonly LogEntry[] {
    return this.ring.slice(-this.keep);
  }

  /** True when so much waits to be written to the file that a clock of its own should wait. */
  get lagging(): boolean {
    return (this.stream?.writableLength ?? 0) > MOST_WAITING_BYTES;
  }

  record(entry: LogEntry): void {
    if (this.keep > 0) {
      this.ring.push(entry);
      // Cutting now and then costs less than shifting each time.
      if (this.ring.length > 2 * this.keep + 64) this.ring = this.ring.slice(-this.keep);
    }
    // A shared exchange goes on after one of its gateways has stopped.
    if (!this.closed) this.stream?.write(`${JSON.stringify(entry)}\n`);
    this.onEntry?.(entry);
  }

  /** Ends the file. @throws the error of writing it, if there was one. */
  async close(): Promise<void> {
    this.closed = true;
    if (this.stream !== undefined && this.fileError === undefined) {
      await new Promise<void>((resolve) => this.stream!.once("error", () => resolve()).end(() => resolve()));
    }
    if (this.fileError !== undefined) throw fileError("log", this.file, "written", this.fileError);
  }
}

function openForWriting(file: string): number {
  try {
    return openSync(file, "w");
  } catch (error) {
    throw fileError("log", file, "written", error);
  }
}
