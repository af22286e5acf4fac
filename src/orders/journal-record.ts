/*
 * The records of an order's journal as objects: docs/orders.md has the table, native/core/journal/journal_layout.hpp the
 * bytes. What is not set is undefined.
 */

/** What every record has. */
export interface JournalRecordHead {
  /** Microseconds since 1970, by the clock of who appended it. */
  readonly timeMicros: number;
  readonly orderId?: number;
  /** Of an armed order, before and after it has an order id. */
  readonly armId?: number;
  /** The account-wide id, once it is known. */
  readonly permId?: number;
}

/** What is kept of an order: enough to show it, and to find it among those that the gateway tells of. */
export interface JournaledOrder {
  /** `prefix:ULID`, the idempotency key. */
  readonly orderRef: string;
  readonly conId?: number;
  readonly symbol?: string;
  readonly secType?: string;
  readonly lastTradeDate?: string;
  readonly strike?: number;
  readonly right?: string;
  readonly multiplier?: number;
  readonly exchange?: string;
  readonly primaryExchange?: string;
  readonly currency?: string;
  readonly localSymbol?: string;
  readonly tradingClass?: string;
  readonly account?: string;
  readonly action?: string;
  readonly orderType?: string;
  readonly timeInForce?: string;
  /** A text where it was given as one. */
  readonly quantity?: number | string;
  readonly cashQuantity?: number;
  readonly limitPrice?: number;
  readonly auxPrice?: number;
  readonly parentId?: number;
  readonly ocaGroup?: string;
  readonly goodAfterTime?: string;
  readonly goodTillDate?: string;
  /** `transmit` is false. */
  readonly held?: boolean;
  readonly outsideRth?: boolean;
  readonly hidden?: boolean;
}

/** When an armed order is fired. */
export interface JournaledTrigger {
  /** A value of the quote board: `ask`. */
  readonly field: string;
  /** `<=`, `>=`, … */
  readonly operator: string;
  readonly price: number;
  /** Milliseconds since 1970. */
  readonly expiresMs?: number;
}

/** What is known of an order's bytes: none left, all are with the system, or nobody can know. */
export type JournaledDisposition = "unsent" | "written" | "unknown";

export interface JournaledFill {
  readonly execId: string;
  /** `BOT` or `SLD`. */
  readonly side?: string;
  readonly exchange?: string;
  /** As the gateway wrote it. */
  readonly time?: string;
  readonly account?: string;
  readonly quantity?: number;
  readonly price?: number;
  readonly cumulativeQuantity?: number;
  readonly averagePrice?: number;
}

export interface JournaledCommission {
  readonly execId: string;
  readonly currency?: string;
  readonly commission?: number;
  readonly realizedPnl?: number;
  readonly yield?: number;
}

export interface JournaledStatus {
  readonly status: string;
  readonly whyHeld?: string;
  readonly filled?: number;
  readonly remaining?: number;
  readonly averagePrice?: number;
  readonly lastPrice?: number;
  readonly marketCapPrice?: number;
}

export interface JournaledEnd {
  /** IB's last status, or the code of a denial. */
  readonly status: string;
  readonly reason?: string;
  readonly gatewayCode?: number;
  readonly filled?: number;
  readonly averagePrice?: number;
}

export type JournalRecord = JournalRecordHead &
  (
    | {
        kind: "sessionBegin";
        program: string;
        processId?: number;
        serverVersion?: number;
        nextOrderId?: number;
      }
    | { kind: "sessionEnd"; reason: string }
    /** Order ids below `highWater` may be in use. */
    | { kind: "idBlock"; highWater: number }
    | { kind: "intent"; modify: boolean; order: JournaledOrder }
    | { kind: "armed"; order: JournaledOrder; trigger: JournaledTrigger }
    | { kind: "fired"; triggerPrice?: number; quotePrice?: number }
    | { kind: "disarmed"; reason: string }
    | { kind: "sent"; disposition: JournaledDisposition }
    | { kind: "acknowledged" }
    | { kind: "status"; status: JournaledStatus }
    | { kind: "fill"; fill: JournaledFill }
    | { kind: "commission"; commission: JournaledCommission }
    | { kind: "cancelRequested" }
    | { kind: "unknown"; reason: string }
    | { kind: "done"; end: JournaledEnd }
    | { kind: "denied"; modify: boolean; end: JournaledEnd }
    | { kind: "reconcileBegin" }
    | { kind: "reconcileEnd"; openOrders?: number; executions?: number; unknown?: number }
  );
