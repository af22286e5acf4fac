import { type Clock, runAt, type Timer } from "../../time/clock.js";
import type { Instrument } from "../market/instrument.js";

/** Steps made up at most in one turn after the process was busy: a stall must not become a burst without end. */
export const MAX_CATCH_UP = 1000;

/** What moves. */
export interface Movers {
  /** Those that are to move in the next round. */
  watched(): Instrument[];
  /** One of them makes its step; it may not be watched any more. */
  move(instrument: Instrument): void;
  /** Nobody else moves before the loop has turned. @param rounds how many rounds have ended since the last call */
  moved(rounds: number): void;
}

/**
 * One step of every watched instrument an interval, one after another, evenly over the interval: instrument k of n moves
 * (k + 1) / n into it. Together they would reach a client as one burst, and each tick would wait for those before it.
 */
export class SpreadRounds implements Timer {
  private round: Instrument[] = [];
  /** How many of the round have moved. */
  private done = 0;
  private began: number;
  private timer: Timer | undefined;

  /** @param intervalMs above 0 */
  constructor(
    private readonly clock: Clock,
    private readonly intervalMs: number,
    private readonly movers: Movers,
  ) {
    this.began = clock.now();
    this.begin();
    this.arm();
  }

  stop(): void {
    this.timer?.stop();
    this.timer = undefined;
  }

  private begin(): void {
    this.round = this.movers.watched();
    this.done = 0;
  }

  /** When the next one moves; a round of nobody ends with its interval. */
  private get due(): number {
    return this.began + (this.intervalMs * (this.done + 1)) / Math.max(1, this.round.length);
  }

  private arm(): void {
    this.timer = runAt(this.clock, this.due, () => this.turn());
  }

  private turn(): void {
    const now = this.clock.now();
    let rounds = 0;
    while (this.due <= now) {
      if (this.done < this.round.length) this.movers.move(this.round[this.done]);
      this.done += 1;
      if (this.done < this.round.length) continue;
      this.began += this.intervalMs;
      if (++rounds === MAX_CATCH_UP) this.began = now;
      this.begin();
    }
    this.movers.moved(rounds);
    // What moved may have ended the watching.
    if (this.timer !== undefined) this.arm();
  }
}
