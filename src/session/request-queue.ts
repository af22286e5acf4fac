/** A request whose turn has not come yet. */
export interface QueuedRequest {
  /** Orders and order cancels go before data requests, and among themselves in order of call. */
  readonly urgent: boolean;
  /** Puts it on the wire. */
  send(): void;
  /** It will never be sent; `why` completes the sentence "not sent: …". */
  drop(why: string): void;
}

/**
 * Sends requests at once while the rate allows it, and in order afterwards: never more than `maxPerSecond` in any
 * second (all outgoing messages count together at the gateway, docs/protocol.md 8.1). A rate above 10,000 means no limit.
 */
export class RequestQueue {
  private readonly urgent: QueuedRequest[] = [];
  private readonly others: QueuedRequest[] = [];
  private readonly window: number;
  /** When each of the last `capacity` requests went out; a ring. */
  private readonly sentAt: Float64Array | undefined;
  private oldest = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    maxPerSecond: number,
    private readonly now: () => number = () => performance.now(),
  ) {
    const capacity = Math.max(1, Math.floor(maxPerSecond));
    this.window = (capacity / maxPerSecond) * 1000;
    if (capacity <= 10_000) this.sentAt = new Float64Array(capacity).fill(Number.NEGATIVE_INFINITY);
  }

  /** Requests that wait for their turn. */
  get length(): number {
    return this.urgent.length + this.others.length;
  }

  /** True if an urgent request may go out now, past the queue; {@link taken} says that it has. */
  mayTake(): boolean {
    return this.sentAt === undefined || (this.urgent.length === 0 && this.isFree(this.now()));
  }

  taken(): void {
    if (this.sentAt !== undefined) this.stamp(this.now());
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
    clearTimeout(this.timer);
    this.timer = undefined;
    for (const request of [...this.urgent.splice(0), ...this.others.splice(0)]) request.drop(why);
  }

  private count(): boolean {
    const now = this.now();
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
    this.timer = setTimeout(
      () => {
        this.timer = undefined;
        this.run();
      },
      Math.max(1, Math.ceil(free - this.now())),
    );
  }

  private run(): void {
    for (;;) {
      const queue = this.urgent.length > 0 ? this.urgent : this.others;
      if (queue.length === 0) return;
      if (!this.count()) {
        this.wake();
        return;
      }
      (queue.shift() as QueuedRequest).send();
    }
  }
}
