import { randomUUID } from "node:crypto";
import { BroadcastChannel } from "node:worker_threads";
import type { FeedTape } from "../broker/feed-tape.js";
import {
  CONTROL,
  CONTROL_WORDS,
  type Directory,
  SHARE_VERSION,
  type SharedEntry,
  type SharedTape,
  type ShareMessage,
  type StreamHandle,
} from "./share-handle.js";

/** What a share needs of its stream. */
export interface ShareSource {
  readonly board: unknown;
  readonly tape: FeedTape;
  /** All that there are now. */
  entries(): readonly SharedEntry[];
  /** Undefined: it is over. */
  entry(id: number): SharedEntry | undefined;
}

/**
 * A stream as other threads see it. It knows none of them: they read shared memory, and hear of what cannot be there (new
 * memory has to be posted) over a broadcast channel, from which a thread that ends is gone. The version in shared memory
 * tells a thread that does not turn its event loop that there is something to take from the channel.
 */
export class StreamShare {
  private readonly control = new Int32Array(new SharedArrayBuffer(CONTROL_WORDS * 4));
  private readonly channel: BroadcastChannel;
  private readonly touched = new Set<number>();
  private tape: SharedTape | undefined;
  private isTapeNew = false;
  private isQueued = false;
  private readonly stop: () => void;

  constructor(private readonly source: ShareSource) {
    this.channel = new BroadcastChannel(`ibkr-native:stream:${randomUUID()}`);
    this.channel.onmessage = (event) => {
      if ((event as { data: ShareMessage }).data.kind === "ask") this.tellAll();
    };
    this.channel.unref();
    this.stop = source.tape.onChanged((handle) => {
      this.tape = { number: (this.tape?.number ?? 0) + 1, handle };
      this.isTapeNew = true;
      this.announce();
    });
    const { handle } = source.tape;
    if (handle !== undefined) this.tape = { number: 1, handle };
  }

  handle(): StreamHandle {
    this.flush();
    const { control, channel, source } = this;
    return {
      version: SHARE_VERSION,
      channel: channel.name,
      control,
      board: source.board,
      directory: this.directory(),
    };
  }

  private directory(): Directory {
    const version = Atomics.load(this.control, CONTROL.DIRECTORY);
    return { version, entries: this.source.entries(), tape: this.tape };
  }

  /** Once for each batch: whoever waits for one looks. */
  wake(): void {
    Atomics.add(this.control, CONTROL.WAKE, 1);
    Atomics.notify(this.control, CONTROL.WAKE);
  }

  /**
   * Something about this subscription changes. Until it is told, at the end of what runs now or with {@link flush}, others
   * keep messages that they cannot place.
   */
  touch(id: number): void {
    this.touched.add(id);
    this.announce();
  }

  private announce(): void {
    const { control } = this;
    if ((Atomics.load(control, CONTROL.DIRECTORY) & 1) === 0) Atomics.add(control, CONTROL.DIRECTORY, 1);
    if (this.isQueued) return;
    this.isQueued = true;
    queueMicrotask(() => {
      this.isQueued = false;
      this.flush();
    });
  }

  /** Tells what was touched. */
  flush(): void {
    const { control, touched, source } = this;
    const tape = this.isTapeNew ? this.tape : undefined;
    if ((Atomics.load(control, CONTROL.DIRECTORY) & 1) === 0) return;
    const put: SharedEntry[] = [];
    const gone: number[] = [];
    for (const id of touched) {
      const entry = source.entry(id);
      if (entry === undefined) gone.push(id);
      else put.push(entry);
    }
    touched.clear();
    this.isTapeNew = false;
    const version = (Atomics.load(control, CONTROL.DIRECTORY) + 1) | 0;
    this.post({ kind: "change", version, put, gone, ...(tape && { tape }) });
    // Behind the post: who sees the number finds the message.
    Atomics.store(control, CONTROL.DIRECTORY, version);
    this.wake();
  }

  private tellAll(): void {
    this.flush();
    this.post({ kind: "all", directory: this.directory() });
    this.wake();
  }

  private post(message: ShareMessage): void {
    this.channel.postMessage(message);
  }

  close(): void {
    this.stop();
    this.flush();
    Atomics.store(this.control, CONTROL.CLOSED, 1);
    this.wake();
    this.channel.close();
  }
}
