/**
 * What is known of an order when the call returns. `written`: every byte is with the system. `queued`: it goes out later,
 * when the rate or the socket allows it. `unsent`: no byte of it left, and none will; an error event says why. `unknown`:
 * the connection ended while it was on its way.
 */
export type SendDisposition = "written" | "queued" | "unsent" | "unknown";

/** What an order says otherwise than the one that was prepared; what is left out is the same. */
export interface OrderChange {
  readonly quantity?: number;
  readonly limitPrice?: number;
  /** Letters of ASCII, 64 at most, take the fast path. */
  readonly orderRef?: string;
}

export interface SentOrder {
  readonly orderId: number;
  readonly disposition: SendDisposition;
  /** When its frame was made: CLOCK_MONOTONIC in µs, the clock of `process.hrtime()`. 0 where it took the general path. */
  readonly encodedMicros: number;
  /** When the system had it; 0 as above. */
  readonly writtenMicros: number;
}

/** The values of a quote that an armed order may wait for. */
export type ArmedField =
  | "bid"
  | "ask"
  | "last"
  | "bidSize"
  | "askSize"
  | "lastSize"
  | "volume"
  | "open"
  | "high"
  | "low"
  | "close"
  | "mark"
  | "vwap";

export type ArmedOp = "<" | "<=" | ">" | ">=";

export interface ArmedCondition {
  /** Of the board: that of a subscription with a treatment on this connection. */
  readonly boardSlot: number;
  readonly field: ArmedField;
  readonly op: ArmedOp;
  /** What the value is compared with; of a size, a size. */
  readonly price: number;
}

export interface ArmOptions extends OrderChange {
  /**
   * Judged with each message of the subscription that comes from now on, by the values that then stand on the board: also
   * the value of an older message counts. What has no value meets no condition.
   */
  readonly when: ArmedCondition;
  /** From 1 to 2,147,483,647 ms; left out: it waits as long as the connection and the subscription live. */
  readonly expiresInMs?: number;
  /** Told once, as {@link ArmedOrder.ended}, and sooner. */
  readonly onEnd?: (end: ArmedEnd) => void;
}

/** How it ended. Nothing but `fired` ever sends. */
export interface ArmedEnd {
  readonly state: "fired" | "disarmed" | "expired";
  /** Why it was disarmed. */
  readonly reason?: "disarm" | "subscription-closed" | "disconnected";
  /** Of what has fired; 0: there was no order id left, or it is `unknown` which it was. */
  readonly orderId: number;
  readonly disposition: SendDisposition;
  /** The quote came, and the system had the order: CLOCK_MONOTONIC in µs. 0 where it has not fired. */
  readonly receivedMicros: number;
  /** Its frame was made. */
  readonly encodedMicros: number;
  readonly writtenMicros: number;
  /** The value that fired it. */
  readonly value: number | undefined;
}

/** Fires once at most. */
export interface ArmedOrder {
  /** `held`: armed, and the gateway cannot reach Interactive Brokers (1100): it does not fire before it can (1101, 1102). */
  readonly state: "armed" | "held" | ArmedEnd["state"];
  /** Never rejects. */
  readonly ended: Promise<ArmedEnd>;
  /** True: it was armed until now, and never fires. False: it has fired, though its end may not have been told yet, or is over. */
  disarm(): boolean;
}

export interface OrderTemplate {
  /**
   * Sends the order under the next order id, on the caller's stack.
   * @param change what differs this time
   * @throws IBKRError `ERR_IBKR_NOT_SENT` unless ready, `ERR_IBKR_ARGUMENT` for a value that is no number
   */
  send(change?: OrderChange): SentOrder;
  /**
   * The order is sent when a quote meets the condition, by whoever reads the socket, also while JavaScript is busy. Its
   * order id is taken when it fires. It does not survive the connection, nor its subscription.
   * @throws IBKRError `ERR_IBKR_CANNOT_ARM` unless ready, and for an order that the core has no frame for;
   *   `ERR_IBKR_ARM_TRANSPORT` on a connection over another transport than TCP; `ERR_IBKR_ARGUMENT` for options out of
   *   their range
   */
  arm(options: ArmOptions): ArmedOrder;
  /** Its memory is free; what is armed stays so. */
  close(): void;
}
