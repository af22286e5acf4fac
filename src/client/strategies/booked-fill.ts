import type { Contract, ExecutionDetail } from "../../domain/stock-types.js";
import { parseIBTime } from "../../time/ib-time.js";
import { type Money, moneyOf, type Quantity, quantityOf, type UnitPrice, unitPriceOf } from "./amounts.js";
import type { TimedFill } from "./cost-line.js";
import { prefixOf } from "./strategy-name.js";

/** An execution as lines have it; a correction, and its commission, change it in place. */
export interface BookedFill extends TimedFill {
  quantity: Quantity;
  unitPrice: UnitPrice;
  commission: Money;
  /** What its `orderRef` begins with; empty where that was not made here. */
  readonly prefix: string;
  /** What orders are counted by. */
  readonly order: string;
  /** Not an execution of its own: a commission in another currency, or a position that came by another way. */
  readonly isExtra: boolean;
}

/** Of a bond with a face value of 1,000, whose price is in percent. */
const BOND_POINT_VALUE = 10;

/** What one unit is worth when the price is 1, in the contract's currency. */
export function pointValueOf({ multiplier, secType }: Contract): number {
  const given = Number(multiplier ?? 0);
  if (Number.isFinite(given) && given > 0) return given;
  return secType === "BOND" ? BOND_POINT_VALUE : 1;
}

/** Buys and sales as gateways write them, of executions and of orders. */
const BUYS = new Set(["BOT", "BUY"]);

/** @param nowMs its time where it tells none */
export function bookedFill(detail: ExecutionDetail, orderRef: string, nowMs: number): BookedFill {
  const { execution } = detail;
  return {
    ...tradedIn(detail),
    commission: 0n,
    timeMs: parseIBTime(execution.time ?? "") ?? nowMs,
    prefix: prefixOf(orderRef),
    order: (execution.permId ?? 0) > 0 ? `${execution.permId}` : `${execution.clientId} ${execution.orderId}`,
    isExtra: false,
  };
}

/** What a correction changes. */
export function tradedIn({
  contract,
  execution,
}: ExecutionDetail): Pick<BookedFill, "quantity" | "unitPrice"> {
  const shares = quantityOf(finite(execution.shares));
  return {
    quantity: BUYS.has(execution.side ?? "") ? shares : -shares,
    unitPrice: unitPriceOf(finite(execution.price), pointValueOf(contract)),
  };
}

/** Undefined: none was reported; gateways write the highest double for what they do not know. */
export function reportedMoney(amount: number | undefined): Money | undefined {
  return amount === undefined || !Number.isFinite(amount) || Math.abs(amount) >= 1e300
    ? undefined
    : moneyOf(amount);
}

function finite(value: number | undefined): number {
  return value !== undefined && Number.isFinite(value) ? value : 0;
}
