import type { Order } from "@stoqey/ib";
import { type Action, distance, misfit, type OrderMore, only, order, price, priceOf } from "./order-parts.js";

/*
 * Orders whose price follows another one. Which exchange takes which, IB's pages say; where one takes none, the gateway
 * answers 342 or 387. Members are named as those of Order, but for what several kinds write into the same field.
 */

/** How far from what it follows. */
export interface PegOffset {
  /** In the contract's currency. Default 0. */
  readonly offset?: number;
  /** As far as it goes. Default: no limit. */
  readonly limitPrice?: number;
}

/** At the other side's best price: buys `offset` below the best offer, sales as much above the best bid (PEG MKT). */
export function pegMarket(
  action: Action,
  quantity: number | string,
  peg: PegOffset = {},
  more?: OrderMore,
): Order {
  const { offset = 0, limitPrice } = only(peg, "peg", ["offset", "limitPrice"]);
  const made = { auxPrice: notBelowZero(offset, "offset"), ...priceOf("lmtPrice", limitPrice, "limitPrice") };
  return order("PEG MKT", action, quantity, made, more);
}

/** How much better than the best price of its own side. */
export type RelativePeg =
  | (PegOffset & { readonly percent?: undefined })
  /** A part of the price: from 0 to 1, 0.01 is one percent. */
  | { readonly percent: number; readonly offset?: undefined; readonly limitPrice?: number };

/** At the best price of its own side or better (REL). */
export function relative(
  action: Action,
  quantity: number | string,
  peg: RelativePeg = {},
  more?: OrderMore,
): Order {
  const { offset, percent, limitPrice } = only(peg, "peg", ["offset", "percent", "limitPrice"]);
  if (offset !== undefined && percent !== undefined)
    throw misfit("peg", { offset, percent }, "either an offset or a percent");
  const made: Partial<Order> =
    percent === undefined
      ? { auxPrice: notBelowZero(offset ?? 0, "offset") }
      : { percentOffset: distance(percent, "percent", 1) };
  return order("REL", action, quantity, { ...made, ...priceOf("lmtPrice", limitPrice, "limitPrice") }, more);
}

/** Offsets of orders to IBKRATS, whose exchange the contract names. */
export interface MidOffsets {
  /** Where the middle is a whole cent: a multiple of a cent, or 0. */
  readonly midOffsetAtWhole: number;
  /** Where the middle is half a cent: half a cent, or one and a half, … */
  readonly midOffsetAtHalf: number;
}

/** Around the middle of bid and ask (PEG MID). With offsets of their own for whole and half cents it is for IBKRATS. */
export function pegMid(
  action: Action,
  quantity: number | string,
  peg: PegOffset | (MidOffsets & { readonly limitPrice?: number; readonly minTradeQty?: number }) = {},
  more?: OrderMore,
): Order {
  const names = ["offset", "limitPrice", "midOffsetAtWhole", "midOffsetAtHalf", "minTradeQty"];
  const { offset, limitPrice, midOffsetAtWhole, midOffsetAtHalf, minTradeQty } = only(peg, "peg", names);
  const cap = priceOf("lmtPrice", limitPrice, "limitPrice");
  if (midOffsetAtWhole === undefined && midOffsetAtHalf === undefined && minTradeQty === undefined)
    return order("PEG MID", action, quantity, { auxPrice: price(offset ?? 0, "offset"), ...cap }, more);
  if (offset !== undefined)
    throw misfit("offset", offset, "nothing: midOffsetAtWhole and midOffsetAtHalf say it");
  const made = {
    ...cap,
    notHeld: true,
    ...midOffsets({ midOffsetAtWhole, midOffsetAtHalf }),
    ...countOf("minTradeQty", minTradeQty, 1),
  };
  return order("PEG MID", action, quantity, made, more);
}

/** An option whose price follows its stock's, by delta (PEG STK). */
export function pegStock(
  action: Action,
  quantity: number | string,
  peg: {
    /** How much of the stock's move the option makes, in percent: 1 to 100. */
    readonly delta: number;
    /** The option's price to begin with. Default: the middle of its bid and ask. */
    readonly startingPrice?: number;
    /** The stock's price that belongs to it. Default: the middle of its bid and ask. */
    readonly stockRefPrice?: number;
    /** Outside this range of the stock's price the order is cancelled. */
    readonly stockRangeLower?: number;
    readonly stockRangeUpper?: number;
  },
  more?: OrderMore,
): Order {
  const names = ["delta", "startingPrice", "stockRefPrice", "stockRangeLower", "stockRangeUpper"];
  const said = only(peg, "peg", names);
  const delta = said["delta"] as number;
  if (!(delta >= 1 && delta <= 100)) throw misfit("delta", delta, "a number from 1 to 100");
  const made = { delta, ...pricesOf(said, ["startingPrice", "stockRefPrice"]), ...rangeOf(said) };
  return order("PEG STK", action, quantity, made, more);
}

/** Better than the best price there is, up to the middle, on IBKRATS (PEG BEST). */
export function pegBest(
  action: Action,
  quantity: number | string,
  peg: {
    readonly limitPrice: number;
    /** By how much it betters the best price, a multiple of a cent; `"mid"`: up to the middle, less the offsets there. */
    readonly competeAgainstBestOffset: number | "mid";
    /** No trade is smaller. */
    readonly minTradeQty?: number;
    /** No smaller order is competed with. */
    readonly minCompeteSize?: number;
  } & Partial<MidOffsets>,
  more?: OrderMore,
): Order {
  const names = [
    "limitPrice",
    "competeAgainstBestOffset",
    "minTradeQty",
    "minCompeteSize",
    "midOffsetAtWhole",
    "midOffsetAtHalf",
  ];
  const said = only(peg, "peg", names);
  const { competeAgainstBestOffset, midOffsetAtWhole, midOffsetAtHalf } = said;
  const toMid = competeAgainstBestOffset === "mid";
  if (!toMid && (midOffsetAtWhole !== undefined || midOffsetAtHalf !== undefined))
    throw misfit(
      "competeAgainstBestOffset",
      competeAgainstBestOffset,
      '"mid", where there are offsets there',
    );
  const made = {
    lmtPrice: price(said["limitPrice"], "limitPrice"),
    notHeld: true,
    ...countOf("minTradeQty", said["minTradeQty"], 1),
    ...countOf("minCompeteSize", said["minCompeteSize"], 0),
    // Infinity is what "up to the middle" is in the API.
    competeAgainstBestOffset: toMid
      ? Number.POSITIVE_INFINITY
      : distance(competeAgainstBestOffset, "competeAgainstBestOffset"),
    ...(toMid ? midOffsets({ midOffsetAtWhole, midOffsetAtHalf }) : {}),
  };
  return order("PEG BEST", action, quantity, made, more);
}

/** A price that moves as another contract's does (PEG BENCH). */
export function pegBenchmark(
  action: Action,
  quantity: number | string,
  peg: {
    /** The contract that it follows. */
    readonly referenceContractId: number;
    /** Where that contract's price is looked at. */
    readonly referenceExchangeId: string;
    /** The order's price to begin with. */
    readonly startingPrice: number;
    /** By how much the order's price moves, … */
    readonly peggedChangeAmount: number;
    /** … each time the other one has moved as much as this. */
    readonly referenceChangeAmount: number;
    /** It moves the other way. Default false. */
    readonly isPeggedChangeAmountDecrease?: boolean;
    /** The other contract's price to begin with. */
    readonly stockRefPrice?: number;
    /** Outside this range of the other contract's price the order is cancelled. */
    readonly stockRangeLower?: number;
    readonly stockRangeUpper?: number;
  },
  more?: OrderMore,
): Order {
  const names = [
    "referenceContractId",
    "referenceExchangeId",
    "startingPrice",
    "peggedChangeAmount",
    "referenceChangeAmount",
    "isPeggedChangeAmountDecrease",
    "stockRefPrice",
    "stockRangeLower",
    "stockRangeUpper",
  ];
  const said = only(peg, "peg", names);
  const { referenceContractId, referenceExchangeId, isPeggedChangeAmountDecrease = false } = said;
  if (!Number.isInteger(referenceContractId) || (referenceContractId as number) < 1)
    throw misfit("referenceContractId", referenceContractId, "an integer from 1 on");
  if (typeof referenceExchangeId !== "string" || referenceExchangeId === "")
    throw misfit("referenceExchangeId", referenceExchangeId, "a text");
  if (typeof isPeggedChangeAmountDecrease !== "boolean")
    throw misfit("isPeggedChangeAmountDecrease", isPeggedChangeAmountDecrease, "true or false");
  const made = {
    startingPrice: price(said["startingPrice"], "startingPrice"),
    isPeggedChangeAmountDecrease,
    peggedChangeAmount: distance(said["peggedChangeAmount"], "peggedChangeAmount"),
    referenceChangeAmount: distance(said["referenceChangeAmount"], "referenceChangeAmount"),
    referenceContractId: referenceContractId as number,
    referenceExchangeId,
    ...pricesOf(said, ["stockRefPrice"]),
    ...rangeOf(said),
  };
  return order("PEG BENCH", action, quantity, made, more);
}

type Said = Readonly<Record<string, unknown>>;

function notBelowZero(value: unknown, name: string): number {
  if (!((value as number) >= 0)) throw misfit(name, value, "a number from 0 on");
  return price(value, name);
}

function pricesOf(said: Said, names: readonly (keyof Order)[]): Partial<Order> {
  return Object.assign({}, ...names.map((name) => priceOf(name, said[name], name)));
}

function rangeOf(said: Said): Partial<Order> {
  const range = pricesOf(said, ["stockRangeLower", "stockRangeUpper"]);
  const { stockRangeLower: lower, stockRangeUpper: upper } = range;
  if (lower !== undefined && upper !== undefined && lower >= upper)
    throw misfit("stockRangeLower", lower, `a number below stockRangeUpper, ${upper}`);
  return range;
}

function midOffsets(offsets: { readonly [K in keyof MidOffsets]: unknown }): MidOffsets {
  return {
    midOffsetAtWhole: notBelowZero(offsets.midOffsetAtWhole, "midOffsetAtWhole"),
    midOffsetAtHalf: notBelowZero(offsets.midOffsetAtHalf, "midOffsetAtHalf"),
  };
}

function countOf(name: "minTradeQty" | "minCompeteSize", value: unknown, low: 0 | 1): Partial<Order> {
  if (value === undefined) return {};
  if (!Number.isInteger(value) || (value as number) < low)
    throw misfit(name, value, `an integer from ${low} on`);
  return { [name]: value };
}
