import type { Contract } from "../../domain/stock-types.js";
import { anyText, fields, instance, listOf } from "../../validation/rules.js";
import { type Money, moneyIn, moneyText, type Quantity, quantityIn, quantityText } from "./amounts.js";
import type { PositionBook } from "./position-book.js";

/**
 * What a strategy holds, to be kept for another day: gateways tell of the executions of a day or a week, and of no earlier
 * ones. Data that JSON has as well; amounts are texts, with all their digits.
 */
export interface StrategyHolding {
  readonly account: string;
  readonly contract: Contract;
  readonly quantity: string;
  /** What was paid for it in all, commissions included; below 0 of what was sold short. */
  readonly cost: string;
}

/** What a strategy held at a moment. @param timeMs ms since 1970 UTC: executions from then on are left out */
export function holdingsOf(book: PositionBook, prefix: string, timeMs: number): StrategyHolding[] {
  const out: StrategyHolding[] = [];
  for (const lines of book.all) {
    const state = lines.line(prefix)?.before(timeMs);
    if (state === undefined || state.quantity === 0n) continue;
    const { account, contract } = lines;
    out.push({ account, contract, quantity: quantityText(state.quantity), cost: moneyText(state.cost) });
  }
  return out;
}

export interface CheckedHolding {
  readonly account: string;
  readonly contract: Contract;
  readonly quantity: Quantity;
  readonly cost: Money;
}

const A_CONTRACT = "a contract with a conId above 0";
const isQualified = (value: unknown): boolean => {
  const conId = (value as Contract | null | undefined)?.conId;
  return Number.isInteger(conId) && (conId as number) > 0;
};

export const holdingsRule = () =>
  listOf(
    fields({
      account: anyText(),
      contract: instance<Contract>(isQualified, A_CONTRACT),
      quantity: decimal(quantityIn, "a decimal as text, with up to 8 digits behind the point"),
      cost: decimal(moneyIn, "a decimal as text, with up to 16 digits behind the point"),
    }),
    "a list of holdings",
  );

function decimal(read: (text: string) => bigint | undefined, error: string) {
  return instance<string>((value) => read(value as string) !== undefined, error).transform(
    (value) => read(value) as bigint,
  );
}
