/** A value at a time. */
export interface EquityPoint {
  /** Milliseconds since 1970. */
  readonly timeMs: number;
  readonly value: number;
}

/** The way from a high to the lowest point behind it. */
export interface Drawdown {
  /** high − low, in the values' unit. */
  readonly amount: number;
  /** 100 × amount / high; undefined where the high is not above 0. */
  readonly percent: number | undefined;
  readonly high: EquityPoint;
  readonly low: EquityPoint;
}

export interface Drawdowns {
  /** The largest by amount; of equals the first. */
  readonly largest: Drawdown;
  /** From the highest value to the last one: what there is now. */
  readonly current: Drawdown;
  /** The longest span from a high to when it was reached again, or to the end; milliseconds. */
  readonly longestMs: number;
}

/** Of values in the order of their times: one pass. Undefined: there are none. */
export function drawdownsOf(points: Iterable<EquityPoint>): Drawdowns | undefined {
  let high: EquityPoint | undefined;
  let last: EquityPoint | undefined;
  let largest: Drawdown | undefined;
  let longestMs = 0;
  for (const point of points) {
    if (high === undefined || point.value >= high.value) {
      // Below the high in between, or the points would not be two highs that follow each other.
      if (high !== undefined && last !== high) longestMs = Math.max(longestMs, point.timeMs - high.timeMs);
      high = point;
    }
    if (largest === undefined || high.value - point.value > largest.amount) largest = between(high, point);
    last = point;
  }
  if (high === undefined || last === undefined || largest === undefined) return undefined;
  if (last !== high) longestMs = Math.max(longestMs, last.timeMs - high.timeMs);
  return { largest, current: between(high, last), longestMs };
}

function between(high: EquityPoint, low: EquityPoint): Drawdown {
  const amount = high.value - low.value;
  return { amount, percent: high.value > 0 ? (100 * amount) / high.value : undefined, high, low };
}
