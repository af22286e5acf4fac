import type { z } from "zod";
import { check } from "../../domain/check.js";
import { fields, integer, positive } from "../../validation/rules.js";
import { lazily } from "../../validation/zod.js";

/** Ticks as fast as the client takes them, or at a fixed rate. */
export interface FloodPlan {
  /** Market data requests of one client after which the flood starts, 1 or more. */
  afterRequests: number;
  /** Ticks to send in all, 1 or more; then TICK_SNAPSHOT_END for every request. */
  ticks: number;
  /** Ticks per second, above 0; not given: no limit but the client's own speed. */
  ticksPerSecond?: number | undefined;
}

export const floodRules = lazily(
  (): z.ZodType<FloodPlan> =>
    fields({
      afterRequests: integer(1, 1_000_000),
      ticks: integer(1, Number.MAX_SAFE_INTEGER),
      ticksPerSecond: positive().optional(),
    }),
);

/** @throws IBKRError `ERR_IBKR_OPTION` */
export function checkFloodPlan(plan: FloodPlan): FloodPlan {
  return check(floodRules(), plan, "flood");
}
