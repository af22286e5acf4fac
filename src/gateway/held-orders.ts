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

  /** Ends the list. */
  take(): readonly Held[] {
    return this.held.splice(0);
  }

  /**
   * Takes back what there is of one order.
   * @param withChildren those that wait for it as their parent, too: it is nowhere else
   */
  withdraw(orderId: number, withChildren: boolean): readonly Held[] {
    const ids = new Set([orderId]);
    // Children stand behind their parents.
    for (const { orderId: id, order } of this.held)
      if (withChildren && order.parentId !== undefined && ids.has(order.parentId)) ids.add(id);
    const taken = this.held.filter((held) => ids.has(held.orderId));
    this.held = this.held.filter((held) => !taken.includes(held));
    for (const { group, order } of taken)
      if (group !== undefined && order.transmit !== false) this.transmit(group);
    return taken;
  }

  /** The one that was to let its group go is gone: the last that stays does. */
  private transmit(group: object): void {
    const last = this.held.findLastIndex((held) => held.group === group);
    const held = this.held[last];
    if (held !== undefined) this.held[last] = { ...held, order: { ...held.order, transmit: true } };
  }
}
