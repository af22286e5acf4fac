import type { SimulatedGatewayOptions } from "../sim/index.js";
import { integer, positive, text } from "../validation/rules.js";
import { lazily } from "../validation/zod.js";

/** Options of the simulated gateway that `environment: "simulation"` starts; all have defaults. */
export interface SimulationOptions extends SimulatedGatewayOptions {
  /** The tick file (CSV) that moves its symbols in place of the walk: `ticks` of the simulated gateway. Default: none. */
  replay?: string | undefined;
  /**
   * Seconds of the simulated market for one of the machine, above 0. Where it is given the market has a clock of its own
   * that begins on Monday 2026-01-05 at 09:30 in New York: the same seed then makes the same market at the same moments.
   * Default: the machine's clock.
   */
  speed?: number | undefined;
}

/** The rest is checked by the gateway, which has its rules. */
export const simulationShape = lazily(() => ({
  seed: integer(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER).default(1),
  replay: text("a tick file").optional(),
  speed: positive().optional(),
}));
