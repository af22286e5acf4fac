import { Encoder } from "@stoqey/ib/dist/core/io/encoder";

/** Members of stock's encoder that are no requests; checked at start-up (seam.ts). */
export const ENCODER_INTERNALS: ReadonlySet<string> = new Set([
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
  (name) => !ENCODER_INTERNALS.has(name),
);
