import { Encoder } from "@stoqey/ib/dist/core/io/encoder";

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
