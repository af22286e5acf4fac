import type { Contract, ExecutionDetail, ExecutionFilter, OpenOrder, Order } from "../domain/stock-types.js";
import type { CallOptions } from "./call-options.js";
import type { OrderTemplate } from "./order-template.js";

export interface PlacedOrder {
  readonly orderId: number;
  readonly contract: Contract;
  readonly order: Order;
}

/** Orders, and what became of them. What happens to an order later comes as events of the broker. */
export interface OrderDesk {
  /**
   * A number for the next order: never one that was used on this connection before. The gateway takes numbers in order: an
   * order whose number an armed one has overtaken does not leave, which is an `orderError` with `ERR_IBKR_ORDER_OVERTAKEN`.
   * @throws IBKRError unless ready
   */
  nextOrderId(): number;
  /**
   * Sends an order, or a change of the order with this id, on the caller's stack. A refusal is an `orderError`.
   * @returns whether it has left; false: it waits for its turn, and `orderSent` tells when it leaves, or `orderError`
   *   that it will not
   */
  place(orderId: number, contract: Contract, order: Order): boolean;
  /**
   * Sends new orders that are one thing, in this order. No byte of the first leaves before all are encoded, and on record
   * where there is a journal: where one cannot be, none leaves, and each has its `orderError`. Of each that has left
   * `orderSent` tells.
   */
  placeGroup(parts: readonly PlacedOrder[]): void;
  /**
   * An order that is to be sent again and again, or armed: its frame is made once for each connection. What is given is
   * read here, and not again.
   */
  prepareOrder(contract: Contract, order: Order): OrderTemplate;
  cancel(orderId: number): void;
  /** Cancels every working order of the account, of all clients. */
  cancelAll(): void;
  /** Working orders of all clients. */
  open(options?: CallOptions): Promise<OpenOrder[]>;
  /** Orders that are filled or cancelled. @param apiOnly only those placed through the API; default false */
  completed(apiOnly?: boolean, options?: CallOptions): Promise<Omit<OpenOrder, "orderId">[]>;
  /** Executions of the day. */
  executions(filter?: ExecutionFilter, options?: CallOptions): Promise<ExecutionDetail[]>;
}
