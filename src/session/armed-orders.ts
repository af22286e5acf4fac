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

  /** @param threw hears of what listeners throw */
  constructor(private readonly threw: (error: unknown) => void) {}

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
        this.live.delete(armed);
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
    const ends = [...this.live.values()].map((order) => order.settle());
    return () => {
      for (const tell of ends) tell();
    };
  }
}

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
  settle(): () => void {
    const state = this.orders.disarm(this.handle);
    const outcome = this.orders.outcome(this.handle);
    let end: ArmedEnd;
    if (state === ARMED_STATE_DISARMED) end = disarmed("disconnected");
    else if (state === ARMED_STATE_EXPIRED) end = EXPIRED;
    else if (outcome !== undefined) end = endOf(outcome);
    else end = { state: "fired", ...NOTHING_SENT, disposition: "unknown" };
    this.now = end.state;
    return () => this.end(end);
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
