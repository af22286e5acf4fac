/*
 * Figures over bars that lie in columns, the oldest first. Float rule: sums in that order, each onto 0, and one division
 * at the end.
 */

function sum(column: Float64Array): number {
  let total = 0;
  for (const value of column) total += value;
  return total;
}

/** Undefined without volume. */
export function volumeWeightedPrice(notional: Float64Array, volume: Float64Array): number | undefined {
  const traded = sum(volume);
  return traded === 0 ? undefined : sum(notional) / traded;
}

/** Each close weighted with its bar's length; bars by ticks that begin and end at once count nothing, unless all do. */
export function timeWeightedPrice(
  close: Float64Array,
  startMs: Float64Array,
  endMs: Float64Array,
): number | undefined {
  if (close.length === 0) return undefined;
  let weighted = 0;
  let time = 0;
  for (let i = 0; i < close.length; i++) {
    weighted += close[i] * (endMs[i] - startMs[i]);
    time += endMs[i] - startMs[i];
  }
  return time === 0 ? sum(close) / close.length : weighted / time;
}

/** Over the time from the first close to the last, or for `horizonMs`. Undefined without a return. */
export function realisedVolatility(
  close: Float64Array,
  endMs: Float64Array,
  horizonMs?: number,
): number | undefined {
  let squares = 0;
  let returns = 0;
  for (let i = 1; i < close.length; i++) {
    if (!(close[i - 1] > 0 && close[i] > 0)) continue;
    const change = Math.log(close[i] / close[i - 1]);
    squares += change * change;
    returns += 1;
  }
  if (returns === 0) return undefined;
  if (horizonMs === undefined) return Math.sqrt(squares);
  const spanMs = endMs[endMs.length - 1] - endMs[0];
  return spanMs > 0 ? Math.sqrt((squares * horizonMs) / spanMs) : undefined;
}
