import type { Instrument } from "../market/instrument.js";

/** Margin as a share of a position's market value. */
interface MarginRates {
  initial: number;
  maintenance: number;
}

const STOCK: MarginRates = { initial: 0.3, maintenance: 0.25 };
const FULL: MarginRates = { initial: 1, maintenance: 1 };

const RATES: Readonly<Record<string, { long: MarginRates; short: MarginRates }>> = {
  FUT: both({ initial: 0.07, maintenance: 0.0636 }),
  CASH: both({ initial: 0.03, maintenance: 0.025 }),
  CFD: both({ initial: 0.2, maintenance: 0.2 }),
  BOND: both({ initial: 0.25, maintenance: 0.2 }),
  // A bought option is paid for; a written one is asked a multiple of what it brought in.
  OPT: { long: FULL, short: { initial: 5, maintenance: 5 } },
  FOP: { long: FULL, short: { initial: 5, maintenance: 5 } },
  WAR: { long: FULL, short: { initial: 5, maintenance: 5 } },
  CRYPTO: both(FULL),
  FUND: both(FULL),
};

/** Initial margin of stocks as a share of their value: buying power is the inverse of it. */
export const STOCK_INITIAL_MARGIN = STOCK.initial;

/** Types whose profit is settled in cash every day instead of the position being paid for. */
export function isSettledDaily(instrument: Instrument): boolean {
  return instrument.secType === "FUT" || instrument.secType === "CFD";
}

/** Margin of a position worth `value` (negative: short) in whatever currency `value` is in. */
export function marginFor(instrument: Instrument, value: number): MarginRates {
  const byType = RATES[instrument.secType];
  const rate = byType === undefined ? STOCK : value >= 0 ? byType.long : byType.short;
  return { initial: Math.abs(value) * rate.initial, maintenance: Math.abs(value) * rate.maintenance };
}

function both(rate: MarginRates): { long: MarginRates; short: MarginRates } {
  return { long: rate, short: rate };
}
