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
import { isPlain } from "../domain/members.js";
import { ORDER_PLACEHOLDERS } from "../native/layout.js";

/** The names of the placeholders whose values come out of one object. */
const fieldsOf = (source: string) =>
  ORDER_PLACEHOLDERS.filter((name) => name.startsWith(source)).map((name) => name.slice(source.length));

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
 * properties there are, and runs no code of the caller's; the core looks at the values.
 */
export function mayBeOrdinary(contract: Contract, order: Order): boolean {
  return hasNothingBeyond(IN_ORDER, order) && hasNothingBeyond(IN_CONTRACT, contract);
}

/**
 * What is set that has no placeholder in the frame, such as `order.algoStrategy`; nothing where something else is in the
 * way: a value of another type, a class of the caller's. Of copies of its own, for it reads them.
 */
export function beyondOrdinary(contract: Contract, order: Order): string[] {
  return [...IN_CONTRACT.others("contract", contract), ...IN_ORDER.others("order", order)];
}

/** Names that are allowed, and those of the last object that had no others: most programs build all alike. */
class Names {
  private readonly allowed: Readonly<Record<string, true | undefined>>;
  private last: readonly string[] = [];

  constructor(fields: readonly string[]) {
    // To be looked up: an object without a prototype takes half as long as a Set.
    this.allowed = Object.assign(Object.create(null), Object.fromEntries(fields.map((name) => [name, true])));
  }

  others(what: string, value: object): string[] {
    const set = Object.entries(value).filter(([name, part]) => !this.allowed[name] && part !== undefined);
    return set.map(([name]) => `${what}.${name}`);
  }

  hasAllOf(own: readonly string[], value: object): boolean {
    const { last, allowed } = this;
    let known = 0;
    while (known < own.length && own[known] === last[known]) known++;
    if (known === own.length) return true;
    let all = true;
    for (const name of own) {
      if (allowed[name] !== undefined) continue;
      all = false;
      if (!isUndefinedData(value, name)) return false;
    }
    if (all) this.last = own;
    return true;
  }
}

// `lastTradeDate` is told by gateways and in no request: qualified contracts have it.
const IN_CONTRACT = new Names([...fieldsOf("contract."), "lastTradeDate"]);
// `orderId` is in many callers' objects and on no layout: the id travels apart.
const IN_ORDER = new Names([...fieldsOf("order."), "orderId"]);

function hasNothingBeyond(names: Names, value: unknown): boolean {
  // Getters of a user's own class, and what a Proxy answers, would not be seen below.
  if (typeof value !== "object" || value === null || !isPlain(value, STOCK_PROTOTYPES)) return false;
  // What is inherited counts, too; what is not enumerable does not. Either might be any field.
  let enumerable = 0;
  for (const _ in value) enumerable++;
  const own = Object.getOwnPropertyNames(value);
  return own.length === enumerable && names.hasAllOf(own, value);
}

/** Not by reading it: a getter may say something else the next time. */
function isUndefinedData(value: object, name: string): boolean {
  const own = Object.getOwnPropertyDescriptor(value, name);
  return own !== undefined && "value" in own && own.value === undefined;
}
