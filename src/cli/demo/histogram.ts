const PER_OCTAVE = 64;
const OCTAVES = 44;
/** Everything up to this counts as this: 10 ns. */
const FLOOR_MICROS = 0.01;

/**
 * Counts durations in buckets 1.1 % apart, from 10 ns to 48 hours: percentiles of any number of samples in 22 KB, and
 * nothing is allocated when a sample is added.
 */
export class Histogram {
  private readonly buckets = new Float64Array(OCTAVES * PER_OCTAVE + 1);
  /** Count, smallest and largest: in a typed array, because a field that holds a double allocates when it is written. */
  private readonly totals = Float64Array.of(0, Number.POSITIVE_INFINITY, 0);

  get count(): number {
    return this.totals[0];
  }
  /** Exact, µs; NaN without samples. */
  get min(): number {
    return this.count === 0 ? Number.NaN : this.totals[1];
  }
  get max(): number {
    return this.count === 0 ? Number.NaN : this.totals[2];
  }

  /** @param micros a duration in µs; below zero counts as zero */
  add(micros: number): void {
    const { buckets, totals } = this;
    const value = Math.max(micros, 0);
    const octaves = value > FLOOR_MICROS ? Math.log2(value / FLOOR_MICROS) : 0;
    buckets[Math.min(buckets.length - 1, Math.floor(octaves * PER_OCTAVE))] += 1;
    totals[0] += 1;
    if (value < totals[1]) totals[1] = value;
    if (value > totals[2]) totals[2] = value;
  }

  /**
   * The smallest duration that at least `percent` % of the samples do not exceed, in µs, to within 0.6 %.
   * @param percent above 0, up to 100
   * @returns NaN without samples
   */
  percentile(percent: number): number {
    if (this.count === 0) return Number.NaN;
    const rank = Math.max(1, Math.ceil((percent / 100) * this.count));
    let seen = 0;
    for (let i = 0; i < this.buckets.length; i++) {
      seen += this.buckets[i];
      if (seen >= rank) return this.clamp(FLOOR_MICROS * 2 ** ((i + 0.5) / PER_OCTAVE));
    }
    return this.max;
  }

  /** The same, if there are so many samples that one of them may well lie beyond it: 2 for the median, 100 for p99. @returns else NaN */
  percentileIfKnown(percent: number): number {
    return this.count * (100 - percent) >= 100 ? this.percentile(percent) : Number.NaN;
  }

  private clamp(micros: number): number {
    return Math.min(this.max, Math.max(this.min, micros));
  }
}
