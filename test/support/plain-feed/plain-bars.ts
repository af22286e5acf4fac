/**
 * Bars as the words of native/core/bars/bar_builder.hpp say them, written slowly: of series without sessions, and whose
 * bars only ticks close.
 */
export interface PlainTick {
  readonly timeMs: number;
  readonly price: number;
  readonly size: number;
}

export interface PlainBar {
  startMs: number;
  endMs: number;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
  notional: number;
  count: number;
  firstMs: number;
  lastMs: number;
  amended: boolean;
}

export class PlainBars {
  readonly closed: PlainBar[] = [];
  forming: PlainBar | undefined;
  late = 0;
  private newestMs = -Infinity;

  constructor(
    private readonly by: "time" | "ticks" | "volume" | "notional",
    private readonly size: number,
    private readonly lateTicks: "drop" | "amend" = "amend",
  ) {}

  take(tick: PlainTick): void {
    if (this.by === "time") this.takeByTime(tick);
    else this.takeByAmount(tick);
  }

  private takeByTime(tick: PlainTick): void {
    const lengthMs = this.size * 1000;
    const startMs = Math.floor(tick.timeMs / lengthMs) * lengthMs;
    if (this.forming === undefined || startMs > this.forming.startMs) {
      if (this.forming !== undefined) this.closed.push(this.forming);
      this.forming = { ...barOf(tick), startMs, endMs: startMs + lengthMs };
      return;
    }
    if (startMs === this.forming.startMs) {
      add(this.forming, tick);
      return;
    }
    const newestClosed = this.closed.at(-1);
    if (this.lateTicks === "amend" && newestClosed?.startMs === startMs) {
      add(newestClosed, tick);
      newestClosed.amended = true;
    } else {
      this.late += 1;
    }
  }

  private takeByAmount({ timeMs, ...rest }: PlainTick): void {
    this.newestMs = Math.max(this.newestMs, timeMs);
    const tick = { ...rest, timeMs: this.newestMs };
    if (this.forming === undefined) this.forming = barOf(tick);
    else add(this.forming, tick);
    this.forming.endMs = tick.timeMs;
    const { count, volume, notional } = this.forming;
    const reached = { ticks: count, volume, notional: Math.abs(notional), time: 0 }[this.by];
    if (reached < this.size) return;
    this.closed.push(this.forming);
    this.forming = undefined;
  }
}

function barOf({ timeMs, price, size }: PlainTick): PlainBar {
  return {
    ...{ startMs: timeMs, endMs: timeMs, open: price, high: price, low: price, close: price },
    ...{ volume: size, notional: price * size, count: 1, firstMs: timeMs, lastMs: timeMs, amended: false },
  };
}

/** Open and close by the ticks' times, sums in the order in which they came. */
function add(bar: PlainBar, { timeMs, price, size }: PlainTick): void {
  bar.volume += size;
  bar.notional += price * size;
  bar.count += 1;
  bar.high = Math.max(bar.high, price);
  bar.low = Math.min(bar.low, price);
  if (timeMs >= bar.lastMs) {
    bar.lastMs = timeMs;
    bar.close = price;
  } else if (timeMs < bar.firstMs) {
    bar.firstMs = timeMs;
    bar.open = price;
  }
}
