import type { Clock, Timer } from "../time/clock.js";

/** Fires when there is no connection for longer than a time; once, until there has been one again. */
export class DisconnectTrigger {
  private timer: Timer | undefined;

  constructor(
    private readonly clock: Clock,
    /** Milliseconds. */
    private readonly longestMs: number,
    private readonly fire: () => void,
  ) {}

  /** There is none, since now; what is already counted goes on. */
  disconnected(): void {
    this.timer ??= this.clock.after(this.longestMs, this.fire);
  }

  connected(): void {
    this.timer?.stop();
    this.timer = undefined;
  }

  stop(): void {
    this.connected();
  }
}
