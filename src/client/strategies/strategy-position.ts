import type { Contract } from "../../domain/stock-types.js";
import { moneyNumber, perUnit, quantityNumber, unitPriceOf } from "./amounts.js";
import { type BookedFill, pointValueOf } from "./booked-fill.js";
import type { ContractLines } from "./contract-lines.js";
import type { CostLine } from "./cost-line.js";
import type { StrategyQuote } from "./strategy-host.js";

/** What a strategy holds of a contract, as if it were alone in the account. Amounts are in {@link currency}. */
export interface StrategyPosition {
  readonly account: string;
  readonly contract: Contract;
  readonly currency: string;
  /** Shares or contracts; below 0: sold short. */
  readonly quantity: number;
  /** Per unit, multiplier and commissions included, as gateways tell it; undefined where nothing is held. */
  readonly averageCost: number | undefined;
  /** Since the strategy's first execution here, after commissions. */
  readonly realizedPnl: number;
  /** Undefined: there is no price. */
  readonly unrealizedPnl: number | undefined;
  readonly marketValue: number | undefined;
  /** Since the strategy's first execution here. */
  readonly commission: number;
}

/** What something is valued at: the mark, else the last price, else what lies between bid and ask. */
export function markPriceOf(quote: StrategyQuote | undefined): number | undefined {
  if (quote === undefined) return undefined;
  const { mark, last, bid, ask } = quote;
  const middle = isPrice(bid) && isPrice(ask) ? (bid + ask) / 2 : undefined;
  return [mark, last, middle].find(isPrice);
}

function isPrice(price: number | undefined): price is number {
  return price !== undefined && Number.isFinite(price);
}

export function positionOf(
  { account, contract, currency }: ContractLines,
  line: CostLine<BookedFill>,
  markPrice: number | undefined,
): StrategyPosition {
  const { quantity, cost, realized, commission } = line.state;
  const value =
    quantity === 0n
      ? 0n
      : markPrice === undefined
        ? undefined
        : quantity * unitPriceOf(markPrice, pointValueOf(contract));
  return {
    ...{ account, contract, currency },
    quantity: quantityNumber(quantity),
    averageCost: quantity === 0n ? undefined : quantityNumber(perUnit(cost, quantity)),
    realizedPnl: moneyNumber(realized),
    unrealizedPnl: value === undefined ? undefined : moneyNumber(value - cost),
    marketValue: value === undefined ? undefined : moneyNumber(value),
    commission: moneyNumber(commission),
  };
}
