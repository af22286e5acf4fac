/** Interest and dividend yield the simulated exchange prices options with, per year, continuously compounded. */
const INTEREST_RATE = 0.04;
const DIVIDEND_YIELD = 0.01;

/** A European option at one moment. */
export interface OptionTerms {
  strike: number;
  /** Years to expiry, 0 or more. */
  years: number;
  call: boolean;
  /** Per year; futures options carry 0. Default {@link DIVIDEND_YIELD}. */
  dividendYield?: number;
}

export interface OptionValues {
  price: number;
  delta: number;
  gamma: number;
  /** Change of the price per percentage point of volatility. */
  vega: number;
  /** Change of the price per calendar day. */
  theta: number;
  /** Present value of the dividends until expiry, per share of the underlying. */
  pvDividend: number;
}

/**
 * Black, Scholes and Merton's value of an option and its derivatives.
 * @param underlying price of the underlying, above 0
 * @param volatility per year as a fraction, 0 or more
 */
export function valueOption(terms: OptionTerms, underlying: number, volatility: number): OptionValues {
  const { strike, years, call } = terms;
  const q = terms.dividendYield ?? DIVIDEND_YIELD;
  const sign = call ? 1 : -1;
  const growth = Math.exp(-q * years);
  const discount = Math.exp(-INTEREST_RATE * years);
  const pvDividend = underlying * (1 - growth);
  const spread = volatility * Math.sqrt(years);
  if (spread < 1e-9 || strike <= 0) {
    const forward = underlying * growth - strike * discount;
    const inside = sign * forward > 0;
    return {
      price: Math.max(0, sign * forward),
      delta: inside ? sign * growth : 0,
      gamma: 0,
      vega: 0,
      theta: 0,
      pvDividend,
    };
  }
  const d1 = (Math.log(underlying / strike) + (INTEREST_RATE - q) * years) / spread + spread / 2;
  const d2 = d1 - spread;
  const density = Math.exp((-d1 * d1) / 2) / Math.sqrt(2 * Math.PI);
  const n1 = normal(sign * d1);
  const n2 = normal(sign * d2);
  const decay = (underlying * growth * density * volatility) / (2 * Math.sqrt(years));
  const carry = sign * (q * underlying * growth * n1 - INTEREST_RATE * strike * discount * n2);
  return {
    price: sign * (underlying * growth * n1 - strike * discount * n2),
    delta: sign * growth * n1,
    gamma: (growth * density) / (underlying * spread),
    vega: (underlying * growth * density * Math.sqrt(years)) / 100,
    theta: (carry - decay) / 365,
    pvDividend,
  };
}

const MAX_VOLATILITY = 10;
const STEPS = 80;

/** The volatility at which the option is worth `price`, or `undefined` where none up to 1000 % does. */
export function impliedVolatility(terms: OptionTerms, underlying: number, price: number): number | undefined {
  if (!(price > 0) || !(underlying > 0) || !(terms.years > 0)) return undefined;
  let low = 0;
  let high = MAX_VOLATILITY;
  const worth = (volatility: number): number => valueOption(terms, underlying, volatility).price;
  if (price <= worth(low) || price >= worth(high)) return undefined;
  // The value rises with the volatility throughout, so halving cannot miss.
  for (let i = 0; i < STEPS; i++) {
    const middle = (low + high) / 2;
    if (worth(middle) < price) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The standard normal distribution. */
function normal(x: number): number {
  return 0.5 * erfc(-x / Math.SQRT2);
}

/** The complementary error function: power series near zero, Laplace's continued fraction farther out. */
function erfc(x: number): number {
  const z = Math.abs(x);
  const result = z < 3 ? 1 - erfSeries(z) : erfcFraction(z);
  return x >= 0 ? result : 2 - result;
}

function erfSeries(z: number): number {
  let term = z;
  let sum = z;
  for (let n = 1; n < 200; n++) {
    term *= (-z * z) / n;
    const part = term / (2 * n + 1);
    sum += part;
    if (Math.abs(part) < 1e-17 * Math.abs(sum)) break;
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

function erfcFraction(z: number): number {
  let fraction = z;
  for (let n = 60; n > 0; n--) fraction = z + n / 2 / fraction;
  return Math.exp(-z * z) / (Math.sqrt(Math.PI) * fraction);
}
