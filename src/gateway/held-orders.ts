import type { Contract, Order } from "../domain/stock-types.js";

export interface Held {
  readonly orderId: number;
  readonly contract: Contract;
  readonly order: Order;
}

/** Orders, and changes of them, of which no byte may leave yet. In order of call. */
export class HeldOrders {
  private held: Held[] = [];

  get length(): number {
    return this.held.length;
  }

  add(orderId: number, contract: Contract, order: Order): void {
    // As it is now: the caller may go on to change it.
    this.held.push({ orderId, contract: { ...contract }, order: { ...order } });
  }

  /** Takes the oldest off the list. */
  shift(): Held | undefined {
    return this.held.shift();
  }

  /** Ends the list, or what it has of one order. */
  take(orderId?: number): readonly Held[] {
    const taken = this.held.filter((held) => orderId === undefined || held.orderId === orderId);
    this.held = this.held.filter((held) => !taken.includes(held));
    return taken;
  }
}
