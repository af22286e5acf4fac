/** Requests that `@stoqey/ib` does not have. All need the protobuf dialect. */
export const NATIVE_REQUEST_METHODS = [
  "reqCurrentTimeInMillis",
  "cancelContractData",
  "cancelHistoricalTicks",
  "reqConfig",
  "updateConfig",
] as const;

export type NativeRequestMethod = (typeof NATIVE_REQUEST_METHODS)[number];
