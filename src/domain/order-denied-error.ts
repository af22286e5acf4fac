import { IBKRError } from "./ibkr-error.js";

/** What the risk gate says of an order that it does not let out (docs/risk.md). */
export interface OrderDenial {
  readonly orderId: number;
  /** A name of the table in docs/risk.md, such as `MAX_NOTIONAL`. */
  readonly denyCode: string;
  /** What was measured, in `unit`. */
  readonly measured: number;
  /** The limit that it passes, in `unit`; 0 where there is none. */
  readonly limit: number;
  readonly unit: string;
  /** Whose limit: `all`, or the name of an account or a strategy. */
  readonly riskScope: string;
}

/** The risk gate has denied an order, or a change of one: no byte of it has left. */
export class OrderDeniedError extends IBKRError implements OrderDenial {
  static {
    Object.defineProperty(OrderDeniedError.prototype, "name", {
      value: "OrderDeniedError",
      writable: true,
      configurable: true,
    });
  }

  readonly orderId: number;
  readonly denyCode: string;
  readonly measured: number;
  readonly limit: number;
  readonly unit: string;
  readonly riskScope: string;

  constructor(denial: OrderDenial, request = "placeOrder") {
    const { orderId, denyCode, measured, limit, unit, riskScope } = denial;
    const of = unit === "" ? "" : `: ${measured} ${unit} (limit: ${limit})`;
    const whose = riskScope === "all" ? "" : ` of ${riskScope}`;
    super(
      "ERR_IBKR_ORDER_DENIED",
      `${request} ${orderId} was denied by the risk gate: ${denyCode}${whose}${of}.`,
      {
        scope: "order",
        request,
      },
    );
    this.orderId = orderId;
    this.denyCode = denyCode;
    this.measured = measured;
    this.limit = limit;
    this.unit = unit;
    this.riskScope = riskScope;
  }
}
