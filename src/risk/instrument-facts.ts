import {
  RISK_FACTS_BANDS,
  RISK_FACTS_COUNT,
  RISK_LISTING_ALLOWED,
  RISK_LISTING_DENIED,
  RISK_LISTING_NONE,
  RISK_MOST_BANDS,
  RISK_NAMES,
} from "../native/layout.js";
import type { RiskLimitOptions } from "./risk-options.js";

/** From a price on, prices are multiples of an increment. */
export interface PriceBand {
  readonly from: number;
  readonly increment: number;
}

/** What the gate has to know of an instrument. */
export interface InstrumentFacts {
  readonly conId: number;
  readonly symbol: string;
  readonly securityType: string;
  readonly currency: string;
  /** Of one contract; 1 where there is none. */
  readonly multiplier: number;
  /** Rising; none: any price. */
  readonly bands: readonly PriceBand[];
  /** Shares that can be borrowed; NaN: not known. */
  readonly shortableShares: number;
}

/** Types whose prices fall below 0. */
const MAY_BE_NEGATIVE: ReadonlySet<string> = new Set(["BAG", "FUT", "FOP", "CMDTY"]);

/** @param rate of its currency; undefined: not known */
export function factDoubles(facts: InstrumentFacts, limits: RiskLimitOptions, rate: number): Float64Array {
  const out = new Float64Array(RISK_FACTS_COUNT);
  const types: readonly string[] = RISK_NAMES.securityTypes;
  const type = types.indexOf(facts.securityType.toUpperCase());
  const of = limits.symbols?.[facts.symbol];
  out.set([
    type < 0 ? types.length - 1 : type,
    listingOf(facts.symbol, limits),
    MAY_BE_NEGATIVE.has(facts.securityType.toUpperCase()) ? 1 : 0,
    facts.multiplier,
    rate,
    of?.maxQuantity ?? Number.POSITIVE_INFINITY,
    of?.maxPosition ?? Number.POSITIVE_INFINITY,
    facts.shortableShares,
  ]);
  for (const [i, { from, increment }] of facts.bands.slice(0, RISK_MOST_BANDS).entries())
    out.set([from, increment], RISK_FACTS_BANDS + 2 * i);
  return out;
}

function listingOf(symbol: string, { allowSymbols, denySymbols }: RiskLimitOptions): number {
  if (denySymbols?.includes(symbol) === true) return RISK_LISTING_DENIED;
  return allowSymbols?.includes(symbol) === true ? RISK_LISTING_ALLOWED : RISK_LISTING_NONE;
}
