import { check, refused } from "../domain/check.js";
import { SimulatedGateway, type SimulatedGatewayOptions, VirtualClock } from "../sim/index.js";
import { fieldsAmongOthers, positive, text } from "../validation/rules.js";
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

const rules = lazily(() =>
  fieldsAmongOthers({ replay: text("a tick file").optional(), speed: positive().optional() }),
);

export interface Simulation {
  readonly port: number;
  /** Rejects where a scenario cannot be carried out. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/** @throws what SimulatedGateway.start() throws */
export async function startSimulation(options: SimulationOptions): Promise<Simulation> {
  const { replay, speed, ...others } = options;
  check(rules(), { replay, speed });
  if (replay !== undefined && others.ticks !== undefined)
    throw refused("replay", replay, "nothing, as ticks is given");
  if (speed !== undefined && (others.clock ?? others.exchange) !== undefined)
    throw refused("speed", speed, "nothing, as a clock or an exchange is given");
  // It stands still until there is a gateway: what begins with the gateway begins at the clock's first moment.
  const clock = speed === undefined ? undefined : new VirtualClock();
  const gateway = await SimulatedGateway.start({
    ...others,
    ticks: replay ?? others.ticks,
    clock: clock ?? others.clock,
  });
  clock?.setSpeed(speed as number);
  return {
    port: gateway.port,
    ended: gateway.ended,
    stop: async () => {
      clock?.stop();
      await gateway.stop();
    },
  };
}
