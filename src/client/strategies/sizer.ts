import { refused } from "../../domain/check.js";
import type { Contract, Order } from "../../domain/stock-types.js";
import type { StrategyQuote } from "./strategy-host.js";
import type { StrategyPosition } from "./strategy-position.js";

/** What a sizer decides by. */
export interface SizerContext {
  /** The strategy's name. */
  readonly strategy: string;
  readonly contract: Contract;
  readonly order: Readonly<Order>;
  readonly action: "BUY" | "SELL";
  /** Shares or contracts that the order asks for; undefined of orders that name an amount of money. */
  readonly quantity: number | undefined;
  /** Undefined: nothing is subscribed to that tells it. */
  readonly quote: StrategyQuote | undefined;
  /** What the strategy holds of it, in the order's account where it names one; undefined: nothing. */
  readonly position: StrategyPosition | undefined;
  /** What the account is worth, in its currency; undefined: not told yet. */
  readonly equity: number | undefined;
}

/**
 * How much of an order is sent: shares or contracts, or undefined for no order. What it throws is thrown by the call that
 * would have sent the order.
 */
export type Sizer = (context: SizerContext) => number | undefined;

/**
 * What a sizer makes of an order; undefined: it is not to be sent.
 * @throws IBKRError `ERR_IBKR_ARGUMENT` for a quantity that is none; whatever the sizer throws
 */
export function sized(sizer: Sizer, context: SizerContext, order: Order): Order | undefined {
  const quantity: unknown = sizer(context);
  if (quantity === undefined) return undefined;
  if (typeof quantity !== "number" || !Number.isFinite(quantity) || quantity <= 0)
    throw refused(
      "the sizer's quantity",
      quantity instanceof Promise ? "a promise" : quantity,
      "a number above 0, or undefined for no order",
      "ERR_IBKR_ARGUMENT",
    );
  const { cashQty: _amount, ...others } = order;
  return { ...others, totalQuantity: quantity };
}
