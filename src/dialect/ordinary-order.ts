import {
  Bond,
  CFD,
  type Contract,
  Crypto,
  FOP,
  Forex,
  Future,
  Index,
  LimitOrder,
  MarketOrder,
  Option,
  type Order,
  Stock,
  StopLimitOrder,
  StopOrder,
} from "@stoqey/ib";
import { ORDER_PLACEHOLDERS } from "../native/layout.js";

/** The names of the placeholders whose values come out of one object. */
const fieldsOf = (source: string) =>
  ORDER_PLACEHOLDERS.filter((name) => name.startsWith(source)).map((name) => name.slice(source.length));

const IN_CONTRACT: ReadonlySet<string> = new Set(fieldsOf("contract."));
// `orderId` is in many callers' objects and on no layout: the id travels apart.
const IN_ORDER: ReadonlySet<string> = new Set([...fieldsOf("order."), "orderId"]);

/** Classes of stock whose values are all in own properties. */
const STOCK_PROTOTYPES: ReadonlySet<unknown> = new Set(
  [
    Stock,
    Option,
    Future,
    Forex,
    Index,
    CFD,
    Crypto,
    FOP,
    Bond,
    LimitOrder,
    MarketOrder,
    StopOrder,
    StopLimitOrder,
  ].map((c) => c.prototype),
);

/**
 * True if the core can encode the order: nothing is set that has no placeholder in the frame. Looks only at which
 * properties there are; the core looks at the values.
 */
export function mayBeOrdinary(contract: Contract, order: Order): boolean {
  if (!isPlain(contract) || !isPlain(order)) return false;
  for (const key in order) if (!IN_ORDER.has(key) && order[key as keyof Order] !== undefined) return false;
  for (const key in contract) {
    if (!IN_CONTRACT.has(key) && contract[key as keyof Contract] !== undefined) return false;
  }
  return true;
}

/** Getters of a user's own class would not be seen by the loops above. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null || STOCK_PROTOTYPES.has(prototype);
}
