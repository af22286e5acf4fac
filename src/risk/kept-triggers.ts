import type { Clock } from "../time/clock.js";
import { DeadManSwitch } from "./dead-man-switch.js";
import { DisconnectTrigger } from "./disconnect-trigger.js";
import { ErrorBurst } from "./error-burst.js";
import type { StopTrigger } from "./kept-stop.js";
import type { LatchPull } from "./latch-file.js";
import type { RiskCore } from "./risk-core.js";
import { StopSignals } from "./stop-signals.js";
import type { TriggerOptions } from "./trigger-options.js";

/** Who pulls it where nobody did. */
const OPERATOR = "risk gate";

/** The triggers that were asked for, over one stop. */
export class KeptTriggers {
  private readonly disconnect: DisconnectTrigger | undefined;
  private readonly burst: ErrorBurst | undefined;
  private readonly deadMan: DeadManSwitch | undefined;
  private readonly signals: StopSignals | undefined;
  private readonly deadManMs: number | undefined;

  constructor(
    { disconnectMs, errorBurst, deadManMs, signals }: TriggerOptions,
    clock: Clock,
    private readonly core: Pick<RiskCore, "alive">,
    pull: (pull: LatchPull, trigger: StopTrigger) => void,
  ) {
    const fire = (trigger: StopTrigger, reason: string) => pull({ reason, operator: OPERATOR }, trigger);
    this.deadManMs = deadManMs;
    if (disconnectMs !== undefined)
      this.disconnect = new DisconnectTrigger(clock, disconnectMs, () =>
        fire("disconnect", `no connection for ${disconnectMs} ms`),
      );
    if (errorBurst !== undefined) {
      const { count, windowMs } = errorBurst;
      this.burst = new ErrorBurst(count, windowMs, () =>
        fire("errors", `${count} errors within ${windowMs} ms`),
      );
    }
    if (deadManMs !== undefined) {
      this.deadMan = new DeadManSwitch(clock, deadManMs, () =>
        fire("silence", `the program was silent for ${deadManMs} ms`),
      );
      core.alive(deadManMs);
    }
    if (signals !== undefined) this.signals = new StopSignals(signals, (name) => fire("signal", name));
  }

  disconnected(): void {
    this.disconnect?.disconnected();
  }

  connected(): void {
    this.disconnect?.connected();
  }

  /** Something went wrong that counts for the burst. */
  error(): void {
    this.burst?.error();
  }

  /** The program lives; nothing where nobody asked for it. */
  alive(): void {
    if (this.deadManMs === undefined) return;
    this.deadMan?.alive();
    this.core.alive(this.deadManMs);
  }

  end(): void {
    this.disconnect?.stop();
    this.deadMan?.stop();
    this.signals?.stop();
    if (this.deadManMs !== undefined) this.core.alive(0);
  }
}
