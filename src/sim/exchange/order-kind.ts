import type { Instrument } from "../market/instrument.js";
import type { OrderFields } from "../model/order.js";

/** How an order type works, taken apart: what wakes it, and at what price it then trades. */
export interface OrderKind {
  /**
   * What has to happen before it goes to the market. `stop`: the price runs against it; `touch`: the price comes to
   * it; `trail`: a stop that follows the price.
   */
  readonly trigger?: "stop" | "touch" | "trail";
  /** The price it trades at once it is there. */
  readonly price: "market" | "limit" | "primary" | "midpoint";
  /** It only takes part in this auction. */
  readonly auction?: "open" | "close";
}

const KINDS: Readonly<Record<string, OrderKind>> = {
  MKT: { price: "market" },
  LMT: { price: "limit" },
  STP: { trigger: "stop", price: "market" },
  "STP LMT": { trigger: "stop", price: "limit" },
  TRAIL: { trigger: "trail", price: "market" },
  "TRAIL LIMIT": { trigger: "trail", price: "limit" },
  MIT: { trigger: "touch", price: "market" },
  LIT: { trigger: "touch", price: "limit" },
  MOC: { price: "market", auction: "close" },
  LOC: { price: "limit", auction: "close" },
  MOO: { price: "market", auction: "open" },
  LOO: { price: "limit", auction: "open" },
  REL: { price: "primary" },
  "PEG MID": { price: "midpoint" },
  MIDPRICE: { price: "midpoint" },
};

/** Other spellings clients use for the same types. */
const ALIASES: Readonly<Record<string, string>> = {
  "TRAIL LMT": "TRAIL LIMIT",
  TRAILLMT: "TRAIL LIMIT",
  TRAILLIMIT: "TRAIL LIMIT",
  STPLMT: "STP LMT",
  PEGMID: "PEG MID",
};

const OPENING_NAMES: Readonly<Record<string, string>> = { MKT: "MOO", LMT: "LOO" };
const OPENING: Readonly<Record<string, OrderKind>> = { MKT: KINDS.MOO, LMT: KINDS.LOO };

/**
 * What each type can be had for, as IB's list of order types names the products; what is not here can be had for all.
 * Combinations are added where the list says nothing of them.
 */
const PRODUCTS: Readonly<Record<string, readonly string[]>> = {
  STP: "CFD,BAG,CASH,FUT,FOP,OPT,STK,WAR".split(","),
  "STP LMT": "CFD,BAG,CASH,FUT,FOP,OPT,STK,WAR".split(","),
  TRAIL: "CFD,BAG,CASH,FUT,FOP,OPT,STK,WAR".split(","),
  MOC: "CFD,FUT,STK,WAR".split(","),
  LOC: "CFD,FUT,STK,WAR".split(","),
  MOO: "CFD,OPT,STK,WAR".split(","),
  LOO: "CFD,OPT,STK,WAR".split(","),
  REL: "CFD,FUT,OPT,STK".split(","),
  "PEG MID": ["STK"],
  MIDPRICE: ["STK"],
};

/** In which the stocks are that MIDPRICE can be had for. */
const MIDPRICE_CURRENCY = "USD";

/** A type by the name it has here. */
export function typeOf(orderType: string): string {
  const name = orderType.toUpperCase();
  return ALIASES[name] ?? name;
}

/** Whether a type of order can be had for a type of security. */
export function isOffered(
  { secType, currency }: Instrument,
  { orderType, tif }: Pick<OrderFields, "orderType" | "tif">,
): boolean {
  const type = typeOf(orderType);
  const name = tif === "OPG" ? (OPENING_NAMES[type] ?? type) : type;
  if (name === "MIDPRICE" && currency !== MIDPRICE_CURRENCY) return false;
  return PRODUCTS[name]?.includes(secType) ?? true;
}

/** Every order type that is matched. */
export const ORDER_TYPES: readonly string[] = Object.keys(KINDS);

/** @returns `undefined` for a type that is not matched, or that time in force OPG does not go with. */
export function kindOf(orderType: string, tif: string): OrderKind | undefined {
  const type = typeOf(orderType);
  const kind = KINDS[type];
  if (tif !== "OPG") return kind;
  return OPENING[type] ?? (kind?.auction === "open" ? kind : undefined);
}
