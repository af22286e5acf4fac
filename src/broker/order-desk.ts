import type {
  CommissionReport,
  Contract,
  ExecutionDetail,
  ExecutionFilter,
  OpenOrder,
  Order,
} from "../domain/stock-types.js";
import type { CallOptions } from "./call-options.js";
import type { OrderTemplate } from "./order-template.js";

export interface PlacedOrder {
  readonly orderId: number;
  readonly contract: Contract;
  readonly order: Order;
}

/** What is done with options that are held. */
export interface OptionExercise {
  readonly contract: Contract;
  readonly action: "exercise" | "lapse";
  /** In contracts. */
  readonly quantity: number;
  readonly account: string;
  /** Against what the gateway would do by itself: exercise out of the money, lapse in the money. Default false. */
  readonly override?: boolean;
}

/** An execution with its commission; undefined: none was reported. */
export interface ChargedExecution extends ExecutionDetail {
  readonly commission: CommissionReport | undefined;
}

export interface ChargedOptions extends CallOptions {
  /** How long to wait for commissions behind the last execution, 0 … 60,000 ms; default 1,000. */
  readonly commissionWaitMs?: number;
}

/** CLOCK_MONOTONIC in µs, the clock of `process.hrtime()`; 0: not known. */
export interface SendStamps {
  /** The frame was made. */
  readonly encodedMicros: number;
  /** The system had it. */
  readonly writtenMicros: number;
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
  /** Of the order that left last: to be read when {@link place} returns true, and when `orderSent` is told. */
  stamps?(): SendStamps | undefined;
  cancel(orderId: number): void;
  /** Cancels every working order of the account, of all clients. */
  cancelAll(): void;
  /** Working orders of all clients. */
  open(options?: CallOptions): Promise<OpenOrder[]>;
  /** Orders that are filled or cancelled. @param apiOnly only those placed through the API; default false */
  completed(apiOnly?: boolean, options?: CallOptions): Promise<Omit<OpenOrder, "orderId">[]>;
  /** Executions of the day. */
  executions(filter?: ExecutionFilter, options?: CallOptions): Promise<ExecutionDetail[]>;
  /** The same, each with its commission: gateways report these behind the executions, and not of every one. */
  chargedExecutions(filter?: ExecutionFilter, options?: ChargedOptions): Promise<ChargedExecution[]>;
  /**
   * Exercises options, or lets them lapse. Resolves when the gateway has taken it, with the number that later words on it
   * carry (`orderError`); what comes of it shows in positions and executions.
   */
  exercise(exercise: OptionExercise, options?: CallOptions): Promise<number>;
}
