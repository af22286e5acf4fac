import { check, refused } from "../domain/check.js";
import {
  FULL_HISTOGRAM_BITS,
  HISTOGRAM_ABOVE,
  HISTOGRAM_ALIGNMENT,
  HISTOGRAM_BUCKETS,
  HISTOGRAM_COUNT,
  HISTOGRAM_MAX,
  HISTOGRAM_MIN,
  HISTOGRAM_RANGE_BITS,
  HISTOGRAM_SUM,
} from "../native/layout.js";
import { bucketOf, bucketsOf, bytesOf, histogramBits, middleOf, topOf, wholeOf } from "./histogram-layout.js";

export { SMALL_HISTOGRAM_BITS } from "../native/layout.js";

/*
 * A histogram that C++ or JavaScript writes, in shared memory: see native/core/metrics/histogram.hpp for what readers
 * may rely on. Its words need not agree with each other, so that plain stores and loads are enough: a word of four
 * bytes is never torn, and of eight aligned ones no engine on a 64-bit processor makes two accesses.
 */

const ABOVE = HISTOGRAM_ABOVE >> 2;
const BUCKETS = HISTOGRAM_BUCKETS >> 2;
const COUNT = HISTOGRAM_COUNT >> 3;
const SUM = HISTOGRAM_SUM >> 3;
const MIN = HISTOGRAM_MIN >> 3;
const MAX = HISTOGRAM_MAX >> 3;
const HEAD_DOUBLES = HISTOGRAM_BUCKETS >> 3;
const ROUND = 2 ** 32;

/** Numbers of a histogram at one moment, or of what was recorded between two. All 0 where nothing was. */
export interface HistogramSnapshot {
  readonly count: number;
  /** Exact; of an interval within 1/128. */
  readonly min: number;
  /** Exact; of an interval within 1/128. */
  readonly max: number;
  readonly mean: number;
  /** Quantiles, each within 1/128 (0.78 %). */
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly p999: number;
  /**
   * 0 as long as no bucket has taken more than 2^32 - 1 values. After that so many times 2^32 are missing from the
   * count, and only {@link HistogramReader.interval} has right quantiles.
   */
  readonly rounds: number;
}

/**
 * Makes an empty histogram of whole numbers from 0 to 2^bits - 65.
 * @param bits 7 to 52; default 40 (8,768 bytes), `SMALL_HISTOGRAM_BITS` is 24 (4,672 bytes)
 * @param memory where, from a multiple of 8 bytes of its buffer; default a SharedArrayBuffer of its own
 * @returns the part of the memory that it takes; may be posted to a worker
 * @throws IBKRError `ERR_IBKR_OPTION` for bits out of their range, and for memory that is too short or not aligned
 */
export function makeHistogram(bits: number = FULL_HISTOGRAM_BITS, memory?: Uint8Array): Uint8Array {
  check(histogramBits(), bits, "bits");
  const bytes = bytesOf(bits);
  const whole = memory ?? new Uint8Array(new SharedArrayBuffer(bytes));
  checkMemory(whole, bytes);
  const part = whole.subarray(0, bytes);
  part.fill(0);
  new Uint32Array(part.buffer, part.byteOffset)[HISTOGRAM_RANGE_BITS >> 2] = bits;
  new Float64Array(part.buffer, part.byteOffset)[MIN] = Number.POSITIVE_INFINITY;
  return part;
}

function checkMemory(memory: Uint8Array, bytes: number): void {
  if (memory.byteLength < bytes) {
    throw refused("memory.byteLength", memory.byteLength, `${bytes} or more`);
  }
  if (memory.byteOffset % HISTOGRAM_ALIGNMENT !== 0) {
    throw refused("memory.byteOffset", memory.byteOffset, `a multiple of ${HISTOGRAM_ALIGNMENT}`);
  }
}

/** Reads a histogram that is being written, on any thread; neither side waits. Several readers do not disturb each other. */
export class HistogramReader {
  /** What {@link makeHistogram} returned. */
  readonly memory: Uint8Array;
  readonly bits: number;
  protected readonly words: Uint32Array;
  protected readonly head: Float64Array;
  /** The buckets, and behind them what is above the range, as they were read last. */
  private now?: Uint32Array;
  /** The same at the last {@link interval}, with its count and its sum. */
  private before?: { readonly words: Uint32Array; count: number; sum: number };

  /**
   * @param memory what {@link makeHistogram} returned
   * @throws IBKRError `ERR_IBKR_OPTION` if no histogram was made there
   */
  constructor(memory: Uint8Array) {
    checkMemory(memory, HISTOGRAM_BUCKETS);
    const [bits] = new Uint32Array(memory.buffer, memory.byteOffset + HISTOGRAM_RANGE_BITS, 1);
    this.bits = check(histogramBits(), bits, "the range of the histogram in memory, in bits,");
    checkMemory(memory, bytesOf(this.bits));
    this.memory = memory.subarray(0, bytesOf(this.bits));
    this.words = new Uint32Array(memory.buffer, memory.byteOffset, BUCKETS + bucketsOf(this.bits));
    this.head = new Float64Array(memory.buffer, memory.byteOffset, HEAD_DOUBLES);
  }

  /** All values recorded, those above the range among them. */
  get count(): number {
    return this.head[COUNT];
  }

  /** Of all values; exact while it is below 2^53. */
  get sum(): number {
    return this.head[SUM];
  }

  /** How many were above the range; quantiles take them for the maximum. */
  get above(): number {
    return this.words[ABOVE];
  }

  /**
   * The value that a share `q` (0 to 1) of all values do not exceed: that of rank ceil(q * count), at least 1; within
   * 1/128 of it. Of what is above the range it gives the maximum. 0 where nothing was recorded.
   * @throws IBKRError `ERR_IBKR_OPTION` if `q` is not from 0 to 1
   */
  quantile(q: number): number {
    if (!(q >= 0 && q <= 1)) throw refused("q", q, "a number from 0 to 1");
    const counts = this.read();
    const total = totalOf(counts);
    const { min, max } = this.extremes();
    return total === 0 ? 0 : new Ranks(counts, total, min, max).value(q);
  }

  /** Everything since the histogram was made, of one reading. */
  snapshot(): HistogramSnapshot {
    const head = { count: this.head[COUNT], sum: this.head[SUM] };
    const counts = this.read();
    const { min, max } = this.extremes();
    return snapshotOf(counts, head, min, max);
  }

  /**
   * What was recorded since the last call, at the first one: since the histogram was made. No value is lost between
   * two calls, however often others read; only of more than 2^32 - 1 in one bucket the rest is not seen.
   */
  interval(): HistogramSnapshot {
    const head = { count: this.head[COUNT], sum: this.head[SUM] };
    const counts = this.read();
    this.before ??= { words: new Uint32Array(counts.length), count: 0, sum: 0 };
    const { before } = this;
    for (let i = 0; i < counts.length; i++) {
      const word = counts[i];
      counts[i] = word - before.words[i]; // modulo 2^32, as the counter itself
      before.words[i] = word;
    }
    const since = { count: head.count - before.count, sum: head.sum - before.sum };
    before.count = head.count;
    before.sum = head.sum;
    return snapshotOf(counts, since, ...this.extremesOf(counts));
  }

  /** @internal @returns the buckets, and behind them what is above the range; valid until the next call */
  read(): Uint32Array {
    const buckets = bucketsOf(this.bits);
    this.now ??= new Uint32Array(buckets + 1);
    this.now.set(this.words.subarray(BUCKETS));
    this.now[buckets] = this.words[ABOVE];
    return this.now;
  }

  /** @internal */
  extremes(): { min: number; max: number } {
    const max = this.head[MAX];
    // Of the first value nothing but the bucket may be written yet.
    return { min: Math.min(this.head[MIN], max), max };
  }

  /** The extremes of some of the values, as near as their buckets tell. */
  private extremesOf(counts: Uint32Array): [min: number, max: number] {
    const { min, max } = this.extremes();
    const above = counts.length - 1;
    const near = (bucket: number) =>
      bucket === above ? max : Math.min(Math.max(middleOf(bucket), min), max);
    const first = counts.findIndex((count) => count !== 0);
    return first < 0 ? [0, 0] : [near(first), near(counts.findLastIndex((count) => count !== 0))];
  }
}

/** Records; one thread at a time, as in C++. */
export class HistogramRecorder extends HistogramReader {
  private readonly top: number;

  /** @param memory what {@link makeHistogram} returned */
  constructor(memory: Uint8Array = makeHistogram()) {
    super(memory);
    this.top = topOf(this.bits);
  }

  /**
   * One value, in whole units of the caller's: a fraction is cut off, what is below 0 (two clocks) and NaN counts as 0.
   * Allocates nothing.
   */
  record(value: number): void {
    const whole = wholeOf(value);
    const { head, words } = this;
    words[whole <= this.top ? BUCKETS + bucketOf(whole) : ABOVE]++;
    head[COUNT]++;
    head[SUM] += whole;
    if (whole < head[MIN]) head[MIN] = whole;
    if (whole > head[MAX]) head[MAX] = whole;
  }

  /** Adds what another one holds at this moment, of any range. What is above the other's range counts as its maximum. */
  merge(other: HistogramReader): void {
    const { head, words } = this;
    const counts = other.read();
    const buckets = counts.length - 1;
    const { min, max } = other.extremes();
    const total = totalOf(counts);
    if (total === 0) return;
    words[max <= this.top ? BUCKETS + bucketOf(max) : ABOVE] += counts[buckets];
    for (let i = 0; i < buckets; i++) words[BUCKETS + i < words.length ? BUCKETS + i : ABOVE] += counts[i];
    head[COUNT] += total;
    head[SUM] += other.sum;
    head[MIN] = Math.min(head[MIN], min);
    head[MAX] = Math.max(head[MAX], max);
  }
}

function totalOf(counts: Uint32Array): number {
  let total = 0;
  for (let i = 0; i < counts.length; i++) total += counts[i];
  return total;
}

/** Values by their rank. */
class Ranks {
  constructor(
    private readonly counts: Uint32Array,
    private readonly total: number,
    private readonly min: number,
    private readonly max: number,
  ) {}

  value(q: number): number {
    // Where the product's own rounding made one more of it, it is taken back.
    const rank = Math.max(1, Math.ceil(q * this.total * (1 - 2 ** -50)));
    const above = this.counts.length - 1;
    let bucket = 0;
    for (let seen = this.counts[0]; seen < rank && bucket < above; seen += this.counts[bucket]) bucket++;
    return bucket < above ? this.within(bucket) : this.max;
  }

  /** No value outside of those recorded; an extreme in another bucket says nothing, it is about to move. */
  private within(bucket: number): number {
    const middle = middleOf(bucket);
    if (middle < this.min && isIn(this.min, bucket)) return this.min;
    if (middle > this.max && isIn(this.max, bucket)) return this.max;
    return middle;
  }
}

/** Of values above every range no bucket is asked for: they are beyond what {@link bucketOf} knows. */
function isIn(value: number, bucket: number): boolean {
  return value < 2 ** 52 && bucketOf(Math.floor(value)) === bucket;
}

function snapshotOf(
  counts: Uint32Array,
  head: { readonly count: number; readonly sum: number },
  min: number,
  max: number,
): HistogramSnapshot {
  const count = totalOf(counts);
  if (count === 0) return { count, min: 0, max: 0, mean: 0, p50: 0, p95: 0, p99: 0, p999: 0, rounds: 0 };
  const ranks = new Ranks(counts, count, min, max);
  return {
    count,
    min,
    max,
    mean: head.count > 0 ? head.sum / head.count : 0,
    p50: ranks.value(0.5),
    p95: ranks.value(0.95),
    p99: ranks.value(0.99),
    p999: ranks.value(0.999),
    // The two differ by what was recorded meanwhile, besides.
    rounds: Math.max(0, Math.round((head.count - count) / ROUND)),
  };
}
