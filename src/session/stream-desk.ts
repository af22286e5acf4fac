import type { FeedBatch } from "../broker/feed.js";
import type { FeedTape } from "../broker/feed-tape.js";
import { IBKRError } from "../domain/ibkr-error.js";
import type { AggregateOrder } from "../native/native-aggregates.js";
import type { NativeTreatment } from "../native/native-treatment.js";
import { QuoteBoard } from "../native/quote-board.js";
import type { NativeSession } from "../native/session.js";
import type { CountReader } from "../native/treatment-counters.js";
import { HeldBatches } from "./held-batches.js";
import { Tapes, type TapeWriter } from "./tapes.js";

/** Where batches come at once, the clock closes bars at most so late. */
const BARS_LOOK_MS = 10;

/** What the desk needs of a connection: the calls go to its newest native session. */
export type DeskConnection = Pick<
  NativeSession,
  "routeBatches" | "setBatching" | "openDesk" | "forget" | "order" | "pause" | "resume"
> & {
  /** Undefined where there is no native session. */
  treat(reqId: number, treatment: NativeTreatment): CountReader | undefined;
} & TapeWriter;

/**
 * The requests of a session that the core treats: their quotes, their batches. The ring of a connection is one, and so
 * board, batching and holding are one for all feeds on the session; they outlive its connections, treatments do not.
 */
export class StreamDesk {
  private madeBoard: QuoteBoard | undefined;
  private connection: DeskConnection | undefined;
  private handlers: readonly ((batch: FeedBatch) => void)[] = [];
  /** What each of those who want batches asks for. */
  private readonly wishes = new Set<{ readonly batchMs: number }>();
  private readonly withBars = new Set<number>();
  private readonly conflated = new Map<number, number>();
  /** How many requests there are of each time of conflation. */
  private readonly times = new Map<number, number>();
  /** Of each treated request its slot of the board. */
  private readonly slots = new Map<number, number>();
  private readonly slotUsers = new Map<number, number>();
  /** Told before the core forgets the last request of a slot. */
  slotFreed: (boardSlot: number) => void = () => {};
  /** Told of a request whose quotes go to a slot, and of a slot that nobody writes any more. */
  treated: (reqId: number, boardSlot: number) => void = () => {};
  slotLeft: (boardSlot: number) => void = () => {};
  private batching: readonly [batchMs: number, flushMs: number] = [0, 0];
  private holders = 0;
  private readonly held: HeldBatches;
  private delivering = false;
  private tapes: Tapes | undefined;

  /**
   * @param threw hears of what handlers throw
   * @param mostHeld how many messages are kept while batches are held; what comes then stays in the ring
   */
  constructor(
    private readonly threw: (error: unknown) => void,
    mostHeld?: number,
  ) {
    this.held = new HeldBatches(mostHeld);
  }

  /** Made when it is first asked for. */
  get board(): QuoteBoard {
    this.madeBoard ??= new QuoteBoard();
    return this.madeBoard;
  }

  /** See {@link MarketFeed.tape}. */
  tape(slots: number): FeedTape {
    this.tapes ??= new Tapes(slots);
    this.tapes.openOn(this.connection);
    return this.tapes;
  }

  /** From now on this is the session's connection. */
  attach(connection: DeskConnection): void {
    this.connection = connection;
    connection.routeBatches((batch) => this.take(batch));
    connection.setBatching(...this.batching);
  }

  /** @returns a function that takes the handler away again */
  onBatch(handler: (batch: FeedBatch) => void): () => void {
    const own = (batch: FeedBatch) => handler(batch);
    this.handlers = [...this.handlers, own];
    return () => {
      this.handlers = this.handlers.filter((other) => other !== own);
    };
  }

  /** The shortest of all wishes holds; 0, after every read, where there is none. @returns what withdraws it */
  wishBatching(batchMs: number): () => void {
    const wish = { batchMs };
    this.wishes.add(wish);
    this.batchingChanged();
    return () => {
      if (this.wishes.delete(wish)) this.batchingChanged();
    };
  }

  /**
   * The core treats a request from now on, or otherwise than before.
   * @throws IBKRError `ERR_IBKR_NOT_SENT` if there is no connection, `ERR_IBKR_ARGUMENT` if the board has no such slot, or
   *   no room for another request
   */
  treat(reqId: number, treatment: NativeTreatment): CountReader {
    this.connection?.openDesk(this.board);
    this.tapes?.openOn(this.connection);
    const counts = this.connection?.treat(reqId, treatment);
    if (counts === undefined)
      throw new IBKRError("ERR_IBKR_NOT_SENT", `request ${reqId} cannot be treated: not connected.`);
    if (treatment.bars !== undefined) this.withBars.add(reqId);
    const { conflateMs } = treatment;
    const looksAt = this.withBars.has(reqId) ? BARS_LOOK_MS : conflateMs;
    this.conflates(reqId, conflateMs > 0 ? Math.min(conflateMs, looksAt) : looksAt);
    this.leaveSlot(reqId);
    const { boardSlot } = treatment;
    this.slots.set(reqId, boardSlot);
    this.slotUsers.set(boardSlot, (this.slotUsers.get(boardSlot) ?? 0) + 1);
    this.treated(reqId, boardSlot);
    return counts;
  }

  /** Something is done with the bars or the book of a treated request. */
  order(reqId: number, order: AggregateOrder): void {
    this.connection?.order(reqId, order);
  }

  /** Its counts can be read on. */
  forget(reqId: number): void {
    this.withBars.delete(reqId);
    const slot = this.leaveSlot(reqId);
    if (slot !== undefined && !this.isTreated(slot)) {
      this.slotFreed(slot);
      this.slotLeft(slot);
    }
    this.connection?.forget(reqId);
    this.conflates(reqId, 0);
  }

  /** The core writes quotes to this slot. */
  isTreated(boardSlot: number): boolean {
    return this.slotUsers.has(boardSlot);
  }

  private leaveSlot(reqId: number): number | undefined {
    const slot = this.slots.get(reqId);
    if (slot === undefined) return undefined;
    this.slots.delete(reqId);
    const left = (this.slotUsers.get(slot) as number) - 1;
    if (left > 0) this.slotUsers.set(slot, left);
    else this.slotUsers.delete(slot);
    return slot;
  }

  private conflates(reqId: number, ms: number): void {
    const { conflated, times } = this;
    const before = conflated.get(reqId) ?? 0;
    if (ms === before) return;
    if (before > 0) {
      const left = (times.get(before) as number) - 1;
      if (left > 0) times.set(before, left);
      else times.delete(before);
    }
    if (ms > 0) {
      conflated.set(reqId, ms);
      times.set(ms, (times.get(ms) ?? 0) + 1);
    } else {
      conflated.delete(reqId);
    }
    this.batchingChanged();
  }

  private batchingChanged(): void {
    const least = (all: Iterable<number>) => Math.min(...all);
    const batchMs = this.wishes.size === 0 ? 0 : least([...this.wishes].map((wish) => wish.batchMs));
    const flushMs = this.times.size === 0 ? 0 : least(this.times.keys());
    if (batchMs === this.batching[0] && flushMs === this.batching[1]) return;
    this.batching = [batchMs, flushMs];
    this.connection?.setBatching(batchMs, flushMs);
  }

  // --- batches ---------------------------------------------------------------------------------------------------

  /**
   * No batch is delivered until the function that it returns has been called. What comes meanwhile is kept; where that is
   * too much it stays in the ring, with everything behind it, and reading stops when the ring is full.
   */
  hold(): () => void {
    let holds = true;
    this.holders += 1;
    return () => {
      if (!holds) return;
      holds = false;
      this.holders -= 1;
      this.goOn();
    };
  }

  private take(batch: FeedBatch): void {
    // Behind what was kept, also while that is being delivered.
    if (this.holders === 0 && this.held.isEmpty && !this.delivering) {
      this.deliver(batch);
      return;
    }
    this.held.add(batch);
    if (this.held.isFull) this.connection?.pause();
  }

  /** What was kept, as the batches that it came in: whoever gets one may hold again behind it. */
  private goOn(): void {
    if (this.delivering) return;
    this.delivering = true;
    for (let batch = this.next(); batch !== undefined; batch = this.next()) this.deliver(batch);
    this.delivering = false;
    if (this.holders === 0) this.connection?.resume();
  }

  private next(): FeedBatch | undefined {
    return this.holders > 0 ? undefined : this.held.next();
  }

  /** A handler that throws costs the others nothing. */
  private deliver(batch: FeedBatch): void {
    for (const handler of this.handlers) {
      try {
        handler(batch);
      } catch (thrown) {
        this.threw(thrown);
      }
    }
  }
}
