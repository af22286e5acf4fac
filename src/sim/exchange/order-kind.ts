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

const OPENING: Readonly<Record<string, OrderKind>> = { MKT: KINDS.MOO, LMT: KINDS.LOO };

/** Every order type that is matched. */
export const ORDER_TYPES: readonly string[] = Object.keys(KINDS);

/** @returns `undefined` for a type that is not matched, or that time in force OPG does not go with. */
export function kindOf(orderType: string, tif: string): OrderKind | undefined {
  const name = orderType.toUpperCase();
  const type = ALIASES[name] ?? name;
  const kind = KINDS[type];
  if (tif !== "OPG") return kind;
  return OPENING[type] ?? (kind?.auction === "open" ? kind : undefined);
}
