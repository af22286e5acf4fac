import type {
  ArmedEnd,
  ArmedOrder,
  ArmOptions,
  OrderChange,
  OrderTemplate,
  SentOrder,
} from "../broker/order-template.js";
import { objectOf } from "../domain/check.js";
import type { Measure } from "./measure.js";
import type { OrderTicket } from "./order-ticket.js";

/** What differs from the prepared order; each has an `orderRef` of its own. */
export type TemplateChange = Omit<OrderChange, "orderRef">;

/** An armed order, and its ticket once it has fired. */
export interface TrackedArmedOrder extends ArmedOrder {
  readonly orderRef: string;
  /** The order that it has become; undefined where it ends otherwise. Never rejects. */
  readonly ticket: Promise<OrderTicket | undefined>;
}

/** What a tracked template needs of its tracker. */
export interface TemplateDesk {
  readonly measure: Measure;
  nextOrderRef(): string;
  /** Sends, and makes the ticket of what was sent. */
  sent(send: () => SentOrder, change: OrderChange): OrderTicket;
  fired(end: ArmedEnd, change: OrderChange): OrderTicket | undefined;
}

/** A prepared order whose orders have tickets. */
export class TrackedTemplate {
  constructor(
    private readonly template: OrderTemplate,
    private readonly desk: TemplateDesk,
  ) {}

  /** See {@link OrderTemplate.send}. */
  send(change: TemplateChange = {}): OrderTicket {
    return this.desk.measure("template.send", () => {
      const whole = { ...change, orderRef: this.desk.nextOrderRef() };
      return this.desk.sent(() => this.template.send(whole), whole);
    });
  }

  /** See {@link OrderTemplate.arm}. */
  arm(options: Omit<ArmOptions, "orderRef">): TrackedArmedOrder {
    return this.desk.measure("template.arm", () => this.armed(options));
  }

  private armed(options: Omit<ArmOptions, "orderRef">): TrackedArmedOrder {
    const { desk } = this;
    const { quantity, limitPrice } = objectOf("options", options);
    const change = { quantity, limitPrice, orderRef: desk.nextOrderRef() };
    let settle: (ticket: OrderTicket | undefined) => void = () => {};
    const ticket = new Promise<OrderTicket | undefined>((resolve) => {
      settle = resolve;
    });
    const armed = this.template.arm({
      ...options,
      orderRef: change.orderRef,
      onEnd: (end) => {
        // First: what the gateway answers comes behind.
        settle(desk.fired(end, change));
        options.onEnd?.(end);
      },
    });
    return {
      orderRef: change.orderRef,
      ticket,
      ended: armed.ended,
      get state() {
        return armed.state;
      },
      disarm: () => armed.disarm(),
    };
  }

  /** See {@link OrderTemplate.close}. */
  close(): void {
    this.template.close();
  }
}
