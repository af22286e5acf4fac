import { type MonotonicClock, SYSTEM_CLOCK } from "./clock.js";
import { Fifo } from "./fifo.js";

/** Beyond this rate nothing is counted: no gateway takes so much, and whoever sets it wants none of it. */
const MAX_LIMIT = 10_000;
const SECOND_MS = 1000;

/** Who goes first where not all may go: cancels, then orders, then whatever asks for data; in a class, in order of call. */
export const PRIORITIES = ["cancel", "order", "data"] as const;
export type Priority = (typeof PRIORITIES)[number];

/** A request whose turn has not come yet. */
export interface QueuedRequest {
  /** Its number, where it has one; orders and their cancels have that of the order. */
  readonly id?: number;
  readonly method?: string;
  readonly priority: Priority;
  /** Puts it on the wire. */
  send(): void;
  /** It will never be sent; `why` completes the sentence "not sent: …". */
  drop(why: string): void;
}

/** What the rate has cost so far, over all connections of the session. */
export interface RateStats {
  /** Messages a second, at the most; Infinity: no limit. */
  readonly maxPerSecond: number;
  /** How many went out in the second that ends now; 0 where nothing is counted. */
  readonly lastSecond: number;
  /** How many wait for their turn. */
  readonly waiting: Readonly<Record<Priority, number>>;
  /** How many had to wait, those that were dropped while they waited included. */
  readonly delayed: Readonly<Record<Priority, number>>;
  /** The longest that one waited before it went out. */
  readonly longestWaitMs: number;
}

interface Waiting {
  readonly request: QueuedRequest;
  readonly since: number;
}

/**
 * Sends requests at once while the rate allows it, and by priority afterwards: never more than `maxPerSecond` in any
 * second (all outgoing messages count together at the gateway, docs/protocol.md 8.1). A rate of 10,001 and more means
 * no limit.
 *
 * A cancel does not overtake what waits of its own order: the gateway would not know the order yet, and take it later.
 */
export class RequestQueue {
  private readonly queues: Readonly<Record<Priority, Fifo<Waiting>>> = {
    cancel: new Fifo(),
    order: new Fifo(),
    data: new Fifo(),
  };
  /** How many of each order's requests wait among the orders. */
  private readonly ordersWaiting = new Map<number, number>();
  private readonly delayed: Record<Priority, number> = { cancel: 0, order: 0, data: 0 };
  private longestWaitMs = 0;
  private readonly window: number;
  /** When each of the last `capacity` requests went out; a ring. */
  private readonly sentAt: Float64Array | undefined;
  private oldest = 0;
  private timer: unknown;

  /** @param maxPerSecond above 0; of a fraction above 1 the whole number counts, 0.5 is one request in two seconds */
  constructor(
    private readonly maxPerSecond: number,
    private readonly clock: MonotonicClock = SYSTEM_CLOCK,
  ) {
    const capacity = Math.max(1, Math.floor(maxPerSecond));
    this.window = maxPerSecond < 1 ? SECOND_MS / maxPerSecond : SECOND_MS;
    if (capacity <= MAX_LIMIT) this.sentAt = new Float64Array(capacity).fill(Number.NEGATIVE_INFINITY);
  }

  /** Requests that wait for their turn. */
  get length(): number {
    const { cancel, order, data } = this.queues;
    return cancel.length + order.length + data.length;
  }

  get stats(): RateStats {
    const { cancel, order, data } = this.queues;
    const since = this.clock.now() - SECOND_MS;
    return {
      maxPerSecond: this.sentAt === undefined ? Number.POSITIVE_INFINITY : this.maxPerSecond,
      lastSecond: this.sentAt?.reduce((count, at) => (at > since ? count + 1 : count), 0) ?? 0,
      waiting: { cancel: cancel.length, order: order.length, data: data.length },
      delayed: { ...this.delayed },
      longestWaitMs: this.longestWaitMs,
    };
  }

  /** The numbers of those that wait. */
  *ids(): Iterable<number> {
    for (const priority of PRIORITIES) {
      for (const { request } of this.queues[priority]) if (request.id !== undefined) yield request.id;
    }
  }

  /** True if an order, or its cancel, may go out now, past the queue; {@link taken} says that it has. */
  mayTake(priority: "cancel" | "order", id?: number): boolean {
    if (this.sentAt === undefined) return true;
    return !this.isAnyAhead(this.classOf(priority, id)) && this.isFree(this.clock.now());
  }

  taken(): void {
    if (this.sentAt !== undefined) this.stamp(this.clock.now());
  }

  /** Sends the request now or when its turn comes. */
  submit(request: QueuedRequest): void {
    const priority = this.classOf(request.priority, request.id);
    if (this.sentAt === undefined || (!this.isAnyAhead(priority) && this.count())) {
      request.send();
      return;
    }
    this.delayed[priority]++;
    this.queues[priority].push({ request, since: this.clock.now() });
    if (priority === "order") this.countOrder(request.id, 1);
    this.wake();
  }

  /** Fails everything that waits. */
  drop(why: string): void {
    for (const request of this.takeAll()) request.drop(why);
  }

  /** Ends the queue as it is: what waited is the caller's, in the order in which it would have gone. */
  takeAll(): readonly QueuedRequest[] {
    this.clock.clearTimeout(this.timer);
    this.timer = undefined;
    this.ordersWaiting.clear();
    return PRIORITIES.flatMap((priority) => this.queues[priority].takeAll()).map(({ request }) => request);
  }

  /**
   * Fails what waits among the orders, cancels of them included: all of them are to be cancelled.
   * @param mayStay what is no order
   */
  withdrawOrders(why: string, mayStay: (request: QueuedRequest) => boolean): void {
    const withdrawn: QueuedRequest[] = [];
    for (const waiting of this.queues.order.takeAll()) {
      if (mayStay(waiting.request)) {
        this.queues.order.push(waiting);
        continue;
      }
      this.countOrder(waiting.request.id, -1);
      withdrawn.push(waiting.request);
    }
    for (const request of withdrawn) request.drop(why);
  }

  private classOf(priority: Priority, id: number | undefined): Priority {
    return priority === "cancel" && id !== undefined && this.ordersWaiting.has(id) ? "order" : priority;
  }

  private countOrder(id: number | undefined, by: 1 | -1): void {
    if (id === undefined) return;
    const count = (this.ordersWaiting.get(id) ?? 0) + by;
    if (count === 0) this.ordersWaiting.delete(id);
    else this.ordersWaiting.set(id, count);
  }

  /** Whether one waits that goes before a new one of this priority. */
  private isAnyAhead(priority: Priority): boolean {
    const { cancel, order, data } = this.queues;
    if (cancel.length > 0) return true;
    if (priority === "cancel") return false;
    return order.length > 0 || (priority === "data" && data.length > 0);
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
        const { cancel, order, data } = this.queues;
        const queue = cancel.length > 0 ? cancel : order.length > 0 ? order : data;
        const { request, since } = queue.shift() as Waiting;
        if (queue === order) this.countOrder(request.id, -1);
        this.longestWaitMs = Math.max(this.longestWaitMs, this.clock.now() - since);
        request.send();
      }
    } finally {
      // Also where a send threw: what waits behind it is not to wait for the next request.
      if (this.length > 0) this.wake();
    }
  }
}
