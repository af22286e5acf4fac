import { type MonotonicClock, SYSTEM_CLOCK } from "./clock.js";
import { Fifo } from "./fifo.js";

/** Beyond this rate nothing is counted: no gateway takes so much, and whoever sets it wants none of it. */
const MAX_LIMIT = 10_000;
const SECOND_MS = 1000;

/** A request whose turn has not come yet. */
export interface QueuedRequest {
  /** Its number, where it has one. */
  readonly id?: number;
  /** Orders and order cancels go before data requests, and among themselves in order of call. */
  readonly urgent: boolean;
  /** Puts it on the wire. */
  send(): void;
  /** It will never be sent; `why` completes the sentence "not sent: …". */
  drop(why: string): void;
}

/**
 * Sends requests at once while the rate allows it, and in order afterwards: never more than `maxPerSecond` in any
 * second (all outgoing messages count together at the gateway, docs/protocol.md 8.1). A rate of 10,001 and more means
 * no limit.
 */
export class RequestQueue {
  private readonly urgent = new Fifo<QueuedRequest>();
  private readonly others = new Fifo<QueuedRequest>();
  private readonly window: number;
  /** When each of the last `capacity` requests went out; a ring. */
  private readonly sentAt: Float64Array | undefined;
  private oldest = 0;
  private timer: unknown;

  /** @param maxPerSecond above 0; of a fraction above 1 the whole number counts, 0.5 is one request in two seconds */
  constructor(
    maxPerSecond: number,
    private readonly clock: MonotonicClock = SYSTEM_CLOCK,
  ) {
    const capacity = Math.max(1, Math.floor(maxPerSecond));
    this.window = maxPerSecond < 1 ? SECOND_MS / maxPerSecond : SECOND_MS;
    if (capacity <= MAX_LIMIT) this.sentAt = new Float64Array(capacity).fill(Number.NEGATIVE_INFINITY);
  }

  /** Requests that wait for their turn. */
  get length(): number {
    return this.urgent.length + this.others.length;
  }

  /** The numbers of those that wait. */
  *ids(): Iterable<number> {
    for (const queue of [this.urgent, this.others]) {
      for (const { id } of queue) if (id !== undefined) yield id;
    }
  }

  /** True if an urgent request may go out now, past the queue; {@link taken} says that it has. */
  mayTake(): boolean {
    return this.sentAt === undefined || (this.urgent.length === 0 && this.isFree(this.clock.now()));
  }

  taken(): void {
    if (this.sentAt !== undefined) this.stamp(this.clock.now());
  }

  /** Sends the request now or when its turn comes. */
  submit(request: QueuedRequest): void {
    const waiting = request.urgent ? this.urgent.length : this.length;
    if (waiting === 0 && (this.sentAt === undefined || this.count())) {
      request.send();
      return;
    }
    (request.urgent ? this.urgent : this.others).push(request);
    this.wake();
  }

  /** Fails everything that waits. */
  drop(why: string): void {
    for (const request of this.takeAll()) request.drop(why);
  }

  /** Ends the queue as it is: what waited, urgent requests first, is the caller's. */
  takeAll(): readonly QueuedRequest[] {
    this.clock.clearTimeout(this.timer);
    this.timer = undefined;
    const urgent = this.urgent.takeAll();
    const others = this.others.takeAll();
    return urgent.length === 0 ? others : urgent.concat(others);
  }

  private count(): boolean {
    const now = this.clock.now();
    if (!this.isFree(now)) return false;
    this.stamp(now);
    return true;
  }

  private isFree(now: number): boolean {
    return now - (this.sentAt as Float64Array)[this.oldest] >= this.window;
  }

  private stamp(now: number): void {
    const sentAt = this.sentAt as Float64Array;
    sentAt[this.oldest] = now;
    this.oldest = (this.oldest + 1) % sentAt.length;
  }

  private wake(): void {
    if (this.timer !== undefined) return;
    const free = (this.sentAt as Float64Array)[this.oldest] + this.window;
    this.timer = this.clock.setTimeout(
      () => {
        this.timer = undefined;
        this.run();
      },
      Math.max(1, Math.ceil(free - this.clock.now())),
    );
  }

  private run(): void {
    try {
      while (this.length > 0 && this.count()) {
        const queue = this.urgent.length > 0 ? this.urgent : this.others;
        (queue.shift() as QueuedRequest).send();
      }
    } finally {
      // Also where a send threw: what waits behind it is not to wait for the next request.
      if (this.length > 0) this.wake();
    }
  }
}
