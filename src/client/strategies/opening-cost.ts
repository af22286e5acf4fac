import { type Money, magnitude, type Quantity, shareOf } from "./amounts.js";
import type { BookedFill } from "./booked-fill.js";

/** What an execution had realised, as its commission report says; undefined where it does not say. */
export type RealizedOf = (fill: BookedFill) => Money | undefined;

/**
 * What a position had cost before executions, from what it costs behind them: the average-cost method backwards. An
 * execution that opens has added to the cost, one that closes a part has left the average as it was; what one that closes all
 * has closed had cost what its report says was realised, less.
 * @returns undefined where that is not told: the cost cannot be known
 */
export function openingCost(
  quantity: Quantity,
  cost: Money,
  fills: readonly BookedFill[],
  realizedOf: RealizedOf,
): Money | undefined {
  let [held, paid]: [Quantity, Money | undefined] = [quantity, cost];
  for (const fill of fills.toReversed()) {
    const before = held - fill.quantity;
    if (fill.quantity !== 0n) paid = costBefore(before, held, paid, fill, realizedOf);
    held = before;
  }
  return held === 0n ? 0n : paid;
}

function costBefore(
  before: Quantity,
  after: Quantity,
  paid: Money | undefined,
  fill: BookedFill,
  realizedOf: RealizedOf,
): Money | undefined {
  if (before === 0n) return 0n;
  const isSameSide = before > 0n === after > 0n && after !== 0n;
  if (isSameSide && magnitude(after) > magnitude(before))
    return paid === undefined ? undefined : paid - fill.quantity * fill.unitPrice - fill.commission;
  if (isSameSide) return paid === undefined ? undefined : shareOf(paid, magnitude(before), magnitude(after));
  // All of it was closed: -C = realised - what came in + the commission of closing.
  const realized = realizedOf(fill);
  if (realized === undefined) return undefined;
  const commission = shareOf(fill.commission, magnitude(before), magnitude(fill.quantity));
  return before * fill.unitPrice - commission - realized;
}
