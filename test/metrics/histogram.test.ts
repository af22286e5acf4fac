import { once } from "node:events";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import fc from "fast-check";
import { build } from "hdr-histogram-js";
import { describe, expect, test } from "vitest";
import { HistogramReader, HistogramRecorder, makeHistogram } from "../../src/metrics/histogram.js";
import { bucketOf, bucketsOf, bytesOf, middleOf, topOf } from "../../src/metrics/histogram-layout.js";
import { FULL_HISTOGRAM_BITS, HISTOGRAM_BUCKETS, SMALL_HISTOGRAM_BITS } from "../../src/native/layout.js";
import { SeededRandom, testSeed } from "../support/seeded-random.js";

const WITHIN = 1 / 128;
const seed = testSeed("histogram", 11);

const recorderOf = (bits: number) => new HistogramRecorder(makeHistogram(bits));

function exactQuantile(sorted: readonly number[], q: number): number {
  return sorted[Math.max(1, Math.ceil(q * sorted.length * (1 - 2 ** -50))) - 1];
}

/** Durations in microseconds, as they come. */
const DISTRIBUTIONS: Record<string, (random: SeededRandom) => number> = {
  uniform: (random) => random.int(1, 10_000_000),
  exponential: (random) => Math.ceil(-Math.log(1 - random.next()) * 500),
  "log-normal": (random) => {
    const normal = Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
    return Math.ceil(Math.exp(5 + 1.5 * normal));
  },
  "two peaks with a stall": (random) =>
    random.chance(0.004)
      ? random.int(1_900_000, 2_000_000)
      : random.chance(0.5)
        ? random.int(20, 30)
        : random.int(900, 1100),
  "all below 64": (random) => random.int(0, 63),
  constant: () => 77_777,
};

describe.each(Object.entries(DISTRIBUTIONS))("%s", (_name, draw) => {
  const random = new SeededRandom(seed);
  const values = Array.from({ length: 100_000 }, () => draw(random));
  const sorted = values.toSorted((a, b) => a - b);

  test.each([SMALL_HISTOGRAM_BITS, FULL_HISTOGRAM_BITS])(
    "over 2^%i: within 1 % of hdr-histogram-js, and of the sorted values",
    (bits) => {
      const ours = recorderOf(bits);
      const theirs = build({
        lowestDiscernibleValue: 1,
        highestTrackableValue: 2 ** 40,
        numberOfSignificantValueDigits: 4,
      });
      for (const value of values) {
        ours.record(value);
        theirs.recordValue(value);
      }
      const { count, min, max, mean, p50, p95, p99, p999, rounds } = ours.snapshot();
      expect({ count, min, max, rounds }).toEqual({
        count: values.length,
        min: sorted[0],
        max: sorted.at(-1),
        rounds: 0,
      });
      expect(mean).toBeCloseTo(values.reduce((sum, value) => sum + value, 0) / values.length, 6);
      expect(Math.abs(mean - theirs.mean)).toBeLessThanOrEqual(theirs.mean * 0.01);
      for (const [q, value] of [
        [0.5, p50],
        [0.95, p95],
        [0.99, p99],
        [0.999, p999],
      ]) {
        const exact = exactQuantile(sorted, q);
        const independent = theirs.getValueAtPercentile(q * 100);
        expect(Math.abs(value - exact), `${q}: ${value}, exactly ${exact}`).toBeLessThanOrEqual(
          exact * WITHIN,
        );
        expect(Math.abs(value - independent), `${q}: ${value}, theirs ${independent}`).toBeLessThanOrEqual(
          independent * 0.01,
        );
        expect(ours.quantile(q)).toBe(value);
      }
    },
  );
});

test("any values: count, sum, extremes and every quantile are those of the sorted values", () => {
  const value = fc.oneof(
    fc.nat({ max: 200 }),
    fc.maxSafeNat().map((n) => n % (topOf(40) + 1)),
    fc.nat(2 ** 31 - 1),
  );
  fc.assert(
    fc.property(
      fc.array(value, { minLength: 1, maxLength: 300 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (values, q) => {
        const ours = recorderOf(40);
        for (const one of values) ours.record(one);
        const sorted = values.toSorted((a, b) => a - b);
        const exact = exactQuantile(sorted, q);
        expect(Math.abs(ours.quantile(q) - exact)).toBeLessThanOrEqual(exact * WITHIN);
        expect(ours.sum).toBe(values.reduce((sum, one) => sum + one, 0));
        expect(ours.snapshot()).toMatchObject({ count: values.length, min: sorted[0], max: sorted.at(-1) });
      },
    ),
    { seed, numRuns: 500 },
  );
});

test("every bucket's middle lies in it, and buckets of neighbours are in order", () => {
  for (let bucket = 0; bucket < bucketsOf(52); bucket++) {
    if (bucketOf(Math.floor(middleOf(bucket))) !== bucket) expect.fail(`bucket ${bucket}`);
  }
  for (let bit = 7; bit < 52; bit++) {
    for (let value = 2 ** bit - 66; value < 2 ** bit + 66; value++) {
      expect(Math.abs(middleOf(bucketOf(value)) - value)).toBeLessThanOrEqual(value * WITHIN);
      expect(bucketOf(value + 1) - bucketOf(value)).toBeOneOf([0, 1]);
    }
  }
});

// The C++ test of the same name has the same numbers.
test.each([
  [SMALL_HISTOGRAM_BITS, 3450733313, 138.5, 16318399.5],
  [FULL_HISTOGRAM_BITS, 3748706088, 9109439.5, 1069446856639.5],
])(
  "what C++ writes: the same bytes and quantiles as in native/test/metrics/histogram_test.cpp, 2^%i",
  (bits, checksum, p50, p999) => {
    const memory = makeHistogram(bits);
    const recorder = new HistogramRecorder(memory);
    let state = 1;
    const next = () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state;
    };
    for (let i = 0; i < 100_000; i++) {
      const shift = next() >>> 27;
      recorder.record(Math.floor((next() * 2 ** (bits - 32)) / 2 ** shift));
    }
    const hash = memory.reduce((sum, byte) => Math.imul(sum ^ byte, 16777619) >>> 0, 2166136261);
    expect([hash, recorder.quantile(0.5), recorder.quantile(0.999)]).toEqual([checksum, p50, p999]);
  },
);

test("an interval has what was recorded since the last one, for each reader by itself", () => {
  const memory = makeHistogram(SMALL_HISTOGRAM_BITS);
  const recorder = new HistogramRecorder(memory);
  const [often, seldom] = [new HistogramReader(memory), new HistogramReader(memory)];
  const random = new SeededRandom(seed);
  let counted = 0;
  for (let i = 0; i < 20; i++) {
    const n = random.below(50);
    for (let k = 0; k < n; k++) recorder.record(1000 * (i + 1));
    const { count, min, max, mean, p50 } = often.interval();
    counted += count;
    expect(count).toBe(n);
    if (n === 0) expect([min, max, mean, p50]).toEqual([0, 0, 0, 0]);
    else {
      expect(mean).toBeCloseTo(1000 * (i + 1), 6);
      for (const value of [min, max, p50]) {
        expect(Math.abs(value - 1000 * (i + 1))).toBeLessThanOrEqual(1000 * (i + 1) * WITHIN);
      }
    }
  }
  expect(seldom.interval().count).toBe(counted);
  expect(seldom.interval().count).toBe(0);
  expect(often.snapshot().count).toBe(counted);
});

test("a counter that goes round is told, and intervals stay right", () => {
  const memory = makeHistogram(SMALL_HISTOGRAM_BITS);
  const recorder = new HistogramRecorder(memory);
  new Uint32Array(memory.buffer)[(HISTOGRAM_BUCKETS >> 2) + 7] = 2 ** 32 - 1;
  new Float64Array(memory.buffer)[1] = 2 ** 32 - 1;
  const reader = new HistogramReader(memory);
  reader.interval();
  for (let i = 0; i < 5; i++) recorder.record(7);
  expect(reader.interval()).toMatchObject({ count: 5, p50: 7, mean: 7, rounds: 0 });
  expect(reader.snapshot()).toMatchObject({ count: 4, rounds: 1 });
  expect(reader.count).toBe(2 ** 32 + 4);
});

test("what is above the range is counted, and is the maximum", () => {
  const recorder = recorderOf(7);
  for (const value of [topOf(7), topOf(7) + 1, 2 ** 60]) recorder.record(value);
  expect(recorder.above).toBe(2);
  expect(recorder.quantile(0.3)).toBe(topOf(7));
  expect(recorder.quantile(0.5)).toBe(2 ** 53);
  expect(new HistogramReader(recorder.memory).interval()).toMatchObject({
    count: 3,
    max: 2 ** 53,
    p99: 2 ** 53,
  });
});

test("a fraction is cut off; what is below 0 and NaN are 0", () => {
  const recorder = recorderOf(SMALL_HISTOGRAM_BITS);
  for (const value of [12.9, -3, Number.NaN]) recorder.record(value);
  expect(recorder.snapshot()).toMatchObject({ count: 3, min: 0, p50: 0, max: 12, mean: 4 });
});

test("histograms of any ranges merged are one of all values", () => {
  const [small, full, both] = [
    recorderOf(SMALL_HISTOGRAM_BITS),
    recorderOf(FULL_HISTOGRAM_BITS),
    recorderOf(FULL_HISTOGRAM_BITS),
  ];
  const random = new SeededRandom(seed);
  for (let i = 0; i < 10_000; i++) {
    const value = random.below(topOf(SMALL_HISTOGRAM_BITS));
    (random.chance(0.3) ? small : full).record(value);
    both.record(value);
  }
  full.merge(small);
  full.merge(recorderOf(SMALL_HISTOGRAM_BITS));
  expect(full.memory).toEqual(both.memory);

  const least = recorderOf(7);
  for (const value of [10, 1000]) least.record(value);
  full.merge(least);
  both.record(10);
  both.record(1000);
  expect(full.snapshot()).toEqual(both.snapshot());
  const again = recorderOf(7);
  again.merge(both);
  expect(again.count).toBe(both.count);
  expect(again.above).toBe(
    both.count - [...new Uint32Array(again.memory.buffer, HISTOGRAM_BUCKETS)].reduce((a, b) => a + b),
  );
});

test("one that is empty is all 0", () => {
  const { quantile, ...empty } = { quantile: recorderOf(9).quantile(0.5), ...recorderOf(9).snapshot() };
  expect(new Set([quantile, ...Object.values(empty)])).toEqual(new Set([0]));
});

test("several lie in one memory behind each other, and do not touch each other", () => {
  const bytes = bytesOf(9);
  const all = new Uint8Array(new SharedArrayBuffer(3 * bytes)).fill(255);
  const middle = new HistogramRecorder(makeHistogram(9, all.subarray(bytes)));
  for (let value = 0; value < 1000; value++) middle.record(value);
  expect(middle.count).toBe(1000);
  expect(all.subarray(0, bytes).every((byte) => byte === 255)).toBe(true);
  expect(all.subarray(2 * bytes).every((byte) => byte === 255)).toBe(true);
});

test.each<[string, () => unknown, string]>([
  ["bits", () => makeHistogram(6), "bits is 6 (allowed: an integer from 7 to 52)"],
  ["bits that are too many", () => makeHistogram(53), "bits is 53 (allowed: an integer from 7 to 52)"],
  [
    "memory that is short",
    () => makeHistogram(24, new Uint8Array(4671)),
    "memory.byteLength is 4671 (allowed: 4672 or more)",
  ],
  [
    "memory not aligned",
    () => makeHistogram(7, new Uint8Array(1000).subarray(4)),
    "memory.byteOffset is 4 (allowed: a multiple of 8)",
  ],
  [
    "memory without one",
    () => new HistogramReader(new Uint8Array(64)),
    "the range of the histogram in memory, in bits, is 0 (allowed: an integer from 7 to 52)",
  ],
  [
    "memory without a head",
    () => new HistogramReader(new Uint8Array(63)),
    "memory.byteLength is 63 (allowed: 64 or more)",
  ],
  [
    "half a histogram",
    () => new HistogramReader(makeHistogram(24).subarray(0, 4000)),
    "memory.byteLength is 4000 (allowed: 4672 or more)",
  ],
  ["a quantile", () => recorderOf(7).quantile(99), "q is 99 (allowed: a number from 0 to 1)"],
  ["no quantile", () => recorderOf(7).quantile(Number.NaN), "q is NaN (allowed: a number from 0 to 1)"],
])("refused: %s", (_name, act, message) => {
  expect(act).toThrow(expect.objectContaining({ code: "ERR_IBKR_OPTION", message }));
});

test("a worker reads while this thread writes: only values that were recorded, and in the end all", async () => {
  const memory = makeHistogram(SMALL_HISTOGRAM_BITS);
  const stop = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(join(__dirname, "histogram-reader.cjs"), {
    workerData: { memory, stop },
  });
  try {
    await once(worker, "message"); // it reads
    const recorder = new HistogramRecorder(memory);
    const count = 2_000_000;
    for (let i = 0; i < count; i++) recorder.record([100, 10_000, 1_000_000][i % 3]);
    Atomics.store(stop, 0, 1);
    const [{ readings, wrong, last }] = await once(worker, "message");
    expect(wrong).toEqual([]);
    expect(readings).toBeGreaterThan(10);
    expect(last).toEqual(recorder.snapshot());
    expect(last.count).toBe(count);
  } finally {
    await worker.terminate();
  }
});

describe("recording", () => {
  async function heapOf(
    allocate: boolean,
  ): Promise<{ grown: number; collections: number; nanos: number; count: number }> {
    const worker = new Worker(join(__dirname, "histogram-heap.cjs"), { workerData: { allocate } });
    try {
      const [heap] = await once(worker, "message");
      return heap;
    } finally {
      await worker.terminate();
    }
  }

  test("four million values allocates nothing", async () => {
    const { grown, collections, nanos, count } = await heapOf(false);
    console.log(`record(): ${nanos.toFixed(2)} ns`);
    expect(count).toBe(1200 * 4096);
    expect(collections).toBe(0);
    expect(grown).toBeLessThan(256 * 1024);
  });

  test("with an object for each is seen: the heap is collected", async () => {
    expect((await heapOf(true)).collections).toBeGreaterThan(0);
  });
});
