/** What is held of one instrument, and what a unit of it is worth. */
export interface ValuedPosition {
  /** Below 0: sold short. */
  readonly quantity: number;
  readonly price: number;
  /** Default 1. */
  readonly multiplier?: number | undefined;
  /** Base currency for one of its currency. Default 1. */
  readonly rate?: number | undefined;
}

/** In the base currency. */
export interface Exposure {
  /** Σ of the values above 0, and of the sizes of those below. */
  readonly long: number;
  readonly short: number;
  /** long + short. */
  readonly gross: number;
  /** long − short. */
  readonly net: number;
  /** gross / equity; undefined: equity is not known. Infinity where it is 0 or below and something is held. */
  readonly leverage: number | undefined;
}

/** quantity × price × multiplier × rate: below 0 for what was sold short, or has a price below 0. */
export function marketValueOf({ quantity, price, multiplier = 1, rate = 1 }: ValuedPosition): number {
  return quantity * price * multiplier * rate;
}

/** @param equity net liquidation in the base currency, where it is known */
export function exposureOf(positions: Iterable<ValuedPosition>, equity?: number): Exposure {
  let long = 0;
  let short = 0;
  for (const position of positions) {
    const value = marketValueOf(position);
    if (value > 0) long += value;
    else short -= value;
  }
  const gross = long + short;
  return { long, short, gross, net: long - short, leverage: leverageOf(gross, equity) };
}

function leverageOf(gross: number, equity: number | undefined): number | undefined {
  if (equity === undefined || Number.isNaN(equity)) return undefined;
  if (gross === 0) return 0;
  return equity > 0 ? gross / equity : Number.POSITIVE_INFINITY;
}
