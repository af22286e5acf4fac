import { type SimulationOptions, simulationShape } from "../config/simulation-options.js";
import { check, refused } from "../domain/check.js";
import { SimulatedGateway, VirtualClock } from "../sim/index.js";
import { fieldsAmongOthers } from "../validation/rules.js";
import { lazily } from "../validation/zod.js";

const rules = lazily(() => {
  const { replay, speed } = simulationShape();
  return fieldsAmongOthers({ replay, speed });
});

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
