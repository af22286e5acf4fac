import type { Clock, Timer } from "../time/clock.js";
import type { Lines } from "./lines.js";
import type { SharedLine } from "./shared-line.js";

/** A line that stays silent is asked for again after 1, 2, 4, 8, 16 times as long. */
const MOST_DOUBLINGS = 4;

/** Asks again for lines that have no data while others have. Frozen ones have none by their nature. */
export class SilenceWatch {
  private readonly timer: Timer | undefined;

  /** @param silenceMs 0: never */
  constructor(
    private readonly lines: Lines,
    private readonly clock: Clock,
    private readonly silenceMs: number,
  ) {
    if (silenceMs > 0) this.timer = clock.every(silenceMs / 2, () => this.look());
  }

  stop(): void {
    this.timer?.stop();
  }

  private look(): void {
    const now = this.clock.now();
    this.lines.fold();
    const since = (line: SharedLine) => now - line.lastDataMs;
    const all = [...this.lines];
    // With nobody's data the market, or the gateway, is asleep.
    if (!all.some((line) => since(line) < this.silenceMs)) return;
    for (const line of all) {
      if (line.state !== "live" && line.state !== "delayed" && line.state !== "silent") continue;
      const patience = this.silenceMs * 2 ** Math.min(line.silentLooks, MOST_DOUBLINGS);
      if (now - Math.max(line.lastDataMs, line.lastLookMs) < patience) continue;
      line.silentLooks += 1;
      line.lastLookMs = now;
      line.silent();
    }
  }
}
