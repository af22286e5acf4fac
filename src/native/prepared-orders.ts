import type { Contract, Order } from "../domain/stock-types.js";
import type { AddonSession } from "./load.js";
import type { OrderEntry, ReadOrder, UnreadableOrder } from "./order-entry.js";
import type { Sent } from "./sent.js";
import { type TemplateCondition, TemplateSheet } from "./template-sheet.js";

/** How an armed order ended, as the core tells it. */
export interface ArmedOutcome {
  /** One of `ARMED_END_…`. */
  readonly end: number;
  /** 0: it has got none. */
  readonly orderId: number;
  /** CLOCK_MONOTONIC in µs. */
  readonly receivedMicros: number;
  readonly encodedMicros: number;
  readonly writtenMicros: number;
  /** Of the quote. */
  readonly value: number;
}

type Templates = Pick<
  AddonSession,
  | "openOrders"
  | "prepareOrder"
  | "dropTemplate"
  | "sendTemplate"
  | "armTemplate"
  | "disarm"
  | "armedOutcome"
  | "forgetArmed"
  | "rehearse"
>;

/** The prepared orders of one connection. What is called after its end does nothing, and says so. */
export class PreparedOrders {
  /** What was last sent or asked for. */
  readonly sheet = new TemplateSheet();

  /** @param ids where the next order id is */
  constructor(
    private readonly addon: Templates,
    private readonly entry: OrderEntry,
    ids: Uint8Array,
  ) {
    addon.openOrders(ids, this.sheet.memory);
  }

  /** @returns its values as they were read, and its handle; 0: the general path has to make each of its frames */
  prepare(contract: Contract, order: Order): (ReadOrder & { readonly handle: number }) | UnreadableOrder {
    return this.entry.prepare(contract, order, () => this.addon.prepareOrder());
  }

  drop(handle: number): void {
    this.addon.dropTemplate(handle);
  }

  /** Sends what {@link sheet} was set to. */
  send(): Sent {
    return this.addon.sendTemplate() as Sent;
  }

  /**
   * Arms what {@link sheet} was set to.
   * @returns its handle; 0: the connection is not open; -1: the core has no frame for it; -2: the journal cannot be written;
   *   -3: the core has no socket of it
   */
  arm(condition: TemplateCondition): number {
    this.sheet.setCondition(condition);
    return this.addon.armTemplate();
  }

  /** @returns `ARMED_STATE_…`: what it is now; -1: there is none. What is disarmed, or `expired`, never fires. */
  disarm(armed: number, expired = false): number {
    return this.addon.disarm(armed, expired);
  }

  /** Undefined: it has not fired. */
  outcome(armed: number): ArmedOutcome | undefined {
    const end = this.addon.armedOutcome(armed);
    if (end < 0) return undefined;
    const { orderId, receivedMicros, encodedMicros, writtenMicros, value } = this.sheet;
    return { end, orderId, receivedMicros, encodedMicros, writtenMicros, value };
  }

  forget(armed: number): void {
    this.addon.forgetArmed(armed);
  }

  /** The way of the order that was sent last, up to the system call: it lies in the caches afterwards. */
  rehearse(judge?: (contract: Contract, order: Order, id: number) => boolean): void {
    this.entry.rehearse(judge);
    this.addon.rehearse();
  }
}
