import type { Order, OrderType } from "@stoqey/ib";
import { type Action, misfit, type OrderMore, order, price } from "./order-parts.js";
import { type Trail, trailOf, triggered } from "./order-triggers.js";

/*
 * Orders that belong together, described: ids, and which of them lets the others go, are the sender's. `placeBracket` and
 * `placeOca` of an order tracker send them.
 */

/** Where a position is closed again, with profit or loss: one of the two at least. */
export interface BracketExits {
  /** The price of a limit order, or an order of its own. */
  readonly takeProfit?: number | Order;
  /** The price of a stop, the two of a stop limit, how a stop trails, or an order of its own. */
  readonly stopLoss?: number | { readonly stopPrice: number; readonly limitPrice: number } | Trail | Order;
}

/** An order, and those that close what it opens. */
export interface Bracket {
  /** Not transmitted alone: the last child transmits all. */
  readonly parent: Order;
  readonly takeProfit?: Order;
  readonly stopLoss?: Order;
  /** Both, or the one that there is. Whoever sends them sets `parentId`. */
  readonly children: readonly Order[];
}

/**
 * Exits have the parent's quantity, its opposite side, its account, its model and its `outsideRth`, and are good till cancelled
 * where the parent is. @param more what else the exits have, or what they have instead
 */
export function bracket(parent: Order, exits: BracketExits, more: OrderMore = {}): Bracket {
  if (typeof parent !== "object" || parent === null) throw misfit("parent", parent, "an order");
  const { takeProfit, stopLoss } = exits ?? {};
  if (takeProfit === undefined && stopLoss === undefined)
    throw misfit("exits", exits, "an object with takeProfit, stopLoss or both");
  checkSides(parent, priceIn(takeProfit, "lmtPrice"), priceIn(stopLoss, "auxPrice"));
  const exit = (
    type: "LMT" | "STP" | "STP LMT" | "TRAIL",
    made: Partial<Order>,
    transmit: boolean,
  ): Order => {
    const { totalQuantity, cashQty } = parent;
    if (cashQty !== undefined) throw misfit("parent.cashQty", cashQty, "nothing: exits need a quantity");
    return order(type, oppositeOf(parent), totalQuantity as number, made, {
      ...inherited(parent),
      ...more,
      transmit,
    });
  };
  const profit = isOrder(takeProfit)
    ? { ...takeProfit, transmit: stopLoss === undefined }
    : takeProfit === undefined
      ? undefined
      : exit("LMT", { lmtPrice: price(takeProfit, "takeProfit") }, stopLoss === undefined);
  const loss =
    stopLoss === undefined
      ? undefined
      : isOrder(stopLoss)
        ? { ...stopLoss, transmit: true }
        : lossOf(stopLoss, exit);
  return {
    parent: { ...parent, transmit: false },
    ...(profit === undefined ? {} : { takeProfit: profit }),
    ...(loss === undefined ? {} : { stopLoss: loss }),
    children: [profit, loss].filter((child) => child !== undefined),
  };
}

type StopLoss = Exclude<BracketExits["stopLoss"], Order | undefined>;

function lossOf(
  stopLoss: StopLoss,
  exit: (type: "STP" | "STP LMT" | "TRAIL", made: Partial<Order>, transmit: boolean) => Order,
): Order {
  if (typeof stopLoss !== "object" || stopLoss === null)
    return exit("STP", { auxPrice: price(stopLoss, "stopLoss") }, true);
  if ("stopPrice" in stopLoss)
    return exit("STP LMT", triggered(stopLoss, "stopPrice") as Partial<Order>, true);
  return exit("TRAIL", trailOf(stopLoss), true);
}

function isOrder(value: unknown): value is Order {
  return typeof value === "object" && value !== null && "orderType" in value;
}

/** Opening sides: SSHORT sells short, SLONG sells what is not delivered yet. */
function oppositeOf({ action }: Order): Action {
  return (action as string) === "BUY" ? "SELL" : "BUY";
}

function inherited({ account, modelCode, outsideRth, tif }: Order): OrderMore {
  return { account, modelCode, outsideRth, tif: (tif as string) === "GTC" ? "GTC" : undefined };
}

function priceIn(
  exit: BracketExits["takeProfit"] | BracketExits["stopLoss"],
  member: "lmtPrice" | "auxPrice",
): unknown {
  if (typeof exit === "number") return exit;
  if (isOrder(exit)) return (exit.orderType as string) === "TRAIL" ? undefined : exit[member];
  return exit !== undefined && exit !== null && "stopPrice" in exit ? exit.stopPrice : undefined;
}

/** Kinds whose limit price is the worst at which they open. */
const LIMITED: readonly `${OrderType}`[] = ["LMT", "LOC", "LIT", "MIDPRICE"];

/** Exits on the wrong side would close what the parent opens at once. */
function checkSides(parent: Order, profit: unknown, loss: unknown): void {
  const direction = (parent.action as string) === "BUY" ? 1 : -1;
  const entry = LIMITED.includes(parent.orderType) ? parent.lmtPrice : undefined;
  const [better, worse] = direction > 0 ? ["above", "below"] : ["below", "above"];
  const isBeyond = (a: unknown, b: unknown) =>
    typeof a !== "number" || typeof b !== "number" || (a - b) * direction > 0;
  if (!isBeyond(profit, entry))
    throw misfit("takeProfit", profit, `a price ${better} the parent's, ${entry}`);
  if (!isBeyond(entry, loss)) throw misfit("stopLoss", loss, `a price ${worse} the parent's, ${entry}`);
  if (!isBeyond(profit, loss)) throw misfit("takeProfit", profit, `a price ${better} stopLoss, ${loss}`);
}

/**
 * What becomes of the others when one is filled. 1: they are cancelled, 2: they are reduced; both with block: only one is at
 * the exchange at a time, so that nothing is filled twice. 3: they are reduced, without block.
 */
export type OcaType = 1 | 2 | 3;

/**
 * Orders of which one cancels the others, as copies in a group.
 * @param group a name that no other group of the account has, used before or now
 */
export function oca(group: string, members: readonly Order[], ocaType: OcaType = 1): Order[] {
  if (typeof group !== "string" || group === "") throw misfit("group", group, "a text");
  if (!Array.isArray(members) || members.length < 2)
    throw misfit("members", members, "a list of two orders or more");
  if (![1, 2, 3].includes(ocaType)) throw misfit("ocaType", ocaType, "1, 2, 3");
  return members.map((member) => ({ ...member, ocaGroup: group, ocaType }));
}
