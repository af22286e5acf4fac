import type { Timer } from "../../time/clock.js";
import type { Side } from "../market/background.js";
import type { Instrument } from "../market/instrument.js";
import type { ContractFields } from "../model/contract.js";
import type { OrderFields, OrderStatusName } from "../model/order.js";
import { kindOf, type OrderKind } from "./order-kind.js";

/** The user of a gateway that names none. */
export const DEFAULT_USERNAME = "simulated";

/** One order from the moment it was accepted to its end. */
export interface WorkingOrder {
  /** Whose gateway took it: client and order ids are that user's own. */
  readonly username: string;
  readonly clientId: number;
  readonly orderId: number;
  readonly permId: number;
  readonly instrument: Instrument;
  /** The contract as the order names it, completed from the instrument. */
  contract: ContractFields;
  /** Attributes of the last placeOrder with this id. */
  fields: OrderFields;
  status: OrderStatusName;
  whyHeld: string;
  filled: number;
  remaining: number;
  /** Sum of price times quantity of its executions. */
  filledValue: number;
  lastFillPrice: number;
  commission: number;
  /** What it still waits for. */
  waits: Waits;
  /** Limit price in force: of a trailing order it is only known once it is triggered. */
  limit: number | undefined;
  /** Quotes in a row that fit, for the trigger methods that want two. */
  touches: number;
  /** Its place in the book while it rests there. */
  entry?: BookEntry;
  /** Runs out when it expires or becomes active. */
  timers: Timer[];
  parent?: WorkingOrder;
  children: WorkingOrder[];
  /** When it ended, as COMPLETED_ORDER says it. */
  completedTime: string;
  completedStatus: string;
}

/** An order's place in the book. */
export interface BookEntry {
  readonly order: WorkingOrder;
  readonly side: Side;
  /** Price in ticks; halves are possible for orders pegged to the midpoint. */
  readonly ticks: number;
  /** Others do not see it, and it comes after all that they do see at its price. */
  readonly hidden: boolean;
  /** Background quantity that came before it at its price. */
  ahead: number;
  /** Background quantity at its price when last looked at. */
  seen: number;
}

/** Reasons an order is not in the market; all have to be false. */
export interface Waits {
  /** Its stop, touch or trailing price. */
  trigger: boolean;
  /** Its conditions. */
  conditions: boolean;
  /** Its goodAfterTime. */
  time: boolean;
  /** Its auction. */
  auction: boolean;
  /** The instrument's trading session. */
  session: boolean;
}

export function isDone(order: WorkingOrder): boolean {
  return order.status === "Filled" || order.status === "Cancelled" || order.status === "Inactive";
}

export function isBuy(order: WorkingOrder): boolean {
  return order.fields.action === "BUY";
}

/** The side of the book it rests on. */
export function sideOf(order: WorkingOrder): Side {
  return isBuy(order) ? "bid" : "ask";
}

/** The side of the book it takes from. */
export function oppositeOf(order: WorkingOrder): Side {
  return isBuy(order) ? "ask" : "bid";
}

export function orderKind(order: WorkingOrder): OrderKind {
  return kindOf(order.fields.orderType, order.fields.tif)!;
}

/** Whether others do not see it in the book: orders at the midpoint never are. */
export function isHidden(order: WorkingOrder): boolean {
  return order.fields.hidden || orderKind(order).price === "midpoint";
}

/** Average price of what has traded, 0 before the first fill. */
export function averagePrice(order: WorkingOrder): number {
  return order.filled === 0 ? 0 : Number((order.filledValue / order.filled).toFixed(8));
}

/** Whether the order waits for its parent to fill. */
export function waitsForParent(order: WorkingOrder): boolean {
  return order.parent !== undefined && order.parent.status !== "Filled";
}

/** Whether the order may trade now. */
export function isLive(order: WorkingOrder): boolean {
  const { trigger, conditions, time, auction, session } = order.waits;
  return !isDone(order) && !(trigger || conditions || time || auction || session || waitsForParent(order));
}

/** Sets status and the reason it is held from what the order waits for. @returns whether either changed */
export function settleStatus(order: WorkingOrder): boolean {
  const { status, whyHeld } = order;
  const held: string[] = [];
  if (waitsForParent(order)) held.push("child");
  if (order.waits.trigger) held.push("trigger");
  order.whyHeld = held.join(",");
  order.status = "Submitted";
  if (!isLive(order)) order.status = "PreSubmitted";
  return status !== order.status || whyHeld !== order.whyHeld;
}
