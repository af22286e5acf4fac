/** Seconds after which what happened counts for a third. */
const SPAN_S = 5;

/** Events a second, the recent ones more than those before: no list, no timer. */
export class Rate {
  private value = 0;
  private at = Number.NaN;

  add(nowMs: number, events: number): void {
    this.value = this.perSecond(nowMs) + events / SPAN_S;
    this.at = nowMs;
  }

  perSecond(nowMs: number): number {
    if (Number.isNaN(this.at)) return 0;
    const passed = Math.max(0, nowMs - this.at) / 1000;
    return this.value * Math.exp(-passed / SPAN_S);
  }
}
