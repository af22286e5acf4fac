import type { AddonRiskGate } from "../native/addon-risk-gate.js";
import { type DayBoundary, dayAt, type RiskDay } from "./risk-day.js";

/** The day that a gate's book counts by: one for all gates of its name, and the first of them says when it ends. */
export class GateDay {
  private now: RiskDay;
  private readonly boundary: DayBoundary;

  constructor(
    private readonly addon: Pick<AddonRiskGate, "dayEnds" | "beginDay">,
    { time, zone }: DayBoundary,
  ) {
    const agreed = addon.dayEnds(`${time} ${zone}`);
    this.boundary = { time: agreed.slice(0, 5), zone: agreed.slice(6) };
    this.now = dayAt(this.boundary, Date.now());
    addon.beginDay(this.now.startMs);
  }

  /** The newest that was begun: a clock that is set back does not bring one back. */
  get day(): RiskDay {
    return this.now;
  }

  /** Looks at the clock. @returns whether another day has begun since the last look */
  look(): boolean {
    const at = Date.now();
    if (at < this.now.endMs) return false;
    this.now = dayAt(this.boundary, at);
    this.addon.beginDay(this.now.startMs);
    return true;
  }
}
