import { afterFill, type CostFill, type CostState, holding } from "./cost-state.js";

export interface TimedFill extends CostFill {
  /** ms since 1970 UTC; of the second in which gateways say that it was. */
  readonly timeMs: number;
}

/**
 * Executions in the order of their times, those of one time as they came, and what had become of all up to each. What is
 * changed or comes late costs what is behind it, and only when somebody looks.
 */
export class CostLine<F extends TimedFill = TimedFill> {
  private readonly entries: F[] = [];
  private readonly states: CostState[] = [];
  private start = holding(0n, 0n);

  get fills(): readonly F[] {
    return this.entries;
  }

  /** What there was before the first of them. */
  get opening(): CostState {
    return this.start;
  }

  set opening(state: CostState) {
    this.start = state;
    this.states.length = 0;
  }

  add(fill: F): void {
    let i = this.entries.length;
    while (i > 0 && this.entries[i - 1].timeMs > fill.timeMs) i--;
    this.entries.splice(i, 0, fill);
    this.forget(i);
  }

  remove(fill: F): void {
    const i = this.entries.lastIndexOf(fill);
    if (i < 0) return;
    this.entries.splice(i, 1);
    this.forget(i);
  }

  /** One of them has other values now. */
  changed(fill: F): void {
    const i = this.entries.lastIndexOf(fill);
    if (i >= 0) this.forget(i);
  }

  /** After all of them. */
  get state(): CostState {
    return this.after(this.entries.length);
  }

  /** After those before a time, in ms since 1970. */
  before(timeMs: number): CostState {
    return this.after(this.countBefore(timeMs));
  }

  /** Those from a time on, up to before another one. */
  between(startMs: number, endMs: number): readonly F[] {
    return this.entries.slice(this.countBefore(startMs), this.countBefore(endMs));
  }

  private countBefore(timeMs: number): number {
    let [low, high] = [0, this.entries.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.entries[middle].timeMs < timeMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private after(count: number): CostState {
    for (let i = this.states.length; i < count; i++)
      this.states.push(afterFill(i === 0 ? this.start : this.states[i - 1], this.entries[i]));
    return count === 0 ? this.start : this.states[count - 1];
  }

  private forget(from: number): void {
    if (this.states.length > from) this.states.length = from;
  }
}
