import type { Side } from "../market/background.js";
import type { Instrument } from "../market/instrument.js";
import type { Quote } from "../market/quote.js";
import type { ContractFields } from "../model/contract.js";
import type { CommissionReportFields, ExecutionFields } from "../model/responses.js";
import type { Account } from "./account.js";
import type { OrderReject } from "./order-reject.js";
import type { WorkingOrder } from "./working-order.js";

export interface ExecutionRecord {
  order: WorkingOrder;
  /** What was traded: the order's instrument, or a leg of it. */
  instrument: Instrument;
  contract: ContractFields;
  execution: ExecutionFields;
  commission: CommissionReportFields;
  /** Seconds since 1970 UTC. */
  time: number;
}

/** Who an order belongs to. */
export interface OrderOwner {
  username: string;
  clientId: number;
}

/** One print of the tape. */
export interface TradePrint {
  price: number;
  size: number;
  /** The side that was traded with: `ask` when a buyer lifted it. */
  side: Side;
}

export interface OrderEvents {
  /** State or attributes of an order changed: OPEN_ORDER (unless it ended without a trade) and ORDER_STATUS. */
  order: [order: WorkingOrder];
  execution: [record: ExecutionRecord];
  commission: [record: ExecutionRecord];
  /** @param reason what error 202 says behind its colon; empty when a client cancelled */
  cancelled: [order: WorkingOrder, reason: string];
  /** An order of a family that was transmitted together is not taken. */
  rejected: [owner: OrderOwner, orderId: number, reason: OrderReject];
  /** An order is taken but not sent to the market before the instrument opens. */
  warned: [order: WorkingOrder, message: string];
  position: [account: Account, instrument: Instrument];
}

export interface ExchangeEvents extends OrderEvents {
  /** Best prices, sizes, last trade or statistics changed. */
  quote: [instrument: Instrument, quote: Quote];
  /** A trade, of the background or of clients' orders. */
  trade: [instrument: Instrument, print: TradePrint];
  /** All watched instruments have made a step. */
  stepped: [];
}
