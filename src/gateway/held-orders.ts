import type { PlacedOrder } from "../broker/order-desk.js";
import { ownCopy } from "../domain/own-copy.js";

export interface Held extends PlacedOrder {
  /** The same for orders that are one thing, and stand together here. */
  readonly group: object | undefined;
}

/** Orders, and changes of them, of which no byte may leave yet. In order of call. */
export class HeldOrders {
  private held: Held[] = [];

  get length(): number {
    return this.held.length;
  }

  add({ orderId, contract, order }: PlacedOrder, group?: object): void {
    // As it is now: the caller may go on to change it.
    this.held.push({ orderId, contract: ownCopy(contract), order: ownCopy(order), group });
  }

  /** Takes the oldest off the list, with what is one thing with it. Empty: nothing is held. */
  shift(): readonly Held[] {
    const [first] = this.held;
    if (first === undefined) return [];
    const end = this.held.findIndex(
      ({ group }, i) => i > 0 && (group === undefined || group !== first.group),
    );
    return this.held.splice(0, end < 0 ? this.held.length : end);
  }

  /** Ends the list, or what it has of one order. */
  take(orderId?: number): readonly Held[] {
    const taken = this.held.filter((held) => orderId === undefined || held.orderId === orderId);
    this.held = this.held.filter((held) => !taken.includes(held));
    return taken;
  }
}
