import { refused } from "../domain/check.js";

/*
 * Historical simulation: what the positions of now would have made in each period of the past. Losses are above 0.
 *
 * VaR at confidence c is the smallest loss x of those n with at least n·c of them at most x: the ⌈n·c⌉-th smallest (the
 * inverse of the empirical distribution; definition 1 of Hyndman and Fan, Sample Quantiles in Statistical Packages, The
 * American Statistician 50, 1996). No value is made up between two that were.
 *
 * Expected shortfall is the mean of the worst n·(1 − c) losses, the one that is cut counted by its part:
 * Acerbi and Tasche, On the coherence of expected shortfall, Journal of Banking & Finance 26, 2002; the same as CVaR of
 * Rockafellar and Uryasev, Conditional value-at-risk for general loss distributions, ibid.
 */

export interface TailRisk {
  /** At `confidence`; below 0 where even that period had a gain. */
  readonly valueAtRisk: number;
  /** Never below `valueAtRisk`. */
  readonly expectedShortfall: number;
  readonly confidence: number;
  /** How many losses it is made of. */
  readonly scenarios: number;
}

/** A share of a share: products such as 100 × 0.95 are whole numbers but for it. */
const ROUNDING = 1e-9;

/**
 * @param confidence 0.5 to 0.9999, default 0.99
 * @throws IBKRError `ERR_IBKR_ARGUMENT` for one out of range, a loss that is no number, or fewer losses than 1 / (1 −
 * confidence): the tail would have none
 */
export function tailRiskOf(losses: readonly number[], confidence = 0.99): TailRisk {
  if (!(confidence >= 0.5 && confidence <= 0.9999))
    throw refused("confidence", confidence, "a number from 0.5 to 0.9999", "ERR_IBKR_ARGUMENT");
  const scenarios = losses.length;
  const tail = scenarios * (1 - confidence);
  if (tail < 1 - ROUNDING) {
    const least = Math.ceil(1 / (1 - confidence) - ROUNDING);
    throw refused("losses", scenarios, `${least} or more with confidence ${confidence}`, "ERR_IBKR_ARGUMENT");
  }
  const sorted = Float64Array.from(losses).sort();
  if (Number.isNaN(sorted[scenarios - 1]))
    throw refused("losses", Number.NaN, "numbers", "ERR_IBKR_ARGUMENT");
  const rank = Math.ceil(scenarios * confidence - ROUNDING);
  const valueAtRisk = sorted[rank - 1];
  // Those beyond it whole, and of it what is missing to n·(1 − c).
  let beyond = 0;
  for (let i = rank; i < scenarios; i++) beyond += sorted[i];
  const part = tail - (scenarios - rank);
  return {
    valueAtRisk,
    expectedShortfall: (beyond + part * valueAtRisk) / tail,
    confidence,
    scenarios,
  };
}

/** A position, and what its instrument did. */
export interface HistoricalPosition {
  /** What it is called where something is wrong with it. */
  readonly name: string;
  /** In the base currency, below 0 for a short one: quantity × price × multiplier × rate. */
  readonly value: number;
  /** Closes by time; prices above 0. */
  readonly bars: readonly { readonly timeMs: number; readonly close: number }[];
}

export interface HistoricalLosses {
  /** One of each period, in the base currency, by time. */
  readonly losses: readonly number[];
  /** When each of them ended. */
  readonly timesMs: readonly number[];
  /** Bars that were left out, because another instrument has none of the time. */
  readonly unmatched: number;
}

/**
 * What the positions would have lost in each period: −Σ value × (close / close `horizon` bars before − 1). Periods are those
 * whose bars all instruments have; with a horizon above 1 they overlap. Right for what is worth its quantity times a price:
 * an option's value does not follow its underlying so, and needs bars of its own.
 * @param horizon in bars, from 1 on, default 1
 * @throws IBKRError `ERR_IBKR_ARGUMENT` for a horizon that is none, and a close that is not above 0
 */
export function historicalLosses(positions: readonly HistoricalPosition[], horizon = 1): HistoricalLosses {
  if (!(Number.isInteger(horizon) && horizon >= 1))
    throw refused("horizon", horizon, "a number of bars from 1 on", "ERR_IBKR_ARGUMENT");
  const closes = positions.map(closesOf);
  const times = commonTimes(closes);
  const losses: number[] = [];
  for (let i = horizon; i < times.length; i++) {
    let loss = 0;
    for (const [at, { value }] of positions.entries()) {
      const before = closes[at].get(times[i - horizon])!;
      loss -= value * (closes[at].get(times[i])! / before - 1);
    }
    losses.push(loss);
  }
  const bars = closes.reduce((sum, { size }) => sum + size, 0);
  return { losses, timesMs: times.slice(horizon), unmatched: bars - times.length * positions.length };
}

function closesOf({ name, bars }: HistoricalPosition): Map<number, number> {
  const bad = bars.find(({ close }) => !(close > 0 && close < Number.POSITIVE_INFINITY));
  if (bad !== undefined) throw refused(`close of ${name}`, bad.close, "a price above 0", "ERR_IBKR_ARGUMENT");
  return new Map(bars.map(({ timeMs, close }) => [timeMs, close]));
}

function commonTimes(closes: readonly ReadonlyMap<number, number>[]): number[] {
  const [first, ...others] = closes;
  if (first === undefined) return [];
  return [...first.keys()].filter((time) => others.every((other) => other.has(time))).sort((a, b) => a - b);
}
