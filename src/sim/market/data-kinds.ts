import type { Instrument } from "./instrument.js";

const QUOTED = ["MIDPOINT", "BID", "ASK", "BID_ASK"];
const VOLATILITIES = ["HISTORICAL_VOLATILITY", "OPTION_IMPLIED_VOLATILITY"];
const YIELDS = ["YIELD_BID", "YIELD_ASK", "YIELD_BID_ASK", "YIELD_LAST"];
export const TRADED: readonly string[] = ["TRADES", "AGGTRADES", "ADJUSTED_LAST"];

/** What historical data may show, by security type; {@link OTHERS} of types that are not listed. */
const KINDS: Readonly<Record<string, readonly string[]>> = {
  STK: [...TRADED, ...QUOTED, ...VOLATILITIES],
  // Nobody quotes an index.
  IND: [...TRADED, ...VOLATILITIES],
  // Pairs are quoted; who trades with whom nobody tells.
  CASH: QUOTED,
  BOND: [...TRADED, ...QUOTED, ...YIELDS],
};
const OTHERS = [...TRADED, ...QUOTED];

/** How errors of the historical data service call what is shown. */
const NAMES: Readonly<Record<string, string>> = {
  MIDPOINT: "Midpoint",
  BID_ASK: "BidAsk",
  BID: "Bid",
  ASK: "Ask",
};

export const ALL_KINDS: readonly string[] = [...TRADED, "SCHEDULE", ...QUOTED, ...VOLATILITIES, ...YIELDS];

/** Whether there are last prices and volumes of an instrument. */
export function hasTrades({ secType, tradable }: Instrument): boolean {
  return tradable && secType !== "CASH";
}

export interface KindRefusal {
  readonly code: 162 | 10299;
  readonly text: string;
}

/**
 * Why there is no such history of an instrument, or `undefined`; kinds that nobody has are not looked at.
 * @param seconds length of a bar, 0 for ticks and head timestamps
 */
export function kindRefusal(
  instrument: Instrument,
  whatToShow: string,
  seconds: number,
): KindRefusal | undefined {
  const kind = whatToShow.trim().toUpperCase() || "TRADES";
  const { secType } = instrument;
  if (secType === "CRYPTO" && kind === "TRADES" && seconds > 0)
    return { code: 10299, text: "Expected what to show is AGGTRADES, please use that instead of TRADES." };
  if (!ALL_KINDS.includes(kind) || kind === "SCHEDULE" || (KINDS[secType] ?? OTHERS).includes(kind))
    return undefined;
  return { code: 162, text: noHistory(instrument, `${NAMES[kind] ?? "Last"} ${seconds}`) };
}

/** @param what kind and seconds, as a gateway's data service names them */
export function noHistory({ symbol, secType, exchange }: Instrument, what: string): string {
  return `No historical market data for ${symbol}/${secType}@${exchange} ${what}`;
}

/**
 * Yield to maturity in percent by the usual short form: what a year brings, by what is paid in the middle of the way.
 * @param price in percent of the face value @param nowSeconds since 1970 UTC
 */
export function bondYield({ bond }: Instrument, price: number, nowSeconds: number): number {
  const { coupon, maturity } = bond!;
  const end = Date.UTC(
    Number(maturity.slice(0, 4)),
    Number(maturity.slice(4, 6)) - 1,
    Number(maturity.slice(6, 8)),
  );
  const years = Math.max(1 / 365, (end / 1000 - nowSeconds) / (365.25 * 86_400));
  return Number(((100 * (coupon + (100 - price) / years)) / ((100 + price) / 2)).toFixed(4));
}
