import { IBKRError } from "../domain/ibkr-error.js";
import { LAST_ORDER_ID, ORDER_IDS_BYTES, ORDER_IDS_CHANGE, ORDER_IDS_NEW_FROM } from "../native/layout.js";

/**
 * Numbers for orders of one session, whoever places them: one counter with the core, where a thread behind the event
 * loop may take one, too (`native/core/orders/order_ids.hpp`). They never go back: the gateway may not know of all yet.
 */
export class OrderIds {
  /** To be given to each connection of the session. */
  readonly memory = new Uint8Array(new SharedArrayBuffer(ORDER_IDS_BYTES));
  private readonly next = new Uint32Array(this.memory.buffer);
  private readonly placed = new Set<number>();
  /** Of armed orders. */
  private readonly fired = new Set<number>();

  /** @throws IBKRError `ERR_IBKR_NOT_SENT` when the last one, 2,147,483,647, has been used */
  take(): number {
    const { next } = this;
    for (;;) {
      const id = Atomics.load(next, 0);
      if (id > LAST_ORDER_ID) throw noneLeft();
      if (Atomics.compareExchange(next, 0, id, id + 1) === id) return id;
    }
  }

  /** The gateway says what the next number is: what is sent below it is a change of an order that there is. */
  nextIs(id: number): void {
    this.notBelow(id);
    const { next } = this;
    next[ORDER_IDS_NEW_FROM] = Math.max(next[ORDER_IDS_NEW_FROM] as number, id);
  }

  /** Those below may have been used: they are not taken any more. */
  notBelow(id: number): void {
    const { next } = this;
    for (let now = Atomics.load(next, 0); now < id; now = Atomics.load(next, 0)) {
      if (Atomics.compareExchange(next, 0, now, id) === now) return;
    }
  }

  /** An order was sent under this number, which may be anybody's choice. */
  use(id: number): void {
    this.placed.add(id);
  }

  /** An armed order was sent under this number. */
  hasFired(id: number): void {
    this.fired.add(id);
    this.use(id);
  }

  /** To be called before an order is sent under this number: the core knows the numbers of all others. */
  aboutToSend(id: number): void {
    if (this.fired.size > 0 && this.fired.has(id)) this.next[ORDER_IDS_CHANGE] = id + 1;
  }

  wasUsed(id: number): boolean {
    return this.placed.has(id);
  }
}

export function noneLeft(): IBKRError {
  return new IBKRError(
    "ERR_IBKR_NOT_SENT",
    `order ids end at ${LAST_ORDER_ID}: reset the sequence in TWS's API settings.`,
  );
}
