import { refused } from "../domain/check.js";

/** What fills a bar. */
export type BarsBy = "time" | "ticks" | "volume" | "notional";

export const BAR_PRICES = ["trades", "mid", "bid", "ask"] as const;
/** The prices that bars are made of. */
export type BarPriceName = (typeof BAR_PRICES)[number];

/** A size as it was read. */
export interface BarSize {
  readonly by: BarsBy;
  /** Time: seconds; ticks: how many; volume: shares or contracts; notional: money. */
  readonly size: number;
  readonly price: BarPriceName;
}

/** What is allowed, as the end of a message that refuses another size. */
export const A_BAR_SIZE =
  'a size such as "1s", "5m", "1h", "1d", "1 min", "100 ticks", "10_000 volume", "1_000_000 notional", and behind it ' +
  "mid, bid or ask where it is no bar of trades; time from 1 ms to 31 days";

const SECONDS: Readonly<Record<string, number>> = {
  ...{ ms: 0.001, s: 1, sec: 1, secs: 1, m: 60, min: 60, mins: 60 },
  ...{ h: 3_600, hour: 3_600, hours: 3_600, d: 86_400, day: 86_400, days: 86_400 },
};
const OTHERS: Readonly<Record<string, Exclude<BarsBy, "time">>> = {
  ...{ tick: "ticks", ticks: "ticks", volume: "volume", notional: "notional" },
};
/** The units of names, the largest first. */
const NAMED_UNITS = ["d", "h", "m", "s", "ms"] as const;

const MOST_SECONDS = 31 * 86_400;
const FORM = /^(\d{1,3}(?:,\d{3})+|\d+(?:_\d+)*)(\.\d+)? ?([a-z]+)(?: (mid|bid|ask))?$/;

/**
 * A size as people and IB name it: `"5m"`, `"5 mins"`, `"100 ticks"`, `"10_000 volume"`, `"1m mid"`.
 * @returns undefined for a text that names none
 */
export function parseBarSize(text: string): BarSize | undefined {
  const [, whole, fraction = "", unit, price = "trades"] = FORM.exec(text.trim()) ?? [];
  if (whole === undefined) return undefined;
  const count = Number(whole.replaceAll(/[_,]/g, "") + fraction);
  if (!Number.isFinite(count) || count <= 0) return undefined;
  const of = { price: price as BarPriceName };
  const seconds = Object.hasOwn(SECONDS, unit) ? SECONDS[unit] : undefined;
  if (seconds !== undefined) {
    const ms = Math.round(count * seconds * 1_000);
    const isWhole = fraction === "" && ms >= 1 && ms <= MOST_SECONDS * 1_000;
    return isWhole ? { ...of, by: "time", size: ms / 1_000 } : undefined;
  }
  const by = Object.hasOwn(OTHERS, unit) ? OTHERS[unit] : undefined;
  if (by === undefined) return undefined;
  if (by === "ticks")
    return Number.isSafeInteger(count) && fraction === "" ? { ...of, by, size: count } : undefined;
  // What is written with an exponent has no name.
  if (price !== "trades" || String(count).includes("e")) return undefined;
  return { ...of, by, size: count };
}

/** The one name of a size: `"60 secs"` and `"1 min"` are `"1m"`; `"10_000 volume"` is `"10000 volume"`. */
export function nameOfBarSize({ by, size, price }: BarSize): string {
  const of = price === "trades" ? "" : ` ${price}`;
  if (by !== "time") return `${size} ${by}${of}`;
  const ms = Math.round(size * 1_000);
  for (const unit of NAMED_UNITS) {
    const length = Math.round(SECONDS[unit] * 1_000);
    if (ms % length === 0) return `${ms / length}${unit}${of}`;
  }
  return `${ms}ms${of}`;
}

/**
 * That of several series which has a size.
 * @throws IBKRError `ERR_IBKR_ARGUMENT` for a size that there is not
 */
export function seriesOf<T extends { readonly name: string }>(size: string, all: readonly T[]): T {
  const read = typeof size === "string" ? parseBarSize(size) : undefined;
  const wanted = read && nameOfBarSize(read);
  const found = all.find(({ name }) => name === wanted);
  if (found !== undefined) return found;
  const names = all.map(({ name }) => name).join(", ");
  throw refused("size", size, names === "" ? "none: it has no bars" : names, "ERR_IBKR_ARGUMENT");
}
