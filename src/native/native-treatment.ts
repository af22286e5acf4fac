import { refused } from "../domain/check.js";
import {
  OUTLIER_BY_NONE,
  OUTLIER_BY_PERCENT,
  OUTLIER_BY_PRICE,
  RING_POLICY_BACKPRESSURE,
  RING_POLICY_CONFLATE,
  RING_POLICY_DROP_OLDEST,
} from "./layout.js";
import type { AddonFilter, AddonTreatment } from "./load.js";
import { addonBarsOf, addonBookOf, type NativeBars, type NativeBook } from "./native-aggregates.js";
import type { RingPolicy } from "./options.js";

/** What the core does to the messages of a request. */
export interface NativeTreatment {
  /** Where its quote lies on the board. */
  readonly boardSlot: number;
  /** The newest value of each field goes on at most so often; 0: every message does. */
  readonly conflateMs: number;
  readonly conflateTrades: boolean;
  /** What happens to its messages where the ring is full. */
  readonly policy: RingPolicy;
  readonly filter?: NativeFilter;
  /** Of a request that is treated already neither is changed. */
  readonly bars?: NativeBars;
  readonly book?: NativeBook;
}

/** What is left out of a request's messages; what is not said leaves nothing out. */
export interface NativeFilter {
  readonly kinds?: readonly number[];
  readonly priceMin?: number;
  readonly priceMax?: number;
  readonly minSize?: number;
  readonly minPriceChange?: number;
  readonly outlier?: { readonly percent: number } | { readonly price: number };
  readonly sessions?: readonly (readonly [startMs: number, endMs: number])[];
  readonly excludeConditions?: string;
  readonly excludePastLimit?: boolean;
  readonly excludeUnreported?: boolean;
}

export const RING_POLICY_NUMBERS: Readonly<Record<RingPolicy, number>> = {
  backpressure: RING_POLICY_BACKPRESSURE,
  conflate: RING_POLICY_CONFLATE,
  "drop-oldest": RING_POLICY_DROP_OLDEST,
};

/** Of 31 kinds; more has no number that every reader of integers takes. */
const EVERY_KIND = 0x7fffffff;
const MOST_KINDS = 31;

/**
 * The same, as the addon takes it.
 * @param slots of the board
 * @param counters index of the block with its counters
 * @throws IBKRError `ERR_IBKR_ARGUMENT` if the board has no such slot, or there is no such kind
 */
export function addonTreatmentOf(
  treatment: NativeTreatment,
  slots: number,
  counters: number,
): AddonTreatment {
  const { boardSlot, conflateMs, conflateTrades, policy, filter, bars, book } = treatment;
  if (!Number.isInteger(boardSlot) || boardSlot < 0 || boardSlot >= slots)
    throw refused("boardSlot", boardSlot, `an integer from 0 to ${slots - 1}`, "ERR_IBKR_ARGUMENT");
  return {
    ...{ boardSlot, counters, conflateMs, conflateTrades, policy: RING_POLICY_NUMBERS[policy] },
    filter: filter && addonFilterOf(filter),
    bars: bars && addonBarsOf(bars),
    book: book && addonBookOf(book),
  };
}

function addonFilterOf(filter: NativeFilter): AddonFilter {
  const { kinds, outlier, sessions } = filter;
  return {
    kinds: kinds === undefined ? EVERY_KIND : maskOf(kinds),
    priceMin: filter.priceMin ?? -Infinity,
    priceMax: filter.priceMax ?? Infinity,
    minSize: filter.minSize ?? -Infinity,
    minPriceChange: filter.minPriceChange ?? 0,
    ...distanceOf(outlier),
    sessions: sessions && Float64Array.from(sessions.flat()),
    excludedConditions: filter.excludeConditions ?? "",
    excludePastLimit: filter.excludePastLimit ?? false,
    excludeUnreported: filter.excludeUnreported ?? false,
  };
}

function maskOf(kinds: readonly number[]): number {
  let mask = 0;
  for (const kind of kinds) {
    if (!Number.isInteger(kind) || kind < 0 || kind >= MOST_KINDS)
      throw refused("kinds", kind, `kinds from 0 to ${MOST_KINDS - 1}`, "ERR_IBKR_ARGUMENT");
    mask |= 1 << kind;
  }
  return mask;
}

function distanceOf(outlier: NativeFilter["outlier"]): Pick<AddonFilter, "outlierBy" | "outlier"> {
  if (outlier === undefined) return { outlierBy: OUTLIER_BY_NONE, outlier: 0 };
  return "price" in outlier
    ? { outlierBy: OUTLIER_BY_PRICE, outlier: outlier.price }
    : { outlierBy: OUTLIER_BY_PERCENT, outlier: outlier.percent };
}
