import { ErrorCode } from "@stoqey/ib";
import { Encoder } from "@stoqey/ib/dist/core/io/encoder";
import { NATIVE_REQUEST_METHODS } from "./extensions/methods";

/** Stock's encoder as its API classes call it: every public method. */
export type EncoderFacade = Record<string, (...args: unknown[]) => void>;

const INTERNAL: ReadonlySet<string> = new Set([
  "constructor",
  "serverVersion",
  "sendMsg",
  "emitError",
  "encodeContract",
  "encodeTagValues",
  "encodeReqTickByTickData",
]);

/** Names of the requests stock's encoder knows. */
export const REQUEST_METHODS: readonly string[] = Object.getOwnPropertyNames(Encoder.prototype).filter(
  (name) => !INTERNAL.has(name),
);

/** An object with every request method of stock's encoder and every new one, all of which call `request`. */
export function encoderFacade(request: (method: string, args: readonly unknown[]) => void): EncoderFacade {
  const facade: EncoderFacade = {};
  for (const method of [...REQUEST_METHODS, ...NATIVE_REQUEST_METHODS])
    facade[method] = (...args) => request(method, args);
  return facade;
}

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

/** The id that errors about a request carry, or NO_VALID_ID. */
export function requestIdOf(method: string, args: readonly unknown[]): number {
  const first = args[0];
  return typeof first === "number" && !WITHOUT_ID.has(method) ? first : ErrorCode.NO_VALID_ID;
}
