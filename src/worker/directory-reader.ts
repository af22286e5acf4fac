import { BroadcastChannel, receiveMessageOnPort } from "node:worker_threads";
import {
  CONTROL,
  type Directory,
  type SharedEntry,
  type SharedTape,
  type ShareMessage,
  type StreamHandle,
} from "../stream/share-handle.js";

/** Who hears of what changes. */
export interface DirectorySink {
  put(entry: SharedEntry): void;
  gone(id: number): void;
  /** Another tape, of the next connection. */
  tape(handle: unknown): void;
}

/**
 * The list of a stream's subscriptions in another thread: as the handle has it, and then what the channel tells. Also for a
 * thread that does not turn its event loop: {@link look} takes what is there.
 */
export class DirectoryReader {
  private readonly control: Int32Array;
  private readonly channel: BroadcastChannel;
  private version: number;
  private entries = new Map<number, SharedEntry>();
  private lastTape = 0;
  private hasAsked = false;

  constructor(
    { control, channel, directory }: StreamHandle,
    private readonly sink: DirectorySink,
  ) {
    this.control = control;
    this.channel = new BroadcastChannel(channel);
    this.channel.onmessage = (event) => this.take((event as { data: ShareMessage }).data);
    this.channel.unref();
    this.version = directory.version;
    this.setTape(directory.tape);
    for (const entry of directory.entries) this.put(entry);
  }

  /** All is known that the stream has said. */
  get isCurrent(): boolean {
    const { control } = this;
    return (
      Atomics.load(control, CONTROL.DIRECTORY) === this.version || Atomics.load(control, CONTROL.CLOSED) === 1
    );
  }

  /** Takes what the channel has. */
  look(): void {
    if (this.isCurrent) return;
    for (;;) {
      const got = receiveMessageOnPort(this.channel as never) as { message: ShareMessage } | undefined;
      if (got === undefined) break;
      this.take(got.message);
    }
    // Changed between the handle and now: the channel has not told us.
    const told = Atomics.load(this.control, CONTROL.DIRECTORY);
    if (told !== this.version && (told & 1) === 0) this.ask();
  }

  private ask(): void {
    if (this.hasAsked) return;
    this.hasAsked = true;
    this.channel.postMessage({ kind: "ask" } satisfies ShareMessage);
  }

  private take(message: ShareMessage): void {
    if (message.kind === "all") this.takeAll(message.directory);
    else if (message.kind === "change") this.takeChange(message);
  }

  private takeChange(change: ShareMessage & { kind: "change" }): void {
    if (((this.version + 2) | 0) !== change.version) {
      // One that the handle had already, or behind one that was missed.
      if (((change.version - this.version) | 0) > 0) this.ask();
      return;
    }
    this.version = change.version;
    this.setTape(change.tape);
    for (const entry of change.put) this.put(entry);
    for (const id of change.gone) this.drop(id);
  }

  private takeAll({ version, entries, tape }: Directory): void {
    this.hasAsked = false;
    if (((version - this.version) | 0) <= 0) return;
    this.version = version;
    this.setTape(tape);
    const known = new Set(entries.map(({ id }) => id));
    for (const id of [...this.entries.keys()]) if (!known.has(id)) this.drop(id);
    for (const entry of entries) this.put(entry);
  }

  private setTape(tape: SharedTape | undefined): void {
    if (tape === undefined || tape.number === this.lastTape) return;
    this.lastTape = tape.number;
    this.sink.tape(tape.handle);
  }

  private put(entry: SharedEntry): void {
    this.entries.set(entry.id, entry);
    this.sink.put(entry);
  }

  private drop(id: number): void {
    if (this.entries.delete(id)) this.sink.gone(id);
  }

  close(): void {
    this.channel.close();
  }
}
