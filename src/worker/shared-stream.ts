import { refused } from "../domain/check.js";
import { Emitter, type Listener } from "../domain/emitter.js";
import { IBKRError } from "../domain/ibkr-error.js";
import { type BoardHandle, QuoteBoard } from "../native/quote-board.js";
import type { RingBatch } from "../native/ring-batch.js";
import { type TapeHandle, TapeReader } from "../native/tape.js";
import { type BatchOf, BatchView } from "../stream/batch.js";
import {
  CONTROL,
  CONTROL_WORDS,
  SHARE_VERSION,
  type SharedEntry,
  type StreamHandle,
} from "../stream/share-handle.js";
import { DirectoryReader } from "./directory-reader.js";
import { SharedLines } from "./shared-lines.js";
import { SharedSubscription } from "./shared-subscription.js";
import { Waiter } from "./waiter.js";

/** Messages in order of arrival: see {@link BatchOf}. */
export type SharedBatch = BatchOf<SharedSubscription>;

/** The arguments of each event. */
export interface SharedStreamEvents {
  subscribed: [subscription: SharedSubscription];
  /** It is over. */
  ended: [subscription: SharedSubscription];
  /** The stream is closed, or was when this thread looked. */
  closed: [];
  /** This thread was too slow: so many messages were written over before it read them. */
  lost: [messages: number];
}
interface BatchEvents {
  batch: [batch: SharedBatch];
}

export interface SharedStreamStats {
  /** Messages that came to this thread, of all subscriptions of the stream. */
  readonly read: number;
  /** Messages of the connection that were written over before this thread read them. */
  readonly lost: number;
  readonly batches: number;
  /** Slots of 64 bytes that are there to be read. */
  readonly behindSlots: number;
}

const KNOWN = Number.MAX_SAFE_INTEGER;

/**
 * A stream that lives in another thread, as this one reads it: quotes from the board, messages from a tape. Nothing that
 * happens here is noticed there. Made by {@link attach}.
 */
export class SharedStream {
  private readonly control: Int32Array;
  private readonly board: QuoteBoard;
  private readonly all = new Map<number, SharedSubscription>();
  private readonly lines = new SharedLines();
  private readonly directory: DirectoryReader;
  private readonly emitter = new Emitter<SharedStreamEvents>(["subscribed", "ended", "closed", "lost"]);
  private readonly batchEmitter = new Emitter<BatchEvents>(["batch"], () => this.listenersChanged());
  private readonly view = new BatchView<SharedSubscription>(
    (reqId) => this.lines.of(reqId) as SharedSubscription,
  );
  private readonly waiter: Waiter;
  private tape: TapeReader | undefined;
  /** Tapes of newer connections, that come when the one before is read to its end. */
  private readonly nextTapes: TapeHandle[] = [];
  private hasBegun = false;
  private lostBefore = 0;
  private toldLost = 0;
  private read_ = 0;
  private batches = 0;
  private isClosed = false;
  private isReading = false;

  /** @internal */
  constructor(handle: StreamHandle) {
    const { control, board } = checked(handle);
    this.control = control;
    this.board = new QuoteBoard(board as BoardHandle);
    this.directory = new DirectoryReader(handle, {
      put: (entry) => this.put(entry),
      gone: (id) => this.gone(id),
      tape: (tape) => this.setTape(tape as TapeHandle),
    });
    this.hasBegun = true;
    this.waiter = new Waiter(control, CONTROL.WAKE, () => this.turn());
  }

  /** `closed`: the stream, or this reader of it. What is on the tape can still be read. */
  get state(): "open" | "closed" {
    return this.isClosed || Atomics.load(this.control, CONTROL.CLOSED) === 1 ? "closed" : "open";
  }

  /** Those that there are now, in the order in which they were made. */
  get subscriptions(): readonly SharedSubscription[] {
    this.directory.look();
    return [...this.all.values()];
  }

  /** By {@link Subscription.id}; undefined if there is none, or none any more. */
  subscription(id: number): SharedSubscription | undefined {
    this.directory.look();
    return this.all.get(id);
  }

  /** @returns a function that takes the listener away again */
  on<K extends keyof SharedStreamEvents>(event: K, listener: Listener<SharedStreamEvents, K>): () => void {
    return this.emitter.on(event, listener);
  }

  /**
   * Calls `handler` with every batch: the messages of all subscriptions in order of arrival, from the moment of
   * {@link attach} on, without an allocation per message. Keeps the thread alive; for a thread that turns its event loop.
   * @returns a function that takes the handler away again
   */
  onBatch(handler: (batch: SharedBatch) => void): () => void {
    return this.batchEmitter.on("batch", handler);
  }

  /**
   * Gives `handler` what there is to read at this moment, in one batch or several; the handlers of {@link onBatch} do not
   * get it. For a thread that has a loop of its own, with {@link wait}.
   * @returns how many messages
   */
  read(handler: (batch: SharedBatch) => void): number {
    if (typeof handler !== "function") throw refused("handler", handler, "a function", "ERR_IBKR_ARGUMENT");
    return this.readTo(this.readable, handler);
  }

  /**
   * Blocks this thread until the connection's thread has got a batch, or the tape has something, or the time is over.
   * @param timeoutMs 0 … ; messages come also while the connection's thread is busy, and it wakes nobody then: with some ten
   *   milliseconds this thread goes on
   * @returns whether there is something to read
   */
  wait(timeoutMs: number): boolean {
    if (!(timeoutMs >= 0)) throw refused("timeoutMs", timeoutMs, "a number from 0 on", "ERR_IBKR_ARGUMENT");
    const seen = Atomics.load(this.control, CONTROL.WAKE);
    this.directory.look();
    if (this.readable === 0 && this.state === "open")
      Atomics.wait(this.control, CONTROL.WAKE, seen, timeoutMs);
    return this.readable > 0;
  }

  stats(): SharedStreamStats {
    return { read: this.read_, lost: this.lost, batches: this.batches, behindSlots: this.readable };
  }

  /** Ends reading. The stream does not notice. */
  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.waiter.stop();
    this.directory.close();
    this.tape = undefined;
    this.nextTapes.length = 0;
    for (const subscription of this.all.values()) subscription.end();
    this.emitter.emit("closed");
  }

  [Symbol.dispose](): void {
    this.close();
  }

  private get lost(): number {
    return this.lostBefore + (this.tape?.lost ?? 0);
  }

  /** Slots, of the tape at hand and at least one where there is another. */
  private get readable(): number {
    return (this.tape?.behind ?? 0) + this.nextTapes.length;
  }

  // --- the directory ---------------------------------------------------------------------------------------------

  private put(entry: SharedEntry): void {
    const known = this.all.get(entry.id);
    if (known !== undefined) {
      const before = known.feedIds;
      known.change(entry);
      this.lines.change(known, before, entry.feedIds);
      return;
    }
    const fresh = new SharedSubscription(entry, this.board);
    this.all.set(entry.id, fresh);
    this.lines.change(fresh, [], entry.feedIds);
    if (this.hasBegun) this.emitter.emit("subscribed", fresh);
  }

  private gone(id: number): void {
    const subscription = this.all.get(id);
    if (subscription === undefined) return;
    this.all.delete(id);
    this.lines.change(subscription, subscription.feedIds, []);
    subscription.end();
    this.emitter.emit("ended", subscription);
  }

  private setTape(handle: TapeHandle): void {
    // What was there before this thread came is not for it; of later connections everything is.
    if (this.hasBegun) this.nextTapes.push(handle);
    else this.tape = new TapeReader(handle);
  }

  // --- messages --------------------------------------------------------------------------------------------------

  private listenersChanged(): void {
    if (this.batchEmitter.has("batch") && !this.isClosed) this.waiter.start();
    else this.waiter.stop();
  }

  /** @returns whether there is more */
  private turn(): boolean {
    this.directory.look();
    this.readTo(this.readable, (batch) => this.batchEmitter.emit("batch", batch));
    if (this.state === "closed" && this.readable === 0) this.close();
    return this.readable > 0 && this.directory.isCurrent;
  }

  /** At most so many slots, and some more: who is slow turns its event loop nevertheless. */
  private readTo(slots: number, handler: (batch: SharedBatch) => void): number {
    if (this.isReading || this.isClosed) return 0;
    this.isReading = true;
    let messages = 0;
    try {
      const before = this.read_;
      for (let left = slots; left > 0 && !this.isClosed; ) {
        const behind = this.readable;
        if (!this.readOne(handler)) break;
        left -= Math.max(1, behind - this.readable);
      }
      messages = this.read_ - before;
    } finally {
      this.isReading = false;
    }
    return messages;
  }

  /** False: nothing more can be read now. */
  private readOne(handler: (batch: SharedBatch) => void): boolean {
    const { tape } = this;
    const batch = tape?.read();
    if (tape === undefined || batch === undefined || batch.length === 0) return this.goToNextTape();
    if (this.lost !== this.toldLost) {
      this.emitter.emit("lost", this.lost - this.toldLost);
      this.toldLost = this.lost;
    }
    const known = this.place(batch);
    const isHeld = known < batch.length;
    if (isHeld) tape.giveBack(known);
    const { view } = this;
    this.read_ += view.length;
    if (view.length > 0) {
      this.batches += 1;
      try {
        handler(view);
      } finally {
        view.end();
      }
    }
    return !isHeld;
  }

  /**
   * Those of the stream's subscriptions; messages of other streams on the same connection are nobody's here.
   * @returns how many could be placed: the rest waits for what the stream has not told yet
   */
  private place(batch: RingBatch): number {
    const { lines, view, directory } = this;
    view.begin(batch);
    for (let i = 0; i < batch.length; i++) {
      const reqId = batch.reqId(i);
      if (lines.of(reqId) === undefined) {
        directory.look();
        if (lines.of(reqId) === undefined) {
          if (!directory.isCurrent) return i;
          continue;
        }
      }
      view.add(i);
    }
    return KNOWN;
  }

  private goToNextTape(): boolean {
    const next = this.nextTapes.shift();
    if (next === undefined) return false;
    this.lostBefore += this.tape?.lost ?? 0;
    this.tape = new TapeReader(next, true);
    return true;
  }
}

const isObject = (value: unknown) => typeof value === "object" && value !== null;

/** A handle may come from a thread that has another version of the package loaded. */
function checked(handle: StreamHandle): StreamHandle {
  if (typeof handle !== "object" || handle === null)
    throw refused("handle", handle, "what share() of a stream gave", "ERR_IBKR_ARGUMENT");
  const { version, control, channel, board, directory } = handle;
  if (version !== SHARE_VERSION)
    throw new IBKRError(
      "ERR_IBKR_OPTION",
      `handle.version is ${version} (allowed: ${SHARE_VERSION}): both threads need the same version of ibkr-native`,
    );
  if (!(control instanceof Int32Array) || !(control.buffer instanceof SharedArrayBuffer))
    throw refused("handle.control", control, "the shared memory of a stream");
  const isWhole =
    control.length >= CONTROL_WORDS &&
    typeof channel === "string" &&
    isObject(board) &&
    isObject(directory) &&
    Number.isInteger(directory.version) &&
    Array.isArray(directory.entries);
  if (!isWhole) throw refused("handle", handle, "what share() of a stream gave", "ERR_IBKR_ARGUMENT");
  return handle;
}
