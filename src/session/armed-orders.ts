import type { ArmedEnd, ArmedOrder } from "../broker/order-template.js";
import { ARMED_END_EXPIRED, ARMED_STATE_DISARMED, ARMED_STATE_EXPIRED } from "../native/layout.js";
import type { ArmedOutcome, PreparedOrders } from "../native/prepared-orders.js";
import { armedDisposition } from "./dispositions.js";

const NOTHING_SENT = {
  orderId: 0,
  disposition: "unsent",
  receivedMicros: 0,
  encodedMicros: 0,
  writtenMicros: 0,
  value: undefined,
} as const;

const EXPIRED: ArmedEnd = { state: "expired", ...NOTHING_SENT };

const disarmed = (reason: ArmedEnd["reason"]): ArmedEnd => ({ state: "disarmed", reason, ...NOTHING_SENT });

/** The armed orders of one session, on its connection of the moment; they end with it. */
export class ArmedOrders {
  private readonly live = new Map<number, LiveOrder>();
  /** The gateway cannot reach Interactive Brokers: the core lets nothing fire, and this says so. */
  private isHeld = false;

  /**
   * @param threw hears of what listeners throw
   * @param hasFired hears of the number of one whose record the connection's end has cut off
   */
  constructor(
    private readonly threw: (error: unknown) => void,
    private readonly hasFired: (orderId: number) => void,
  ) {}

  /** @param armed its handle there */
  add(
    orders: PreparedOrders,
    armed: number,
    boardSlot: number,
    expiresInMs: number | undefined,
    onEnd: (end: ArmedEnd) => void = () => {},
  ): ArmedOrder {
    const order = new LiveOrder(
      orders,
      armed,
      boardSlot,
      () => this.isHeld,
      (end) => {
        if (this.live.get(armed) === order) this.live.delete(armed);
        try {
          onEnd(end);
        } catch (error) {
          this.threw(error);
        }
      },
    );
    this.live.set(armed, order);
    if (expiresInMs !== undefined) order.expireIn(expiresInMs);
    return order;
  }

  /** The core says how one has ended. */
  ended(armed: number, outcome: ArmedOutcome): void {
    this.live.get(armed)?.end(endOf(outcome));
  }

  /** No quote comes to this slot any more, and it may be another subscription's next. */
  slotFreed(boardSlot: number): void {
    for (const order of [...this.live.values()])
      if (order.boardSlot === boardSlot) order.disarmFor("subscription-closed");
  }

  /** The core has read the same message, and holds them since then. */
  upstream(isLost: boolean): void {
    this.isHeld = isLost;
  }

  /** None of them fires any more. @returns what tells so */
  connectionEnded(): () => void {
    this.isHeld = false;
    const ends = [...this.live.values()].map((order) => order.settle(this.hasFired));
    this.live.clear(); // the next connection has the same handles
    return () => {
      for (const tell of ends) tell();
    };
  }
}

/** Another thread is about to send it, or to write it down: that takes no longer than the slowest disk. */
const FIRING_MS = 10_000;

class LiveOrder implements ArmedOrder {
  readonly ended: Promise<ArmedEnd>;
  private now: Exclude<ArmedOrder["state"], "held"> = "armed";
  private resolve: (end: ArmedEnd) => void = () => {};
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly orders: PreparedOrders,
    private readonly handle: number,
    readonly boardSlot: number,
    private readonly isHeld: () => boolean,
    private readonly onEnd: (end: ArmedEnd) => void,
  ) {
    this.ended = new Promise((resolve) => {
      this.resolve = resolve;
    });
  }

  get state(): ArmedOrder["state"] {
    return this.now === "armed" && this.isHeld() ? "held" : this.now;
  }

  disarm(): boolean {
    return this.disarmFor("disarm");
  }

  disarmFor(reason: ArmedEnd["reason"]): boolean {
    // Otherwise it has fired, and the record that says so is on its way.
    if (this.now !== "armed" || this.orders.disarm(this.handle) !== ARMED_STATE_DISARMED) return false;
    this.end(disarmed(reason));
    return true;
  }

  /** The core lets nothing fire after its time, either: whoever comes first says so. */
  expireIn(ms: number): void {
    this.timer = setTimeout(() => {
      if (this.orders.disarm(this.handle, true) === ARMED_STATE_EXPIRED) this.end(EXPIRED);
    }, ms);
    this.timer.unref();
  }

  /** With the connection, whose records come no more. @returns what tells of it */
  settle(hasFired: (orderId: number) => void): () => void {
    const state = this.orders.disarm(this.handle);
    if (state === ARMED_STATE_DISARMED || state === ARMED_STATE_EXPIRED) {
      const end = state === ARMED_STATE_EXPIRED ? EXPIRED : disarmed("disconnected");
      this.now = end.state;
      return () => this.end(end);
    }
    this.now = "fired";
    const tell = (isLate: boolean) => {
      const outcome = this.orders.outcome(this.handle);
      if (outcome === undefined) return false;
      const end = endOf(outcome);
      if (outcome.orderId !== 0) hasFired(outcome.orderId);
      // What was left in the queue has ended with it, in whole or in part.
      const isDoubtful = end.disposition === "queued" || (isLate && end.disposition !== "unsent");
      this.end(isDoubtful ? { ...end, disposition: "unknown" } : end);
      return true;
    };
    return () => {
      if (!tell(false)) this.waitFor(() => tell(true));
    };
  }

  /** At this moment another thread sends it. */
  private waitFor(tell: () => boolean): void {
    const deadline = performance.now() + FIRING_MS;
    const again = () => {
      if (tell()) return;
      if (performance.now() < deadline) setImmediate(again);
      else this.end({ state: "fired", ...NOTHING_SENT, disposition: "unknown" });
    };
    setImmediate(again);
  }

  end(end: ArmedEnd): void {
    clearTimeout(this.timer);
    this.now = end.state;
    this.orders.forget(this.handle);
    this.resolve(end);
    this.onEnd(end);
  }
}

function endOf(outcome: ArmedOutcome): ArmedEnd {
  if (outcome.end === ARMED_END_EXPIRED) return EXPIRED;
  const { end, orderId, receivedMicros, encodedMicros, writtenMicros, value } = outcome;
  return {
    state: "fired",
    orderId,
    disposition: armedDisposition(end),
    receivedMicros,
    encodedMicros,
    writtenMicros,
    value,
  };
}
