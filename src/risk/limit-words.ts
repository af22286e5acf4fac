import {
  RISK_GUARD_DATA_STALE,
  RISK_GUARD_RECONCILING,
  RISK_GUARD_UPSTREAM_LOST,
  RISK_NAMES,
} from "../native/layout.js";

const COLLAR_REFERENCES = ["far", "near", "mid", "last"] as const;
const SHORT_SALES = ["free", "available", "forbidden"] as const;
const ENVIRONMENTS = ["any", "paper", "live"] as const;

/** Limits that are one of some words: its number is what counts. */
export const WORDS = {
  collarReference: COLLAR_REFERENCES,
  shortSale: SHORT_SALES,
  environment: ENVIRONMENTS,
} as const;

export const GUARDS = {
  reconciling: RISK_GUARD_RECONCILING,
  "upstream-lost": RISK_GUARD_UPSTREAM_LOST,
  "data-stale": RISK_GUARD_DATA_STALE,
} as const;
export type GuardName = keyof typeof GUARDS;

/** Limits that are lists of what is allowed. */
export const LISTS = {
  securityTypes: RISK_NAMES.securityTypes,
  orderTypes: RISK_NAMES.orderTypes,
  timesInForce: RISK_NAMES.timesInForce,
} as const;
