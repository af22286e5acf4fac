import { ErrorCode } from "@stoqey/ib";
import type { ErrorScope } from "../domain/error-codes.js";

const ORDER_METHODS: ReadonlySet<string> = new Set([
  "placeOrder",
  "cancelOrder",
  "reqGlobalCancel",
  "exerciseOptions",
]);

/** Requests that change orders: never sent late, ahead of data requests. */
export function isOrderMethod(method: string): boolean {
  return ORDER_METHODS.has(method);
}

/** Those that take orders back: they go before orders. */
export function isCancelOfOrders(method: string): boolean {
  return method === "cancelOrder" || method === "reqGlobalCancel";
}

const READING = /^(?:req|cancel|calculate|query|subscribe|unsubscribe)/;
const CHANGING: ReadonlySet<string> = new Set([...ORDER_METHODS, "reqAutoOpenOrders"]);

/** Requests that only read, or end what does. What is not known to be one of them is none: `updateConfig`, `replaceFA`. */
export function onlyReads(method: string): boolean {
  return READING.test(method) && !CHANGING.has(method);
}

/** What an error about a request is about. */
export function scopeOf(method: string): ErrorScope {
  return isOrderMethod(method) ? "order" : "request";
}

/** Requests whose first argument is not an id. */
const WITHOUT_ID: ReadonlySet<string> = new Set([
  "reqAccountUpdates",
  "reqAutoOpenOrders",
  "reqCompletedOrders",
  "reqGlobalCancel",
  "reqIds",
  "reqMarketDataType",
  "reqMarketRule",
  "reqNewsBulletins",
  "requestFA",
  "setServerLogLevel",
]);

/** The id that errors about a request carry, or NO_VALID_ID. Integers as text and as bigints are ids, too. */
export function requestIdOf(method: string, args: readonly unknown[]): number {
  const first = args[0];
  if (WITHOUT_ID.has(method)) return ErrorCode.NO_VALID_ID;
  if (typeof first === "number") return first;
  const isText = typeof first === "string" && first.trim() !== "";
  const number = isText || typeof first === "bigint" ? Number(first) : Number.NaN;
  return Number.isSafeInteger(number) ? number : ErrorCode.NO_VALID_ID;
}
