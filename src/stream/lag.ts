/** What is known of a lag, in microseconds; quantiles where the recorder has them. */
export interface LagSummary {
  readonly count: number;
  readonly mean: number;
  readonly max: number;
  readonly p50?: number;
  readonly p99?: number;
  readonly p999?: number;
}

/** Takes how long messages waited between their arrival and their handler. */
export interface LagRecorder {
  /** @param lagMicros of the oldest message of a batch */
  record(lagMicros: number): void;
  summary(): LagSummary;
}

/** Count, mean and maximum: what needs no histogram. */
export class PlainLag implements LagRecorder {
  private count = 0;
  private sum = 0;
  private max = 0;

  record(lagMicros: number): void {
    this.count += 1;
    this.sum += lagMicros;
    if (lagMicros > this.max) this.max = lagMicros;
  }

  summary(): LagSummary {
    const { count, sum, max } = this;
    return { count, mean: count === 0 ? 0 : sum / count, max };
  }
}

/** The clock that arrivals are stamped with: CLOCK_MONOTONIC in µs. */
export function monotonicMicros(): number {
  const [seconds, nanos] = process.hrtime();
  return seconds * 1e6 + nanos / 1e3;
}
