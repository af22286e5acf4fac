import { startOfUtcDay, utcDay } from "../../time/ib-date-time.js";
import { isUsHoliday } from "../../time/us-holidays.js";
import type { Instrument } from "./instrument.js";
import { hashText } from "./random.js";

const DAY_MS = 86_400_000;
const FRIDAY = 5;
const WEEKLIES = 6;
const MONTHS = 6;
/** Long-dated expiries: January, June and December of the years that follow. */
const LONG_MONTHS = [1, 6, 12];
const LONG_YEARS = 3;

/** When the options of an underlying expire, `yyyymmdd` in order: weeks, months, then long-dated ones. */
export function expirations(todaySeconds: number): string[] {
  const today = new Date(todaySeconds * 1000);
  const year = today.getUTCFullYear();
  const month = today.getUTCMonth();
  const days = new Set<string>();
  const untilFriday = (FRIDAY - today.getUTCDay() + 7) % 7;
  for (let i = 0; i < WEEKLIES; i++) {
    days.add(tradingDay(Date.UTC(year, month, today.getUTCDate() + untilFriday + 7 * i)));
  }
  for (let i = 0; i < MONTHS; i++) days.add(thirdFriday(year, month + i + 1));
  for (let y = year; y <= year + LONG_YEARS; y++) {
    for (const m of LONG_MONTHS) days.add(thirdFriday(y, m));
  }
  const first = utcDay(today.getTime());
  return [...days].filter((day) => day >= first).sort();
}

/** The monthly expiry. @param month 1 is January; beyond 12 it runs on */
export function thirdFriday(year: number, month: number): string {
  const first = new Date(Date.UTC(year, month - 1, 1));
  const friday = 15 + ((FRIDAY - first.getUTCDay() + 7) % 7);
  return tradingDay(Date.UTC(first.getUTCFullYear(), first.getUTCMonth(), friday));
}

/** Steps of a strike ladder as shares of the price: fine near the money, coarse far away. */
const STEPS = [0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000];

/** Strikes around a price, ascending. @param wide share of the price the ladder reaches up and down */
export function strikes(price: number, wide = 0.6): number[] {
  const near = stepFor(price / 300);
  const far = stepFor(price / 120);
  const ladder = new Set<number>();
  const low = Math.max(far, price * (1 - wide));
  const high = price * (1 + wide);
  for (let i = Math.ceil(low / far); i * far <= high; i++) ladder.add(i * far);
  for (let i = Math.ceil((price * 0.8) / near); i * near <= price * 1.2; i++) ladder.add(i * near);
  return [...ladder].sort((a, b) => a - b);
}

function stepFor(size: number): number {
  return STEPS.find((step) => step >= size) ?? STEPS[STEPS.length - 1];
}

/** Yearly volatility of an underlying, as a fraction: made up from its name, lower for funds and indices. */
export function volatilityOf({
  symbol,
  secType,
  stockType,
}: Pick<Instrument, "symbol" | "secType" | "stockType">): number {
  const broad = secType !== "STK" || stockType === "ETF";
  const unit = hashText(`volatility|${symbol}`) / 4294967296;
  return broad ? 0.13 + 0.08 * unit : 0.22 + 0.3 * unit;
}

/** Volatility at a strike: it smiles. @param moneyness strike divided by the underlying's price */
export function smile(volatility: number, moneyness: number): number {
  const distance = Math.log(moneyness);
  return (
    volatility * (1 - 0.25 * Math.max(-1, Math.min(1, distance)) + 0.5 * Math.min(1, distance * distance))
  );
}

/** `SPY   281215C00750000`: root in six places, date, side, strike in thousandths. */
export function optionSymbol(root: string, expiry: string, right: "C" | "P", strike: number): string {
  const thousandths = String(Math.round(strike * 1000)).padStart(8, "0");
  return `${root.padEnd(6)}${expiry.slice(2)}${right}${thousandths}`;
}

/** Years from now to the close of the day of expiry. @param expiry `yyyymmdd` @param nowSeconds since 1970 UTC */
export function yearsTo(expiry: string, nowSeconds: number): number {
  const close = startOfUtcDay(expiry) / 1000 + 21 * 3600;
  return Math.max(0, close - nowSeconds) / (365 * 86_400);
}

/** A date, or the day before it when the exchange is closed. */
function tradingDay(time: number): string {
  const day = utcDay(time);
  return isUsHoliday(day) ? utcDay(time - DAY_MS) : day;
}
