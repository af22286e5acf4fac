import { HistogramRecorder, makeHistogram } from "../metrics/histogram.js";

/** What is known of a lag, in microseconds. All 0 before the first batch; quantiles are within 1/128. */
export interface LagSummary {
  /** Batches. */
  readonly count: number;
  readonly mean: number;
  readonly max: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly p999: number;
}

/** Takes how long messages waited between their arrival and their handler. */
export interface LagRecorder {
  /** @param lagMicros of the oldest message of a batch */
  record(lagMicros: number): void;
  summary(): LagSummary;
}

/** A histogram in shared memory. */
export class LagHistogram implements LagRecorder {
  readonly histogram: HistogramRecorder;

  /** @param bits of its range, in microseconds; default 40: 8,768 bytes, 12 days */
  constructor(bits?: number) {
    this.histogram = new HistogramRecorder(makeHistogram(bits));
  }

  record(lagMicros: number): void {
    this.histogram.record(lagMicros);
  }

  summary(): LagSummary {
    const { count, mean, max, p50, p95, p99, p999 } = this.histogram.snapshot();
    return { count, mean, max, p50, p95, p99, p999 };
  }
}
