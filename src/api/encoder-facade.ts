import { Encoder } from "@stoqey/ib/dist/core/io/encoder";
import { NATIVE_REQUEST_METHODS } from "../dialect/extensions/methods.js";

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
